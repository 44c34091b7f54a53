//! The checker of histories: it lets pass what a true server could have shown, and catches what none could.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod honest;

use engage_core::entropy::{Entropy as _, SeededEntropy};
use engage_testkit::history::{Desk, History, Item, Kind, Look, Place, Rule, What, check, digest};
use honest::honest;

const SEEDS: u64 = 150;

fn caught(history: &History) -> Vec<Rule> {
    check(history).iter().map(|violation| violation.rule).collect()
}

#[test]
fn what_a_true_server_showed_passes() {
    for seed in 0..SEEDS {
        let broken = check(&honest(seed, 200));
        assert!(broken.is_empty(), "seed {seed}: {}", broken[0]);
    }
}

/// Changes one event of a history that has something to change, and says whether it did.
type Corruption = fn(&mut History, &mut dyn FnMut(usize) -> usize) -> bool;

/// Applies it to many honest histories: each that could be changed must be caught by that rule.
fn is_caught(rule: Rule, corrupt: Corruption) {
    let mut tried = 0;
    for seed in 0..SEEDS {
        let (mut history, dice) = (honest(seed, 200), SeededEntropy::new(seed + 1_000));
        if corrupt(&mut history, &mut |sides| (dice.fraction() * sides as f64) as usize) {
            tried += 1;
            let caught = caught(&history);
            assert!(caught.contains(&rule), "seed {seed}: {rule:?} is not caught, but {caught:?}");
        }
    }
    assert!(tried > SEEDS / 3, "only {tried} histories could be changed");
}

/// Any of those that are wanted.
fn any<'h, T>(
    history: &'h mut History,
    roll: &mut dyn FnMut(usize) -> usize,
    wanted: impl Fn(&'h mut What) -> Option<T>,
) -> Option<T> {
    let mut all: Vec<_> = history.events.iter_mut().filter_map(|event| wanted(&mut event.what)).collect();
    if all.is_empty() { None } else { Some(all.swap_remove(roll(all.len()))) }
}

fn last(what: &mut What) -> Option<&mut Vec<Item>> {
    match what {
        What::Last { items, .. } => Some(items).filter(|items| items.len() > 2),
        _ => None,
    }
}

fn said(item: &Item) -> bool {
    matches!(item.kind, Kind::Said { .. })
}

/// The ids of what was acknowledged.
fn acked(history: &History) -> Vec<String> {
    let ids = history.events.iter().filter_map(|event| match &event.what {
        What::Acked { id, .. } => Some(id.to_string()),
        _ => None,
    });
    ids.collect()
}

macro_rules! corruptions {
    ($($(#[$doc:meta])* $name:ident: $rule:ident, $corrupt:expr;)*) => {$(
        $(#[$doc])*
        #[test]
        fn $name() {
            is_caught(Rule::$rule, $corrupt);
        }
    )*};
}

corruptions! {
    an_acknowledged_message_that_one_reader_lacks: Lost, |history, roll| {
        let acked = acked(history);
        any(history, roll, last).is_some_and(|items| {
            let is_acked = |item: &Item| matches!(&item.kind, Kind::Said { id: Some(id), .. } if acked.iter().any(|one| **one == **id));
            let at: Vec<_> = (0..items.len()).filter(|at| is_acked(&items[*at])).collect();
            if at.is_empty() {
                return false;
            }
            items.remove(at[roll(at.len())]);
            true
        })
    };
    a_message_that_is_there_twice: Doubled, |history, roll| {
        any(history, roll, last).is_some_and(|items| {
            let Some(mut again) = items.iter().find(|item| said(item)).cloned() else { return false };
            again.seq = items.last().unwrap().seq + 1;
            again.entry = "another entry".into();
            items.push(again);
            true
        })
    };
    a_retry_that_is_told_another_number: Doubled, |history, roll| {
        let Some(event) = history.events.iter().position(|event| matches!(event.what, What::Acked { .. })) else { return false };
        let mut again = history.events[event].clone();
        if let What::Acked { seq, .. } = &mut again.what {
            *seq += 1 + roll(3) as i64;
        }
        history.events.push(again);
        true
    };
    a_message_that_nobody_sent: Ghost, |history, roll| {
        any(history, roll, last).is_some_and(|items| {
            items.push(Item::message(items.last().unwrap().seq + 1, "nobody's", "boo"));
            true
        })
    };
    a_message_that_was_refused: Ghost, |history, roll| {
        let refused = any(history, roll, |what| match what {
            What::Refused { id } => Some(id.clone()),
            _ => None,
        });
        let Some(refused) = refused else { return false };
        let talk = history.events.iter().find(|event| matches!(&event.what, What::Refused { id } if *id == refused)).unwrap().talk.clone();
        let mut at = history.events.iter_mut().filter(|event| event.talk == talk).filter_map(|event| last(&mut event.what));
        let Some(items) = at.next() else { return false };
        items.push(Item { seq: items.last().unwrap().seq + 1, ..Item::message(0, &refused, "boo") });
        true
    };
    a_message_that_says_something_else: Altered, |history, roll| {
        any(history, roll, last).is_some_and(|items| {
            let at = roll(items.len());
            if let Kind::Said { body, .. } = &mut items[at].kind {
                *body = digest("something else");
                return true;
            }
            false
        })
    };
    two_numbers_that_are_swapped: Order, |history, roll| {
        any(history, roll, last).is_some_and(|items| {
            let at = roll(items.len() - 1);
            items.swap(at, at + 1);
            true
        })
    };
    two_messages_that_one_reader_sees_in_another_order: Disagree, |history, roll| {
        any(history, roll, last).is_some_and(|items| {
            let at = roll(items.len() - 1);
            if !said(&items[at]) || !said(&items[at + 1]) {
                return false;
            }
            let (one, other) = (items[at].seq, items[at + 1].seq);
            items.swap(at, at + 1);
            (items[at].seq, items[at + 1].seq) = (one, other);
            true
        })
    };
    a_hole_in_the_numbers: Hole, |history, roll| {
        any(history, roll, last).is_some_and(|items| {
            let at = 1 + roll(items.len() - 1);
            items[at..].iter_mut().for_each(|item| item.seq += 1);
            true
        })
    };
    a_stream_that_leaves_one_out: Stream, |history, roll| {
        let at: Vec<_> = (0..history.events.len()).filter(|at| {
            let What::Shown { stream, .. } = history.events[*at].what else { return false };
            history.events[at + 1..].iter().any(|later| matches!(later.what, What::Shown { stream: other, .. } if other == stream))
        }).collect();
        if at.is_empty() {
            return false;
        }
        history.events.remove(at[roll(at.len())]);
        true
    };
    a_stream_that_shows_one_twice: Stream, |history, roll| {
        let at: Vec<_> = (0..history.events.len()).filter(|at| matches!(history.events[*at].what, What::Shown { .. })).collect();
        if at.is_empty() {
            return false;
        }
        let at = at[roll(at.len())];
        history.events.insert(at, history.events[at].clone());
        true
    };
    a_stream_that_begins_too_late: Stream, |history, roll| {
        let streams: Vec<_> = history.events.iter().filter_map(|event| match event.what {
            What::Shown { stream, .. } => Some(stream),
            _ => None,
        }).collect();
        any(history, roll, |what| match what {
            What::Follow { stream, after } if streams.contains(stream) => Some(after),
            _ => None,
        }).is_some_and(|after| {
            *after -= 1;
            true
        })
    };
    an_acknowledgement_with_a_wrong_number: Ack, |history, roll| {
        any(history, roll, |what| match what {
            What::Acked { seq, .. } => Some(seq),
            _ => None,
        }).is_some_and(|seq| {
            *seq += 1 + roll(5) as i64;
            true
        })
    };
    a_page_that_lacks_what_was_acknowledged: Stale, |history, _| {
        // The last page that was read, without its newest message, which was acknowledged long before.
        let end = history.events.last().unwrap().at;
        let acked = acked(history);
        let page = history.events.iter_mut().rev().find_map(|event| match &mut event.what {
            What::Page { began, whole, items, .. } if !items.is_empty() => Some((began, whole, items)),
            _ => None,
        });
        page.is_some_and(|(began, whole, items)| {
            let is_acked = matches!(&items.last().unwrap().kind, Kind::Said { id: Some(id), .. } if acked.iter().any(|one| **one == **id));
            (*began, *whole) = (end + 1, true);
            items.pop();
            is_acked
        })
    };
    unread_that_is_off_by_one: Unread, |history, roll| {
        let by = if roll(2) == 0 { 1 } else { -1 };
        any(history, roll, |what| match what {
            What::Unread { unread, .. } => Some(unread),
            _ => None,
        }).is_some_and(|unread| {
            *unread += by;
            true
        })
    };
    a_mark_that_moves_back: Mark, |history, roll| {
        let marked = any(history, roll, |what| match what {
            What::Unread { way, mark, unread } if *mark > 0 => Some((*way, *mark, *unread)),
            _ => None,
        });
        let Some((way, mark, unread)) = marked else { return false };
        let at = history.events.iter().position(|event| matches!(event.what, What::Unread { mark: other, .. } if other == mark)).unwrap();
        let (client, talk) = (history.events[at].client, history.events[at].talk.clone());
        history.push(client, &talk, What::Unread { way, mark: mark - 1, unread });
        true
    };
    a_note_that_a_visitor_sees: Private, |history, roll| {
        let note = any(history, roll, |what| match what {
            What::Send { id, note: true, .. } => Some(id.clone()),
            _ => None,
        });
        let Some(note) = note else { return false };
        let talk = history.events.iter().find(|event| matches!(&event.what, What::Send { id, .. } if *id == note)).unwrap().talk.clone();
        let owner = history.owners[&talk].clone();
        let client = history.clients.iter().position(|client| client.person == owner).unwrap();
        let stream = 77_777;
        history.push(client, &talk, What::Follow { stream, after: 0 });
        history.push(client, &talk, What::Shown { stream, item: Item::message(1, &note, "whatever") });
        true
    };
    a_conversation_that_another_visitor_sees: Stranger, |history, roll| {
        let stolen = history.events.iter().find_map(|event| match &event.what {
            What::Last { items, .. } if !items.is_empty() => Some((event.talk.clone(), items[roll(items.len())].clone())),
            _ => None,
        });
        let Some((talk, item)) = stolen else { return false };
        let thief = history.visitor("somebody else");
        let stream = 77_777;
        history.push(thief, &talk, What::Follow { stream, after: item.seq - 1 });
        history.push(thief, &talk, What::Shown { stream, item });
        true
    };
    a_message_that_is_shown_in_another_conversation: Stranger, |history, roll| {
        let talks: Vec<_> = history.owners.keys().cloned().collect();
        let sent = history.events.iter().find_map(|event| match &event.what {
            What::Send { id, .. } if event.talk == talks[0] => Some(id.clone()),
            _ => None,
        });
        let mut there = history.events.iter_mut().filter(|event| event.talk == talks[1]).filter_map(|event| last(&mut event.what));
        let (Some(sent), Some(items)) = (sent, there.next()) else { return false };
        let at = roll(items.len());
        items[at].kind = Kind::Said { id: Some(sent), body: digest("x"), note: false };
        true
    };
    a_conversation_that_two_were_given: Assignee, |history, roll| {
        let free = any(history, roll, |what| match what {
            What::Claimed { number } => Some(*number),
            _ => None,
        });
        let Some(claimed) = free else { return false };
        let won = history.events.iter().find(|event| matches!(event.what, What::Claimed { number } if number == claimed)).unwrap();
        let (talk, winner) = (won.talk.clone(), won.client);
        let loser = (0..history.clients.len()).rev().find(|client| *client != winner).unwrap();
        // Told more often than it happened.
        for number in 0..200 {
            history.push(loser, &talk, What::Claim { number: 90_000 + number });
            history.push(loser, &talk, What::Claimed { number: 90_000 + number });
        }
        true
    };
}

#[test]
fn a_message_that_overtakes_an_acknowledged_one() {
    let mut history = History::default();
    let (ann, ada) = (history.visitor("ann"), history.agent("ada"));
    history.owns("ann", "talk");
    history.sends(ann, "talk", "first", "1");
    history.acked(ann, "talk", "first", 2);
    history.sends(ada, "talk", "second", "2");
    history.acked(ada, "talk", "second", 1);
    for client in [ann, ada] {
        history.reads_at_last(client, "talk", [Item::message(1, "second", "2"), Item::message(2, "first", "1")]);
    }
    assert_eq!(caught(&history), [Rule::RealTime]);
}

#[test]
fn a_message_that_overtakes_its_senders_earlier_one() {
    for known in [true, false] {
        let mut history = History::default();
        let ada = history.agent("ada");
        history.sends(ada, "talk", "first", "1");
        history.sends(ada, "talk", "second", "2");
        history.acked(ada, "talk", "second", 1);
        if !known {
            history.push(ada, "talk", What::Unknown { id: "first".into() });
            history.sends(ada, "talk", "first", "1");
        }
        history.acked(ada, "talk", "first", 2);
        history.reads_at_last(ada, "talk", [Item::message(1, "second", "2"), Item::message(2, "first", "1")]);
        assert_eq!(caught(&history), if known { vec![Rule::Pipelined] } else { vec![] });
    }
}

#[test]
fn somebody_who_waits_for_ever() {
    let history = History { stuck: 1, ..honest(1, 100) };
    assert_eq!(caught(&history), [Rule::Stuck]);
}

#[test]
fn messages_at_the_same_time_may_be_in_either_order() {
    for order in [["first", "second"], ["second", "first"]] {
        let mut history = History::default();
        let (ann, ada) = (history.visitor("ann"), history.agent("ada"));
        history.owns("ann", "talk");
        history.sends(ann, "talk", "first", "text");
        history.sends(ada, "talk", "second", "text");
        for (seq, id) in (1..).zip(order) {
            history.acked(if id == "first" { ann } else { ada }, "talk", id, seq);
        }
        for client in [ann, ada] {
            let items = (1..).zip(order).map(|(seq, id)| Item::message(seq, id, "text"));
            history.reads_at_last(client, "talk", items.collect::<Vec<_>>());
        }
        assert_eq!(caught(&history), []);
    }
}

#[test]
fn nobody_knows_whether_it_is_there_and_both_are_right() {
    for is_there in [true, false] {
        let mut history = History::default();
        let ann = history.visitor("ann");
        history.owns("ann", "talk");
        history.sends(ann, "talk", "sent", "text");
        history.push(ann, "talk", What::Unknown { id: "sent".into() });
        history.reads_at_last(ann, "talk", is_there.then(|| Item::message(1, "sent", "text")));
        assert_eq!(caught(&history), []);
    }
}

/// A try that was refused after one that nobody knows of proves nothing.
#[test]
fn a_refusal_after_an_unknown_try_is_no_proof() {
    let mut history = History::default();
    let ann = history.visitor("ann");
    history.owns("ann", "talk");
    history.sends(ann, "talk", "sent", "text");
    history.push(ann, "talk", What::Unknown { id: "sent".into() });
    history.sends(ann, "talk", "sent", "text");
    history.push(ann, "talk", What::Refused { id: "sent".into() });
    history.reads_at_last(ann, "talk", [Item::message(1, "sent", "text")]);
    assert_eq!(caught(&history), []);
}

/// Fifty thousand messages in the time that a test may take: nothing in it is quadratic.
#[test]
fn long_histories_are_judged() {
    let mut history = History::default();
    let (ann, ada) = (history.visitor("ann"), history.agent("ada"));
    history.owns("ann", "talk");
    for stream in [0, 1] {
        history.push([ann, ada][stream as usize], "talk", What::Follow { stream, after: 0 });
    }
    let all: Vec<_> = (1..=50_000).map(|seq| Item::message(seq, &format!("m-{seq}"), "text")).collect();
    for item in &all {
        let id = format!("m-{}", item.seq);
        history.sends(ann, "talk", &id, "text");
        history.acked(ann, "talk", &id, item.seq);
        for (stream, client) in [(0, ann), (1, ada)] {
            history.push(client, "talk", What::Shown { stream, item: item.clone() });
        }
        let (began, after) = (history.events.last().unwrap().at, item.seq - 1);
        history.push(ada, "talk", What::Page { began, after, whole: true, items: vec![item.clone()] });
    }
    for client in [ann, ada] {
        history.reads_at_last(client, "talk", all.clone());
    }
    assert_eq!(check(&history), []);
}

/// A look at what is open: the place in time at which each came, and whose it is.
fn look(places: &[(i64, Option<&str>)], at_rest: bool) -> Look {
    let place = |&(since, agent): &(i64, Option<&str>)| Place {
        talk: format!("talk-{since}").into(),
        since,
        agent: agent.map(Into::into),
        seq: 1 + i64::from(agent.is_some()),
    };
    Look { places: places.iter().map(place).collect(), whole: true, at_rest }
}

/// What is found of a desk of two agents with room for one each.
fn at_the_desk(looks: Vec<Look>) -> Vec<Rule> {
    caught(&History { desk: Some(Desk { capacity: 1, agents: 2, looks }), ..History::default() })
}

#[test]
fn a_desk_that_gives_in_turn_passes() {
    let (ada, bob) = (Some("ada"), Some("bob"));
    let looks = vec![
        look(&[(1, None), (2, None), (3, None)], false),
        look(&[(1, ada), (2, None), (3, None)], false),
        look(&[(1, ada), (2, bob), (3, None), (4, None)], true),
        look(&[(1, None), (2, bob), (3, None), (4, None)], false),
        look(&[(1, ada), (3, bob), (4, None)], true),
    ];
    assert_eq!(at_the_desk(looks), []);
}

#[test]
fn a_desk_that_gives_too_much_or_out_of_turn_or_nothing_is_caught() {
    let ada = Some("ada");
    assert_eq!(at_the_desk(vec![look(&[(1, ada), (2, ada)], false)]), [Rule::Capacity]);
    let before = look(&[(1, None), (2, None)], false);
    assert_eq!(at_the_desk(vec![before.clone(), look(&[(1, None), (2, ada)], false)]), [Rule::Turn]);
    assert_eq!(at_the_desk(vec![before.clone(), look(&[(1, None), (2, None), (3, ada)], false)]), [Rule::Turn]);
    let mut released = look(&[(1, None), (2, ada)], false);
    released.places[0].seq = 3;
    assert_eq!(at_the_desk(vec![before, released]), [], "who was given in between did not wait all the while");
    assert_eq!(at_the_desk(vec![look(&[(1, ada), (2, None)], true)]), [Rule::Idle]);
}

#[test]
fn a_desk_that_takes_from_one_and_gives_to_another_is_caught() {
    let mut history = History { desk: Some(Desk::default()), ..History::default() };
    let ada = history.agent("ada");
    history.reads_at_last(ada, "talk", [Item::assigned(1, Some("ada")), Item::assigned(2, Some("bob"))]);
    assert_eq!(caught(&history), [Rule::Assignee]);
}
