//! Lists of tickets and searches in them, however many there are.

use std::time::Instant;

use engage::chat::{AssigneeFilter, Priority, Sight, TeamFilter};
use engage::ids::ContactId;
use engage::tickets::{Category, ListQuery, NewTicket, StatusFilter};
use engage::{Actor, AgentRef, Engage, Identity, Staff};
use serde_json::json;

use super::paper::Paper;
use super::words::{Dice, spoken, text, word};
use super::{Scale, Times, grouped, site};
use crate::Result;
use crate::bulk::Bulk;
use crate::report::Target;

/// How many words a request has.
const BODY: usize = 25;
/// How many rows are written at once.
const BATCH: i64 = 5_000;
/// How many tickets a page has, and how many findings.
const PAGE: usize = 30;
const FOUND: usize = 20;

const LISTS: [&str; 6] = ["list", "tickets", "database", "on the page", "p50 ms", "p99 ms"];
const SEARCHES: [&str; 7] = ["search", "tickets", "database", "p50 ms", "p99 ms", "bare p50 ms", "bare p99 ms"];

pub(super) async fn measure(url: &str, target: Target, scale: &Scale, paper: &mut Paper) -> Result {
    let engage = site(url, engage::Builder::without_background_jobs).await?;
    let mut bulk = Bulk::open(url).await?;
    let start = Instant::now();
    let requester = fill(&engage, &mut bulk, scale.tickets).await?;
    eprintln!("  {} tickets after {:.0} s", scale.tickets, start.elapsed().as_secs_f64());
    let mut slowest = 0_f64;
    for (name, query) in lists(&engage, requester).await? {
        let (mut times, mut page) = (Times::default(), 0);
        for _ in 0..scale.lists {
            let start = Instant::now();
            page = engage.tickets().list(&query).await?.len();
            times.add(start.elapsed())?;
        }
        let (p50, p99) = times.told();
        slowest = slowest.max(p99);
        let row = [
            name.to_owned(),
            grouped(scale.tickets),
            target.name().to_owned(),
            page.to_string(),
            format!("{p50:.2}"),
            format!("{p99:.2}"),
        ];
        paper.row("Lists of tickets", LISTS, row);
    }
    let what = format!("p99 of the slowest list of {} tickets, ms, {}", grouped(scale.tickets), target.name());
    paper.goal(what, 20.0, slowest);
    searches(&engage, &mut bulk, target, scale, paper).await
}

/// The lists that people look at, and those that pass over the most.
async fn lists(engage: &Engage, requester: ContactId) -> Result<Vec<(&'static str, ListQuery)>> {
    let with = |set: &dyn Fn(&mut ListQuery)| {
        let mut query = ListQuery::new(Sight::All, PAGE);
        set(&mut query);
        query
    };
    let unsolved = |query: &mut ListQuery| query.status = StatusFilter::Unsolved;
    let closed = |query: &mut ListQuery| query.status = StatusFilter::Category(Category::Closed);
    let one_team = Staff {
        agent: AgentRef { id: "a1".to_owned(), name: "Agent".to_owned() },
        teams: vec!["team-1".to_owned()],
        admin: false,
    };
    // Far down the list of all.
    let mut after = None;
    for _ in 0..50 {
        let page = engage.tickets().list(&with(&|query| (query.after, query.limit) = (after, 100))).await?;
        after = page.last().map(|last| (last.ticket.updated_at, last.ticket.id));
    }
    Ok(vec![
        ("unsolved", with(&unsolved)),
        ("all", with(&|_| {})),
        ("all, 5,000 further down", with(&|query| query.after = after)),
        ("closed", with(&closed)),
        ("unsolved, mine", with(&|query| (unsolved(query), query.assignee = AssigneeFilter::Is("a1".to_owned())).0)),
        ("unsolved, nobody's", with(&|query| (unsolved(query), query.assignee = AssigneeFilter::None).0)),
        ("unsolved, urgent: 1 in 1,000", with(&|query| (unsolved(query), query.priority = Some(Priority::Urgent)).0)),
        ("unsolved, of a team", with(&|query| (unsolved(query), query.team = TeamFilter::Is("team-1".to_owned())).0)),
        (
            "unsolved, of a small team",
            with(&|query| (unsolved(query), query.team = TeamFilter::Is("legal".to_owned())).0),
        ),
        (
            "unsolved, as one team sees it",
            with(&|query| (unsolved(query), query.sight = Sight::Staff(one_team.clone())).0),
        ),
        ("all of a small team", with(&|query| query.team = TeamFilter::Is("legal".to_owned()))),
        ("all, urgent: 1 in 1,000", with(&|query| query.priority = Some(Priority::Urgent))),
        ("closed, urgent: 1 in 1,000", with(&|query| (closed(query), query.priority = Some(Priority::Urgent)).0)),
        (
            "closed, nobody's, of a small team",
            with(&|query| {
                closed(query);
                query.assignee = AssigneeFilter::None;
                query.team = TeamFilter::Is("legal".to_owned());
            }),
        ),
        ("by a tag", with(&|query| query.tag = Some("refund".to_owned()))),
        ("of a requester", with(&|query| query.requester = Some(requester))),
    ])
}

/// Asks both in turn, so that what drifts, drifts for both.
async fn searches(engage: &Engage, bulk: &mut Bulk, target: Target, scale: &Scale, paper: &mut Paper) -> Result {
    for (name, length, ranks) in [
        ("a word of few", 1, 5_000..15_000),
        ("two words", 2, 50..500),
        ("a word of nearly all", 1, 0..1),
        ("a word of many", 1, 10..40),
    ] {
        let (mut own, mut bare, mut dice) = (Times::default(), Times::default(), Dice::new(3));
        for time in 0..scale.lists / 2 + 5 {
            let words = (0..length).map(|_| word(ranks.start + dice.below(ranks.end - ranks.start)));
            let words = words.collect::<Vec<_>>().join(" ");
            let start = Instant::now();
            let found = engage.tickets().search(&Actor::System, &words, None, FOUND).await?.len();
            let took = start.elapsed();
            let start = Instant::now();
            let rows = bulk.find_tickets(&words, FOUND).await?;
            if found != rows {
                return Err(format!("{words:?}: {found} were found, and {rows} by the bare statement").into());
            }
            if time >= 5 {
                bare.add(start.elapsed())?;
                own.add(took)?;
            }
        }
        let ((p50, p99), (bare_p50, bare_p99)) = (own.told(), bare.told());
        let [p50, p99, bare_p50, bare_p99] = [p50, p99, bare_p50, bare_p99].map(|time| format!("{time:.2}"));
        let count = grouped(scale.tickets);
        let row = [name.to_owned(), count, target.name().to_owned(), p50, p99, bare_p50, bare_p99];
        paper.row("Searches in tickets", SEARCHES, row);
    }
    Ok(())
}

/// Writes `tickets` of 50 agents and 6 teams, one in 20 of them unsolved; gives somebody who has some.
async fn fill(engage: &Engage, bulk: &mut Bulk, tickets: i64) -> Result<ContactId> {
    let ann = Identity::member("ann").name("Ann").email("ann@example.com");
    let requester = engage.contacts().of_identity(&ann, None).await?.id;
    let mut new = NewTicket::new(requester, "A cup is missing", "My order came without the blue cup.");
    new.tags = vec!["refund".to_owned()];
    engage.tickets().create(&Actor::System, new).await?;
    bulk.copy_tickets(tickets).await?;
    let mut from = 0;
    while from < tickets {
        let end = (from + BATCH).min(tickets);
        let rows: Vec<_> = (from..end).map(|n| json!({ "n": n, "words": spoken(&text(n, BODY)) })).collect();
        bulk.copy_requests(&serde_json::to_string(&rows)?).await?;
        from = end;
    }
    bulk.settle().await?;
    Ok(requester)
}
