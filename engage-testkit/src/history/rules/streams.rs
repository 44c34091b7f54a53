//! What is shown while things happen.

use std::collections::HashMap;

use super::Report;
use super::order::placed;
use crate::history::{Rule, index::Index};

/// From where it said it would begin, a stream shows each number once, in order.
pub(super) fn streams_have_no_hole(report: &mut Report<'_>) {
    let (index, talk) = (report.index, report.talk);
    for stream in talk.streams.values() {
        let who = index.person(stream.client);
        let mut before = stream.after;
        for item in &stream.items {
            if item.seq != before + 1 {
                let detail = format!("{who} is shown {} after {before}, and no gap was told", item.seq);
                report.broken(Rule::Stream, detail);
            }
            before = item.seq;
        }
    }
    // What was shown is what it turned out to be.
    for side in Index::SIDES {
        let Some(truth) = talk.truth(index, side) else { continue };
        let by_number: HashMap<_, _> = truth.iter().map(|item| (item.seq, item)).collect();
        for stream in talk.streams.values().filter(|stream| index.side(stream.client) == side) {
            let wrong = stream.items.iter().find(|item| by_number.get(&item.seq) != Some(*item));
            if let Some(item) = wrong {
                let (who, seq) = (index.person(stream.client), item.seq);
                report.broken(
                    Rule::Stream,
                    format!("{who} was shown as {seq} what {seq} is not in the end: {}", item.entry),
                );
            }
        }
    }
}

/// A page holds everything from where it begins, up to what was acknowledged when it was asked for.
pub(super) fn reads_are_fresh(report: &mut Report<'_>) {
    let (index, talk) = (report.index, report.talk);
    for side in Index::SIDES {
        let Some(truth) = talk.truth(index, side) else { continue };
        let placed = placed(truth);
        let mut acked: Vec<_> = talk
            .sent
            .values()
            .filter_map(|sent| Some((sent.acks.iter().map(|ack| ack.0).min()?, *placed.get(&**sent.id)?, sent.id)))
            .collect();
        acked.sort_unstable();
        // The newest number of all that was acknowledged up to each.
        let mut newest = (0, None);
        let newest: Vec<_> = acked
            .iter()
            .map(|(_, place, id)| {
                newest = newest.max((*place, Some(*id)));
                newest
            })
            .collect();
        for page in talk.pages.iter().filter(|page| index.side(page.client) == side) {
            let who = index.person(page.client);
            let mut before = page.after;
            for item in page.items {
                if item.seq != before + 1 {
                    report.broken(Rule::Stale, format!("{who} read {} after {before} in one page", item.seq));
                }
                before = item.seq;
            }
            let known = acked.partition_point(|(at, ..)| *at < page.began);
            let Some((must, Some(id))) = known.checked_sub(1).map(|last| newest[last]) else { continue };
            if page.whole && before.max(page.after) < must {
                let detail = format!("{who} read up to {before}, though {id}, which is {must}, had been acknowledged");
                report.broken(Rule::Stale, detail);
            }
        }
    }
}
