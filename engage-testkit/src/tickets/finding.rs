//! Who finds which tickets.

use engage_core::chat::{AssigneeFilter, EntryRange, Priority, SearchQuery, Sight, TeamFilter};
use engage_core::secret::TokenHash;
use engage_core::tickets::{
    Category, Command, Draft, EntryQuery, ListQuery, Patch, Status, StatusFilter, Ticket, TicketLink,
};
use engage_core::words::Terms;
use engage_core::{Actor, AgentRef, Audience, ErrorKind};

use super::{Tickets, agent, reply};
use crate::chat::staff;

/// For others they do not, by whatever way they ask.
pub async fn tickets_exist_for_those_who_see_them(world: Tickets) {
    let (ticket, _) = world.ticket().await;
    let law = Patch { team: Some(Some("law".to_owned())), ..Patch::default() };
    world.edits(ticket.id, law).await;
    let sights = [
        (Sight::All, true),
        (Sight::Visitor(ticket.requester), true),
        (Sight::Visitor(world.id()), false),
        (Sight::Staff(staff("ada", &["law"], false)), true),
        (Sight::Staff(staff("eve", &["sales"], false)), false),
        (Sight::Staff(staff("root", &[], true)), true),
    ];
    for (sight, sees) in sights {
        assert_eq!(world.store.get(ticket.id, &sight).await.unwrap().is_some(), sees, "{sight:?}");
        assert_eq!(world.store.by_number(ticket.number, &sight).await.unwrap().is_some(), sees, "{sight:?}");
        let listed = world.store.list(&ListQuery::new(sight.clone(), 10)).await.unwrap();
        assert_eq!(listed.len(), usize::from(sees), "{sight:?}");
    }
    let (other, _) = world.ticket().await;
    for actor in [Actor::Visitor(world.id()), agent("eve", &["sales"])] {
        let refused = world.does(ticket.id, &actor, reply("Hello")).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::NotFound);
    }
    // Who may not see both hears of neither.
    for command in [Command::Merge { from: ticket.id }, Command::Link { other: ticket.id, holds: true }] {
        let refused = world.does(other.id, &agent("eve", &["sales"]), command).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::NotFound);
    }
}

/// Some tickets that differ in everything that is asked for.
async fn some(world: &Tickets) -> Vec<Ticket> {
    let people = [world.named_contact(None).await.id, world.named_contact(None).await.id];
    let ada = || AgentRef { id: "ada".to_owned(), name: "Ada".to_owned() };
    let mut all = Vec::new();
    for turn in 0..48_usize {
        let mut ticket = world.draft_ticket(people[turn % 2], &format!("Ticket {turn}"));
        ticket.status = Category::ALL[turn % 6].into();
        if turn % 5 == 0 {
            ticket.status = Status { category: Category::OnHold, custom: Some("vendor".to_owned()) };
        }
        ticket.team = [None, Some("law"), Some("sales")][turn % 3].map(str::to_owned);
        ticket.assignee = (turn % 4 == 1).then(ada);
        ticket.priority = if turn % 7 == 0 { Priority::Urgent } else { Priority::Normal };
        ticket.tags = if turn % 3 == 0 { vec!["vip".to_owned()] } else { Vec::new() };
        ticket.snoozed_until = (turn % 8 == 2).then(|| ticket.created_at + chrono::TimeDelta::hours(1));
        let mut opened = world.open(ticket).await;
        if turn % 6 == 3 {
            opened = world.edits(opened.id, Patch { due_at: Some(Some(world.now())), ..Patch::default() }).await.ticket;
        }
        all.push(opened);
    }
    // An old one comes to the top, tags and all.
    all[3] =
        world.edits(all[3].id, Patch { organisation: Some(Some("Acme".to_owned())), ..Patch::default() }).await.ticket;
    all.sort_by_key(|ticket| std::cmp::Reverse((ticket.updated_at, ticket.id)));
    all
}

/// Whatever is asked for, alone or together: what [`ListQuery::wants`] says of each, latest change first.
pub async fn lists_hold_what_is_asked_for(world: Tickets) {
    let all = some(&world).await;
    let requester = all[0].requester;
    let sights = [
        Sight::All,
        Sight::Staff(staff("ada", &["law", "x"], false)),
        Sight::Staff(staff("root", &[], true)),
        Sight::Visitor(requester),
    ];
    let statuses = [
        StatusFilter::All,
        StatusFilter::Unsolved,
        StatusFilter::Category(Category::Open),
        StatusFilter::Category(Category::Solved),
        StatusFilter::Custom("vendor".to_owned()),
    ];
    let assignees = [AssigneeFilter::Any, AssigneeFilter::None, AssigneeFilter::Is("ada".to_owned())];
    let teams = [TeamFilter::Any, TeamFilter::None, TeamFilter::Is("sales".to_owned())];
    for (turn, sight) in (0_usize..).zip(sights.iter().flat_map(|sight| std::iter::repeat_n(sight, 45))) {
        let (status, assignee, team) = (&statuses[turn % 5], &assignees[turn / 5 % 3], &teams[turn / 15 % 3]);
        for rest in 0..16 {
            let mut query = ListQuery::new(sight.clone(), 100);
            (query.status, query.assignee, query.team) = (status.clone(), assignee.clone(), team.clone());
            query.requester = (rest & 1 == 1).then_some(requester);
            query.tag = (rest & 2 == 2).then(|| "vip".to_owned());
            query.priority = (rest & 4 == 4).then_some(Priority::Urgent);
            query.awake_at = (rest & 8 == 8).then(|| world.now());
            let listed = world.store.list(&query).await.unwrap();
            let found: Vec<_> = listed.into_iter().map(|listed| listed.ticket.number).collect();
            let wanted: Vec<_> = all.iter().filter(|one| query.wants(one)).map(|one| one.number).collect();
            assert_eq!(found, wanted, "{query:?}");
        }
    }
}

/// Each page begins after the last one's end.
pub async fn lists_page_without_loss(world: Tickets) {
    let all = some(&world).await;
    for tag in [None, Some("vip".to_owned())] {
        let mut query = ListQuery::new(Sight::All, 7);
        query.tag = tag;
        let mut found = Vec::new();
        loop {
            let page = world.store.list(&query).await.unwrap();
            query.after = page.last().map(|last| (last.ticket.updated_at, last.ticket.id));
            if page.is_empty() {
                break;
            }
            found.extend(page.into_iter().map(|listed| listed.ticket.id));
        }
        query.after = None;
        let wanted: Vec<_> = all.iter().filter(|one| query.wants(one)).map(|one| one.id).collect();
        assert_eq!(found, wanted);
    }
}

/// In the reader's own numbering.
pub async fn entries_are_read_by_audience_and_range(world: Tickets) {
    let (ticket, bo) = world.ticket().await;
    for turn in 0..5 {
        world.says(ticket.id, &bo, &format!("b{turn}"), "Hello?").await.unwrap();
        let note = Command::Note { body: "Hm".to_owned(), mentions: Vec::new(), files: Vec::new() };
        world.does(ticket.id, &agent("ada", &[]), note).await.unwrap();
    }
    let read = async |audience, range, limit| {
        let entries = world.store.entries(&EntryQuery::new(ticket.id, audience, range, limit)).await.unwrap();
        entries.iter().map(|entry| entry.seq_for(audience).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(read(Audience::Staff, EntryRange::After(9), 5).await, [10, 11]);
    assert_eq!(read(Audience::Staff, EntryRange::After(2), 3).await, [3, 4, 5]);
    assert_eq!(read(Audience::Staff, EntryRange::Before(4), 2).await, [2, 3]);
    assert_eq!(read(Audience::Staff, EntryRange::Latest, 2).await, [10, 11]);
    assert_eq!(read(Audience::Visitor, EntryRange::After(4), 5).await, [5, 6]);
    assert_eq!(read(Audience::Visitor, EntryRange::Before(3), 5).await, [1, 2]);
    assert_eq!(read(Audience::Visitor, EntryRange::Latest, 3).await, [4, 5, 6]);
    let nothing = EntryQuery::new(world.id(), Audience::Staff, EntryRange::Latest, 5);
    assert!(world.store.entries(&nothing).await.unwrap().is_empty());
}

async fn search(world: &Tickets, sight: Sight, words: &str, limit: usize) -> Vec<(i64, i64)> {
    let query = SearchQuery::new(sight, Terms::checked(words).unwrap(), limit);
    let found = world.store.search(&query).await.unwrap();
    found.iter().map(|found| (found.listed.ticket.number, found.entry.seq)).collect()
}

/// Subjects, what was asked, replies and notes: all words, the last of which may go on; latest first.
pub async fn what_was_said_is_found_at_once(world: Tickets) {
    let requester = world.named_contact(None).await.id;
    let ticket = world.open(world.draft_ticket(requester, "Größe \"passt\" nicht")).await;
    world.says(ticket.id, &Actor::Visitor(requester), "1", "The SHOES are too small -- really").await.unwrap();
    let note = Command::Note {
        body: "small OR large shoes; DROP TABLE tickets".to_owned(),
        mentions: Vec::new(),
        files: Vec::new(),
    };
    world.does(ticket.id, &agent("ada", &[]), note).await.unwrap();
    let renamed = Patch { subject: Some("Umtausch".to_owned()), ..Patch::default() };
    world.edits(ticket.id, renamed).await;
    let n = ticket.number;
    for (words, found) in [
        ("shoes", vec![(n, 3), (n, 2)]),
        ("shoes small", vec![(n, 3), (n, 2)]),
        ("größ", vec![(n, 1)]),
        ("passt NICHT", vec![(n, 1)]),
        ("umtau", vec![(n, 4)]),
        ("sho small", vec![]),
        ("\"*", vec![]),
    ] {
        if Terms::checked(words).is_ok() {
            assert_eq!(search(&world, Sight::All, words, 10).await, found, "{words:?}");
        }
    }
    let mut query = SearchQuery::new(Sight::All, Terms::checked("shoes").unwrap(), 1);
    let first = world.store.search(&query).await.unwrap();
    query.before = Some(first[0].place);
    let second = world.store.search(&query).await.unwrap();
    assert_eq!((first[0].entry.seq, second[0].entry.seq), (3, 2));
    query.before = Some(second[0].place);
    assert!(world.store.search(&query).await.unwrap().is_empty());
}

/// By staff, in tickets of theirs.
pub async fn what_is_found_is_seen(world: Tickets) {
    let (ticket, _) = world.ticket().await;
    world.edits(ticket.id, Patch { team: Some(Some("law".to_owned())), ..Patch::default() }).await;
    for (sight, finds) in [
        (Sight::Visitor(ticket.requester), false),
        (Sight::Staff(staff("eve", &["sales"], false)), false),
        (Sight::Staff(staff("ada", &["law"], false)), true),
        (Sight::Staff(staff("root", &[], true)), true),
    ] {
        assert_eq!(!search(&world, sight.clone(), "how", 10).await.is_empty(), finds, "{sight:?}");
    }
}

/// The last one counts, an empty one is none, and of a ticket that is not there is none.
pub async fn drafts_are_one_for_each_person(world: Tickets) {
    let (ticket, _) = world.ticket().await;
    let draft = |person: &str, body: &str, note| {
        let (person, body) = (person.to_owned(), body.to_owned());
        Draft { ticket: ticket.id, person, body, note, updated_at: world.now() }
    };
    let (first, second, other) =
        (draft("ada", "Dear", false), draft("ada", "Dear Bo", true), draft("eve", "Hey", false));
    for one in [&first, &second, &other] {
        world.store.put_draft(one).await.unwrap();
    }
    assert_eq!(world.store.draft(ticket.id, "ada").await.unwrap(), Some(second));
    assert_eq!(world.store.draft(ticket.id, "eve").await.unwrap(), Some(other));
    world.store.put_draft(&draft("ada", "", false)).await.unwrap();
    assert_eq!(world.store.draft(ticket.id, "ada").await.unwrap(), None);
    let nowhere = Draft { ticket: world.id(), ..first };
    world.store.put_draft(&nowhere).await.unwrap();
    assert_eq!(world.store.draft(nowhere.ticket, "ada").await.unwrap(), None);
}

/// Also those that they were given.
pub async fn a_contacts_tickets_are_found(world: Tickets) {
    let ((one, _), (other, _)) = (world.ticket().await, world.ticket().await);
    let given = Patch { requester: Some(one.requester), ..Patch::default() };
    world.does(other.id, &Actor::System, Command::Edit(given)).await.unwrap();
    let mut found = world.store.of_contact(one.requester, 10).await.unwrap();
    found.sort();
    assert_eq!(found, [one.id, other.id]);
    assert_eq!(world.store.of_contact(one.requester, 1).await.unwrap().len(), 1);
    assert!(world.store.of_contact(other.requester, 10).await.unwrap().is_empty());
}

/// Of many who bring it at once one gets it; it is forgotten when it is out of date and another is kept.
pub async fn a_link_is_taken_once(world: Tickets) {
    let (now, hour) = (world.now(), chrono::TimeDelta::hours(1));
    let link = |byte: u8, expires_at| TicketLink {
        token: TokenHash([byte; 32]),
        address: "ann@example.com".to_owned(),
        expires_at,
    };
    let (first, second) = (link(1, now + hour), link(2, now + hour * 3));
    world.store.put_link(&first, now).await.unwrap();
    let tries = (0..8).map(|_| world.store.take_link(&first.token));
    let taken = futures_util::future::join_all(tries).await;
    let taken: Vec<_> = taken.into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(taken, std::slice::from_ref(&first));
    world.store.put_link(&first, now).await.unwrap();
    world.store.put_link(&second, now + hour).await.unwrap();
    assert_eq!(world.store.take_link(&first.token).await.unwrap(), None, "out of date");
    assert_eq!(world.store.take_link(&second.token).await.unwrap(), Some(second));
}

/// Each for themselves; said twice it is the same.
pub async fn mails_are_for_agents_who_want_them(world: Tickets) {
    let agents: Vec<_> = crate::hostile::names().into_iter().take(5).collect();
    let wanted = async || world.store.who_wants_mails(&agents).await.unwrap();
    assert!(wanted().await.is_empty());
    for agent in [&agents[0], &agents[1], &agents[0]] {
        world.store.want_mails(agent, true).await.unwrap();
    }
    assert_eq!(wanted().await, agents[..2].iter().cloned().collect());
    world.store.want_mails(&agents[0], false).await.unwrap();
    world.store.want_mails(&agents[0], false).await.unwrap();
    assert_eq!(wanted().await, agents[1..2].iter().cloned().collect());
    assert!(world.store.who_wants_mails(&[]).await.unwrap().is_empty());
}
