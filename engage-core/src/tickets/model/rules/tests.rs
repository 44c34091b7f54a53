use std::collections::BTreeSet;

use chrono::TimeDelta;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::{Acted, Change, Command, Facts, Planned, Step, Ticket};
use super::*;
use crate::chat::Priority;
use crate::clock::{Clock as _, ManualClock, Timestamp};
use crate::identity::{Actor, AgentRef, Staff};
use crate::ids::{ContactId, OutboxId, TicketId};

fn ticket() -> Ticket {
    let nil = uuid::Uuid::nil();
    Ticket::new(TicketId(nil), ContactId(nil), "Refund".to_owned(), ManualClock::default().now())
}

fn rules(value: Value) -> Vec<Rule> {
    let rules: Vec<Rule> = serde_json::from_value(value).unwrap();
    check_rules("/value", &rules).unwrap();
    rules
}

fn book(rules: &[Rule]) -> RuleBook {
    let agents = vec![AgentRef { id: "7".to_owned(), name: "Ada".to_owned() }];
    let ids = (1..=RuleBook::needs(rules) as u128).map(|number| OutboxId(uuid::Uuid::from_u128(number)));
    RuleBook { rules: rules.to_vec(), statuses: Vec::new(), agents, ids: ids.collect() }
}

fn step(rules: &[Rule], command: Command, at: Timestamp) -> Step {
    let mut step = Step::new(ticket().id, Actor::System, command, at);
    step.rules = Some(book(rules));
    step
}

fn run_of(causes: &[Cause]) -> Run {
    Run { ticket: ticket().id, causes: causes.to_vec(), acted: Vec::new(), depth: 0 }
}

fn after(rules: &[Rule], cause: Cause, ticket: &Ticket, minutes: i64) -> (Ticket, Vec<RuleStep>) {
    let at = ticket.created_at + TimeDelta::minutes(minutes);
    let (mut ticket, run) = (ticket.clone(), run_of(&[cause]));
    let steps = ticket.obey(&step(rules, Command::Run(run.clone()), at), &run, &Facts::default());
    (ticket, steps)
}

fn kinds(result: &RuleResult) -> Vec<&'static str> {
    match result {
        RuleResult::Done(entries) => entries.iter().map(|entry| entry.change.kind()).collect(),
        other => panic!("{other:?}"),
    }
}

fn promised(planned: &Planned) -> Vec<Run> {
    let runs = planned.effects.outbox.iter().filter(|message| message.topic == RUN);
    runs.map(|message| serde_json::from_value(message.payload.clone()).unwrap()).collect()
}

#[test]
fn each_rule_sees_what_those_before_it_have_done() {
    let rules = rules(json!([
        { "name": "refunds", "on": ["opened"], "when": { "subject": ["refund"] },
          "then": [{ "add_tags": ["money"] }, { "team": "billing" }] },
        { "name": "money is urgent", "on": ["opened", "updated"], "when": { "tag": ["money"] },
          "then": [{ "priority": "urgent" }, { "note": "Look at it today." }] },
        { "name": "others", "on": ["opened"], "when": { "not": { "tag": ["money"] } }, "then": [{ "assignee": "7" }] },
        { "name": "asleep", "on": ["opened"], "when": { "all": [] }, "then": [{ "assignee": "8" }], "is_off": true },
        { "name": "later", "on": ["sla_breach"], "when": { "all": [] }, "then": [{ "assignee": "9" }] },
    ]));
    let (then, steps) = after(&rules, Cause::Opened, &ticket(), 0);
    assert_eq!((then.team.as_deref(), then.priority), (Some("billing"), Priority::Urgent));
    let names: Vec<_> = steps.iter().map(|step| step.rule.as_str()).collect();
    assert_eq!(names, ["refunds", "money is urgent", "others"]);
    assert_eq!(kinds(&steps[0].result), ["acted", "tags", "team"]);
    assert_eq!(kinds(&steps[1].result), ["acted", "priority", "note"]);
    assert_eq!(steps[2].result, RuleResult::Unmet);
    // Done once more, only what is said is new.
    let (_, again) = after(&rules, Cause::Opened, &then, 0);
    assert_eq!((kinds(&again[0].result), kinds(&again[1].result)), (vec![], vec!["acted", "note"]));
}

#[test]
fn a_rule_of_time_does_not_say_the_same_for_ever() {
    let remind = |when: Value, then: Value| {
        rules(json!([{ "name": "remind", "on": ["time_passed"], "when": when, "then": then }]))
    };
    let said = json!([{ "reply": "Are you still there?" }]);
    let forever = remind(json!({ "age": 60 }), said.clone());
    assert_eq!(after(&forever, Cause::TimePassed, &ticket(), 59).1[0].result, RuleResult::Unmet);
    assert_eq!(after(&forever, Cause::TimePassed, &ticket(), 60).1[0].result, RuleResult::Repeats);
    // What it says makes the ticket busy, but an hour later it would say the same.
    let hourly = remind(json!({ "idle": 60 }), said);
    let (then, steps) = after(&hourly, Cause::TimePassed, &ticket(), 60);
    assert_eq!((&steps[0].result, then), (&RuleResult::Repeats, ticket()));
    let once = remind(
        json!({ "all": [{ "age": 60 }, { "not": { "tag": ["reminded"] } }] }),
        json!([{ "reply": "Are you still there?" }, { "add_tags": ["reminded"] }]),
    );
    let (then, steps) = after(&once, Cause::TimePassed, &ticket(), 60);
    assert_eq!(kinds(&steps[0].result), ["acted", "reply", "tags"]);
    assert_eq!(after(&once, Cause::TimePassed, &then, 61).1[0].result, RuleResult::Unmet);
}

#[test]
fn what_is_gone_breaks_its_rule_and_nothing_else() {
    let value = json!([
        { "name": "ship", "on": ["updated"], "when": { "all": [] }, "then": [{ "priority": "high" }, { "status": "shipping" }] },
        { "name": "give", "on": ["updated"], "when": { "all": [] }, "then": [{ "assignee": "gone" }] },
        { "name": "tag", "on": ["updated"], "when": { "all": [] }, "then": [{ "add_tags": ["seen"] }, { "assignee": "7" }] },
    ]);
    let rules = rules(value);
    let given = |statuses: &[_]| check_given_statuses("/value", rules.iter().map(|rule| &rule.then), statuses);
    assert_eq!(given(&[]).unwrap_err().fields()[0].field, "/value/0/then/1/status");
    let (then, steps) = after(&rules, Cause::Updated, &ticket(), 0);
    assert!(matches!(steps[0].result, RuleResult::Broken(_)) && matches!(steps[1].result, RuleResult::Broken(_)));
    assert_eq!((then.priority, then.tags), (Priority::Normal, vec!["seen".to_owned()]));
    assert_eq!(then.assignee.map(|agent| agent.name), Some("Ada".to_owned()));
}

#[test]
fn a_change_promises_a_run_and_a_run_no_second_one_of_itself() {
    let rules = rules(json!([
        { "name": "a", "on": ["updated"], "when": { "priority": ["urgent"] }, "then": [{ "add_tags": ["a"] }] },
        { "name": "b", "on": ["updated"], "when": { "tag": ["a"] }, "then": [{ "team": "b" }] },
    ]));
    let at = ticket().created_at;
    let edit = |priority| {
        let patch = super::super::Patch { priority: Some(priority), ..Default::default() };
        step(&rules, Command::Edit(patch), at).plan(vec![ticket()], &Facts::default()).unwrap()
    };
    assert_eq!(promised(&edit(Priority::High)), [], "no rule would do anything");
    let planned = edit(Priority::Urgent);
    let [first] = &promised(&planned)[..] else { panic!("one run") };
    assert_eq!((&first.causes, first.depth), (&vec![Cause::Updated], 0));
    let planned = step(&rules, Command::Run(first.clone()), at).plan(vec![planned.ticket], &Facts::default()).unwrap();
    assert_eq!((planned.ticket.team.as_deref(), planned.ticket.version), (Some("b"), 3));
    assert_eq!(promised(&planned), [], "both have acted");
    let acted: Vec<_> = planned.entries.iter().filter(|entry| entry.change.kind() == "acted").collect();
    assert_eq!(acted.len(), 2);
    assert!(planned.entries.iter().all(|entry| entry.public_seq.is_none()));
}

#[test]
fn a_chain_of_rules_is_stopped_and_says_so() {
    // Each wakes only the one before it in the order, so each needs a run of its own.
    let all: Vec<_> = (0..8)
        .rev()
        .map(|n| {
            let (tag, next) = (format!("t{n}"), format!("t{}", n + 1));
            json!({ "name": tag, "on": ["updated"], "when": { "tag": [tag] }, "then": [{ "add_tags": [next] }] })
        })
        .collect();
    let rules = rules(json!(all));
    let patch = super::super::Patch { add_tags: vec!["t0".to_owned()], ..Default::default() };
    let (mut held, mut command, mut runs) = (ticket(), Command::Edit(patch), 0);
    let stopped = loop {
        let planned = step(&rules, command, held.created_at).plan(vec![held], &Facts::default()).unwrap();
        match &promised(&planned)[..] {
            [run] => (held, command, runs) = (planned.ticket, Command::Run(run.clone()), runs + 1),
            _ => break planned,
        }
    };
    assert_eq!((runs, stopped.ticket.tags.len()), (5, 6));
    let last = stopped.entries.last().map(|entry| &entry.change);
    assert_eq!(last, Some(&Change::Acted { by: Acted::Stopped, name: "t5".to_owned() }));
}

#[test]
fn times_are_promised_once_and_as_they_move() {
    let rules = rules(json!([
        { "name": "wait", "on": ["time_passed"], "when": { "all": [{ "waiting": 30 }, { "age": 60 }] }, "then": [{ "priority": "high" }] },
    ]));
    let opened = |ticket: Ticket| {
        let mut create = super::super::Create::new(ticket, "Help".to_owned(), Actor::System);
        create.rules = Some(book(&rules));
        create.plan(1).unwrap()
    };
    let at = ticket().created_at;
    let planned = opened(ticket());
    let due = |planned: &Planned| -> BTreeSet<i64> {
        planned.effects.outbox.iter().map(|message| (message.due - at).num_minutes()).collect()
    };
    assert_eq!(due(&planned), BTreeSet::from([30, 60]));
    let later = at + TimeDelta::minutes(10);
    let patch = super::super::Patch { priority: Some(Priority::Low), ..Default::default() };
    let unmoved = step(&rules, Command::Edit(patch), later).plan(vec![planned.ticket], &Facts::default()).unwrap();
    assert_eq!(due(&unmoved), BTreeSet::new());
    let mut answered = unmoved.ticket;
    answered.waiting_since = None;
    let reply = Command::Reply { body: "And?".to_owned(), files: Vec::new(), patch: Default::default() };
    let mut step = step(&rules, reply, later);
    step.actor = Actor::Visitor(answered.requester);
    let moved = step.plan(vec![answered], &Facts::default()).unwrap();
    assert_eq!(due(&moved), BTreeSet::from([40]));
}

#[test]
fn a_macro_is_its_agents_and_comes_back_from_a_snooze() {
    let then: Vec<Action> =
        serde_json::from_value(json!([{ "reply": "Thanks." }, { "status": "pending" }, { "snooze": 90 }])).unwrap();
    let command = Command::Macro { name: "thanks".to_owned(), then };
    let mut step = step(&[], command, ticket().created_at).client_message_id("m");
    let staff =
        Staff { agent: AgentRef { id: "7".to_owned(), name: "Ada".to_owned() }, teams: Vec::new(), admin: true };
    step.actor = Actor::Staff(staff);
    let planned = step.plan(vec![ticket()], &Facts::default()).unwrap();
    let kinds: Vec<_> = planned.entries.iter().map(|entry| entry.change.kind()).collect();
    assert_eq!(kinds, ["acted", "reply", "status", "snoozed"]);
    assert!(planned.ticket.first_reply_at.is_some());
    assert_eq!(planned.effects.outbox[0].topic, super::super::WAKE);
    let facts = Facts { known: planned.entry.clone(), ..Facts::default() };
    let again = step.plan(vec![planned.ticket], &facts).unwrap();
    assert!(again.replayed && again.entries.is_empty());
}

#[test]
fn rules_that_cannot_be_are_refused() {
    let usual = json!({ "name": "a", "on": ["opened"], "when": { "all": [] }, "then": [{ "snooze": 5 }] });
    for (more, field) in [
        (json!({ "name": "" }), "/value/0/name"),
        (json!({ "on": [] }), "/value/0/on"),
        (json!({ "on": ["time_passed"] }), "/value/0/on"),
        (json!({ "when": { "any": [{ "tag": [] }] } }), "/value/0/when/any/0/tag"),
        (json!({ "then": [] }), "/value/0/then"),
        (json!({ "then": [{ "snooze": 0 }] }), "/value/0/then/0/snooze"),
        (json!({ "then": [{ "reply": " " }] }), "/value/0/then/0/reply"),
        (json!({ "then": [{ "team": "" }] }), "/value/0/then/0/team"),
        (json!({ "then": [{ "assignee": "" }] }), "/value/0/then/0/assignee"),
        (json!({ "then": [{ "add_tags": ["ok", ""] }] }), "/value/0/then/0/add_tags/1"),
        (json!({ "then": [{ "remove_tags": [] }] }), "/value/0/then/0/remove_tags"),
        (json!({ "then": [{ "field": { "name": "1", "value": 2 } }] }), "/value/0/then/0/field/attributes/1"),
        (json!({ "then": [{ "follow": [] }] }), "/value/0/then/0/follow"),
    ] {
        let mut value = usual.clone();
        value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let rules: Vec<Rule> = serde_json::from_value(json!([value])).unwrap();
        let error = check_rules("/value", &rules).unwrap_err();
        assert_eq!(error.fields()[0].field, field, "{more}");
    }
    let twice: Vec<Rule> = serde_json::from_value(json!([usual, usual])).unwrap();
    assert_eq!(check_rules("/value", &twice).unwrap_err().fields()[0].code, "taken");
    let shell = json!({ "name": "a", "on": ["opened"], "when": { "all": [] }, "then": [{ "shell": "rm" }] });
    assert!(serde_json::from_value::<Rule>(shell).is_err());
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        "[abc]".prop_map(|tag| Action::AddTags(vec![tag])),
        "[abc]".prop_map(|tag| Action::RemoveTags(vec![tag])),
        prop_oneof![Just(Priority::Low), Just(Priority::Urgent)].prop_map(Action::Priority),
        proptest::option::of("[xy]").prop_map(Action::Team),
        prop_oneof![Just("open"), Just("pending"), Just("solved")].prop_map(|name| Action::Status(name.to_owned())),
        Just(Action::Reply("Hello".to_owned())),
    ]
}

proptest! {
    /// Whatever the rules: what they do is numbered without a hole, ends, and a second try changes no field.
    #[test]
    fn runs_end_and_are_numbered_without_a_hole(
        rules in proptest::collection::vec((proptest::option::of("[abc]"), proptest::collection::vec(action(), 1..4)), 1..6)
    ) {
        let rules: Vec<_> = rules.into_iter().enumerate().map(|(place, (tag, then))| Rule {
            name: place.to_string(),
            on: vec![Cause::Updated, Cause::StaffReplied],
            when: tag.map_or_else(Condition::always, |tag| Condition::Tag(vec![tag])),
            then,
            is_off: false,
        }).collect();
        let (mut held, mut command, mut seq) = (ticket(), Command::Run(run_of(&[Cause::Updated])), 0);
        for round in 0.. {
            prop_assert!(round <= 6);
            let planned = step(&rules, command, held.created_at).plan(vec![held], &Facts::default()).unwrap();
            for entry in &planned.entries {
                seq += 1;
                prop_assert_eq!(entry.seq, seq);
            }
            let [run] = &promised(&planned)[..] else { break };
            prop_assert!(run.acted.len() as u64 > round);
            (held, command) = (planned.ticket, Command::Run(run.clone()));
        }
    }
}
