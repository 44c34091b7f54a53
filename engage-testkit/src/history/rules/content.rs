//! What is there, and who sees it.

use std::collections::{HashMap, HashSet};

use super::Report;
use crate::history::model::{Kind, Side};
use crate::history::{Rule, index::Index};

/// Every acknowledged message is in every reading that reaches that far.
pub(super) fn nothing_is_lost(report: &mut Report<'_>) {
    let (index, talk) = (report.index, report.talk);
    for last in &talk.lasts {
        let side = index.side(last.client);
        let held: HashSet<_> = last.items.iter().filter_map(|item| said(&item.kind)).collect();
        // A reading that began later holds only what comes after.
        let skipped: HashSet<_> = match talk.truth(index, side) {
            Some(truth) if last.after > 0 => {
                truth.iter().filter(|item| item.seq <= last.after).filter_map(|item| said(&item.kind)).collect()
            }
            _ => HashSet::new(),
        };
        for sent in talk.sent.values().filter(|sent| sent.is_acked() && sent.is_for(side)) {
            if !held.contains(&**sent.id) && !skipped.contains(&**sent.id) {
                let (who, way) = (index.person(last.client), last.way);
                report
                    .broken(Rule::Lost, format!("{} was acknowledged, and {who} does not have it ({way:?})", sent.id));
            }
        }
    }
}

/// No message, no number and no entry is in one reading twice, and one message was acknowledged with one number.
pub(super) fn nothing_is_doubled(report: &mut Report<'_>) {
    let (index, talk) = (report.index, report.talk);
    for last in &talk.lasts {
        let who = index.person(last.client);
        let (mut ids, mut numbers, mut entries) = (HashSet::new(), HashSet::new(), HashSet::new());
        for item in last.items {
            if said(&item.kind).is_some_and(|id| !ids.insert(id)) {
                report.broken(Rule::Doubled, format!("{who} has {:?} twice", said(&item.kind).unwrap_or_default()));
            } else if !numbers.insert(item.seq) {
                report.broken(Rule::Doubled, format!("{who} has the number {} twice", item.seq));
            } else if !entries.insert(&item.entry) {
                report.broken(Rule::Doubled, format!("{who} has the entry {} twice", item.entry));
            }
        }
    }
    for sent in talk.sent.values() {
        for side in Index::SIDES {
            let mut numbers = sent.acks.iter().filter(|(_, of, _)| *of == side).map(|(_, _, seq)| *seq);
            let first = numbers.next();
            if let Some(other) = numbers.find(|seq| Some(*seq) != first) {
                let first = first.unwrap_or_default();
                report.broken(Rule::Doubled, format!("{} was acknowledged as {first} and as {other}", sent.id));
            }
        }
    }
}

/// Whatever anybody is shown was sent in this conversation, was not refused, and says what its sender said.
pub(super) fn nothing_is_made_up(report: &mut Report<'_>) {
    let (index, talk) = (report.index, report.talk);
    let mut told = HashMap::new();
    for (client, item) in talk.shown() {
        let Kind::Said { id: Some(id), body, note } = &item.kind else { continue };
        let Some(sent) = talk.sent.get(&**id) else {
            let elsewhere = index.said_in.contains_key(&**id);
            if !elsewhere {
                told.entry((Rule::Ghost, id))
                    .or_insert_with(|| format!("{id} was never sent, and {} has it", index.person(client)));
            }
            continue;
        };
        if sent.is_refused() {
            told.entry((Rule::Ghost, id))
                .or_insert_with(|| format!("{id} was refused, and {} has it", index.person(client)));
        }
        if sent.body != *body || sent.note != *note {
            told.entry((Rule::Altered, id))
                .or_insert_with(|| format!("{id} is not what was sent, for {}", index.person(client)));
        }
    }
    for ((rule, _), detail) in told {
        report.broken(rule, detail);
    }
}

/// Visitors see no notes and nothing of another's conversation; nobody sees what was said elsewhere.
pub(super) fn nothing_is_shown_to_the_wrong(report: &mut Report<'_>) {
    let (index, talk) = (report.index, report.talk);
    let owner = index.history.owners.get(talk.name);
    let mut told = HashMap::new();
    for (client, item) in talk.shown() {
        let (who, side) = (index.person(client), index.side(client));
        let id = said(&item.kind);
        if let Some(id) = id.filter(|id| !talk.sent.contains_key(id) && index.said_in.contains_key(id)) {
            told.entry((Rule::Stranger, who))
                .or_insert_with(|| format!("{who} is shown {id}, which was said elsewhere"));
        }
        if side == Side::Staff {
            continue;
        }
        let is_note = id.and_then(|id| talk.sent.get(id)).is_some_and(|sent| sent.note);
        if item.kind.is_private() || is_note {
            let detail = || format!("{who} is shown {:?} as {}", item.kind, item.seq);
            told.entry((Rule::Private, who)).or_insert_with(detail);
        }
        if owner.is_some_and(|owner| owner != who) {
            let detail = || format!("{who} is shown {} of somebody else's", item.entry);
            told.entry((Rule::Stranger, who)).or_insert_with(detail);
        }
    }
    for ((rule, _), detail) in told {
        report.broken(rule, detail);
    }
}

/// The `client_message_id` of what was said.
fn said(kind: &Kind) -> Option<&str> {
    match kind {
        Kind::Said { id, .. } => id.as_deref(),
        Kind::Assigned(_) | Kind::Other(_) => None,
    }
}
