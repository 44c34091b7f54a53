//! Numbers, and what they say about time.

use super::Report;
use crate::history::model::{Item, Kind, Name, Side};
use crate::history::{Rule, index::Index};

/// Each reading counts up from where it began, without a hole.
pub(super) fn numbers_are_whole_and_rise(report: &mut Report<'_>) {
    let (index, talk) = (report.index, report.talk);
    for last in &talk.lasts {
        let (who, way) = (index.person(last.client), last.way);
        let mut before = last.after;
        for item in last.items {
            if item.seq <= before {
                report.broken(Rule::Order, format!("{who} reads {} after {before} ({way:?})", item.seq));
            } else if item.seq != before + 1 {
                let hole = format!("{who} reads {} after {before}: there is a hole ({way:?})", item.seq);
                report.broken(Rule::Hole, hole);
            }
            before = item.seq;
        }
    }
}

/// All readings of one side are the same, and the visitor's messages are the staff's without the notes.
pub(super) fn readers_agree(report: &mut Report<'_>) {
    let (index, talk) = (report.index, report.talk);
    for side in Index::SIDES {
        let Some(truth) = talk.truth(index, side) else { continue };
        for last in talk.lasts.iter().filter(|last| index.side(last.client) == side) {
            let rest = truth.iter().filter(|item| item.seq > last.after);
            if let Some(detail) = difference(rest, last.items.iter()) {
                let (who, way) = (index.person(last.client), last.way);
                report.broken(Rule::Disagree, format!("{who} ({way:?}) has not what others have: {detail}"));
            }
        }
    }
    let [visitor, staff] = Index::SIDES.map(|side| talk.truth(index, side).map(messages));
    if let (Some(visitor), Some(staff)) = (visitor, staff)
        && let Some(place) = (0..visitor.len().max(staff.len())).find(|at| visitor.get(*at) != staff.get(*at))
    {
        let (here, there) = (visitor.get(place), staff.get(place));
        report
            .broken(Rule::Disagree, format!("message {} is {here:?} for the visitor, {there:?} for staff", place + 1));
    }
}

/// What was sent after the acknowledgement of another is numbered after it.
pub(super) fn time_is_kept(report: &mut Report<'_>) {
    let (index, talk) = (report.index, report.talk);
    let Some(side) = [Side::Staff, Side::Visitor].into_iter().find(|side| talk.truth(index, *side).is_some()) else {
        return;
    };
    // Messages by the first acknowledgement, and by the first try: one walk along both.
    let placed = placed(talk.truth(index, side).unwrap_or_default());
    let sent = || talk.sent.values().filter_map(|sent| Some((sent, *placed.get(&**sent.id)?)));
    let mut acked: Vec<_> =
        sent().filter_map(|(sent, place)| Some((sent.acks.iter().map(|ack| ack.0).min()?, place, sent.id))).collect();
    let mut began: Vec<_> = sent().map(|(sent, place)| (sent.began, place, sent.id)).collect();
    acked.sort_unstable();
    began.sort_unstable();
    let (mut next, mut newest) = (0, None);
    for (at, place, id) in began {
        while let Some((_, acked_place, acked_id)) = acked.get(next).filter(|ack| ack.0 < at) {
            newest = newest.max(Some((*acked_place, *acked_id)));
            next += 1;
        }
        if let Some((before, other)) = newest.filter(|(before, _)| *before > place) {
            let detail =
                format!("{id} is {place}, though it was sent after {other}, which is {before}, was acknowledged");
            report.broken(Rule::RealTime, detail);
        }
    }
}

/// What a client sent one after the other, without waiting, comes in that order. After a try that failed, or of which nobody
/// knows, it may not: what followed may have been stored before the next try.
pub(super) fn senders_keep_their_order(report: &mut Report<'_>) {
    let (index, talk) = (report.index, report.talk);
    let Some(placed) = talk.truth(index, Side::Staff).map(placed) else { return };
    let at_once = talk.sent.values().filter(|sent| sent.failed == 0 && sent.is_acked());
    let mut sent: Vec<_> =
        at_once.filter_map(|sent| Some((sent.client, sent.began, *placed.get(&**sent.id)?, sent.id))).collect();
    sent.sort_unstable();
    for pair in sent.windows(2) {
        let ((client, _, one, first), (other_client, _, other, second)) = (pair[0], pair[1]);
        if client == other_client && one > other {
            let who = index.person(client);
            report
                .broken(Rule::Pipelined, format!("{who} sent {first} before {second}, and it is {one} after {other}"));
        }
    }
}

/// The number of an acknowledgement is that under which its sender's side reads the message.
pub(super) fn acknowledgements_are_true(report: &mut Report<'_>) {
    let (index, talk) = (report.index, report.talk);
    for side in Index::SIDES {
        let Some(truth) = talk.truth(index, side) else { continue };
        let placed = placed(truth);
        for sent in talk.sent.values() {
            let Some(place) = placed.get(&**sent.id) else { continue };
            let wrong = sent.acks.iter().find(|(_, of, seq)| *of == side && seq != place);
            if let Some((_, _, seq)) = wrong {
                report.broken(Rule::Ack, format!("{} was acknowledged as {seq}, and is {place}", sent.id));
            }
        }
    }
}

/// The numbers of what was said.
pub(super) fn placed(items: &[Item]) -> std::collections::HashMap<&str, i64> {
    let said = items.iter().filter_map(|item| match &item.kind {
        Kind::Said { id: Some(id), .. } => Some((&**id, item.seq)),
        _ => None,
    });
    said.collect()
}

/// Messages without notes, by their entries' ids.
fn messages(items: &[Item]) -> Vec<&str> {
    let is_message = |item: &&Item| matches!(item.kind, Kind::Said { note: false, .. });
    items.iter().filter(is_message).map(|item| &*item.entry).collect()
}

fn difference<'i>(
    mut one: impl Iterator<Item = &'i Item>,
    mut other: impl Iterator<Item = &'i Item>,
) -> Option<String> {
    loop {
        match (one.next(), other.next()) {
            (None, None) => return None,
            (one, other) if one == other => {}
            (one, other) => {
                let told = |item: Option<&Item>| item.map(|item| (item.seq, Name::clone(&item.entry)));
                return Some(format!("{:?} where there is {:?}", told(other), told(one)));
            }
        }
    }
}
