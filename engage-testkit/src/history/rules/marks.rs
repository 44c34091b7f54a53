//! What belongs to a person: marks, unread, and conversations taken.

use std::collections::HashMap;

use super::Report;
use crate::history::Rule;
use crate::history::model::{Kind, Side};

/// Unread is what others said after the mark.
pub(super) fn unread_is_exact(report: &mut Report<'_>) {
    let (index, talk) = (report.index, report.talk);
    for asked in &talk.unread {
        let (who, side) = (index.person(asked.client), index.side(asked.client));
        let Some(truth) = talk.truth(index, side) else { continue };
        let by_others = truth.iter().filter(|item| item.seq > asked.mark).filter(|item| match &item.kind {
            Kind::Said { id: Some(id), .. } => talk.sent.get(&**id).is_none_or(|sent| index.person(sent.client) != who),
            Kind::Said { id: None, .. } => true,
            Kind::Assigned(_) | Kind::Other(_) => false,
        });
        let count = by_others.count();
        if i64::try_from(count) != Ok(asked.unread) {
            let (mark, unread, way) = (asked.mark, asked.unread, asked.way);
            report
                .broken(Rule::Unread, format!("{who} has {count} unread after {mark}, and is told {unread} ({way:?})"));
        }
    }
}

/// A person's mark never moves back.
pub(super) fn marks_move_forward(report: &mut Report<'_>) {
    let (index, talk) = (report.index, report.talk);
    let mut marks = HashMap::new();
    for asked in &talk.unread {
        let who = index.person(asked.client);
        let before = marks.insert(who, asked.mark).unwrap_or(0);
        if before > asked.mark {
            report.broken(Rule::Mark, format!("the mark of {who} was {before} and is {}", asked.mark));
        }
    }
}

/// Where the site alone gives, it gives what is nobody's.
pub(super) fn nobody_is_taken_from_anybody(report: &mut Report<'_>) {
    let mut holder: Option<&str> = None;
    for item in report.talk.truth(report.index, Side::Staff).unwrap_or_default() {
        let Kind::Assigned(agent) = &item.kind else { continue };
        if let (Some(holder), Some(agent)) = (holder, agent.as_deref()) {
            let detail = format!("{} gives to {agent} what {holder} has", item.seq);
            report.broken(Rule::Assignee, detail);
        }
        holder = agent.as_deref();
    }
}

/// As often as somebody was told that they alone took a conversation, it went from nobody to them.
pub(super) fn claims_are_exclusive(report: &mut Report<'_>) {
    let (index, talk) = (report.index, report.talk);
    let Some(truth) = talk.truth(index, Side::Staff) else { return };
    let (mut holder, mut taken) = (None, HashMap::new());
    for item in truth {
        let Kind::Assigned(agent) = &item.kind else { continue };
        if let (None, Some(agent)) = (&holder, agent) {
            *taken.entry(&**agent).or_insert(0) += 1;
        }
        holder.clone_from(agent);
    }
    let mut told: HashMap<&str, i32> = HashMap::new();
    for claim in talk.claims.values().filter(|claim| claim.succeeded) {
        *told.entry(index.person(claim.client)).or_default() += 1;
    }
    for (who, times) in told {
        let taken = taken.get(who).copied().unwrap_or(0);
        if times > taken {
            let detail = format!("{who} was told {times} times to have taken it from nobody, and did so {taken} times");
            report.broken(Rule::Assignee, detail);
        }
    }
}
