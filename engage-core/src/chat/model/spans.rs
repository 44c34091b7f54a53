//! How much open time passes: what deadlines are made of.

use chrono::{NaiveDate, TimeDelta};

use super::hours::{Hours, Interval, Minute};
use crate::clock::Timestamp;

/// How far ahead open time is counted, in days.
const HORIZON: usize = 1_100;

impl Hours {
    /// The moment at which `span` of open time has passed since `from`; `from` itself when `span` is not more than nothing,
    /// `None` when it takes longer than 1,100 days.
    pub fn after(&self, from: Timestamp, span: TimeDelta) -> Option<Timestamp> {
        if span <= TimeDelta::zero() {
            return Some(from);
        }
        let mut left = span;
        self.stretches(from).find_map(|(begin, end)| {
            let passed = end - begin;
            if passed >= left {
                return Some(begin + left);
            }
            left -= passed;
            None
        })
    }

    /// How much open time lies between two moments; nothing when the second is not later. Of more than 1,100 days the rest is
    /// not counted.
    pub fn open_between(&self, from: Timestamp, to: Timestamp) -> TimeDelta {
        let within = self.stretches(from).take_while(|(begin, _)| *begin < to);
        within.map(|(begin, end)| end.min(to) - begin).fold(TimeDelta::zero(), |sum, one| sum + one)
    }

    /// When it is open from `from` on, in order. Between two of the moments at which that may change it does not, so each
    /// stretch is what [`Hours::is_open`] says of its beginning, on days on which clocks are set too.
    fn stretches(&self, from: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> + '_ {
        let today = from.with_timezone(&self.time_zone).date_naive();
        let turns = today.iter_days().take(HORIZON).flat_map(|day| self.turns(day));
        let mut begin = from;
        turns.filter_map(move |turn| {
            if turn <= begin {
                return None;
            }
            let stretch = (begin, turn);
            begin = turn;
            self.is_open(stretch.0).then_some(stretch)
        })
    }

    /// The moments of a day at which it may open or close, in order.
    fn turns(&self, day: NaiveDate) -> Vec<Timestamp> {
        let cuts = self.intervals(day).iter().flat_map(|Interval(from, to)| [*from, *to]);
        let mut turns: Vec<_> = Minute::new(0).into_iter().chain(cuts).flat_map(|cut| self.moments(day, cut)).collect();
        turns.extend(self.clock_set(day));
        turns.sort_unstable();
        turns
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn at(text: &str) -> Timestamp {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    fn hours(zone: &str) -> Hours {
        let day = json!([["09:00", "12:00"], ["13:00", "17:00"]]);
        let week = json!({ "mon": day, "tue": day, "wed": day, "thu": day, "fri": day, "sun": [["01:00", "04:00"], ["23:00", "24:00"]] });
        let holidays = json!([{ "date": "2026-12-25" }]);
        serde_json::from_value(json!({ "time_zone": zone, "week": week, "holidays": holidays })).unwrap()
    }

    #[test]
    fn what_is_closed_does_not_count() {
        let hours = hours("Europe/Berlin");
        for (from, span, after) in [
            ("2026-11-23T09:00:00+01:00", 60, "2026-11-23T10:00:00+01:00"),
            ("2026-11-23T11:30:00+01:00", 60, "2026-11-23T13:30:00+01:00"),
            ("2026-11-23T20:00:00+01:00", 1, "2026-11-24T09:01:00+01:00"),
            ("2026-12-24T16:00:00+01:00", 120, "2026-12-27T02:00:00+01:00"),
            ("2026-11-23T11:00:00+01:00", 60, "2026-11-23T12:00:00+01:00"),
            ("2026-11-23T20:00:00+01:00", 0, "2026-11-23T20:00:00+01:00"),
        ] {
            assert_eq!(hours.after(at(from), TimeDelta::minutes(span)), Some(at(after)), "{from} + {span}");
        }
    }

    #[test]
    fn where_clocks_are_set_what_passes_counts() {
        let hours = hours("Europe/Berlin");
        // Sunday 01:00 to 04:00: two hours when clocks are set forward, four when they are set back.
        for (day, open) in
            [("2026-03-29T00:30:00+01:00", 2), ("2026-10-25T00:30:00+02:00", 4), ("2026-11-22T00:30:00+01:00", 3)]
        {
            let from = at(day);
            assert_eq!(hours.open_between(from, from + TimeDelta::hours(12)), TimeDelta::hours(open), "{day}");
        }
    }

    #[test]
    fn who_never_opens_has_no_deadline() {
        let never: Hours = serde_json::from_value(json!({ "time_zone": "UTC", "week": {} })).unwrap();
        assert_eq!(never.after(at("2026-01-01T00:00:00Z"), TimeDelta::seconds(1)), None);
        assert_eq!(never.open_between(at("2026-01-01T00:00:00Z"), at("2026-06-01T00:00:00Z")), TimeDelta::zero());
    }

    const ZONES: [&str; 5] = ["Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia", "UTC"];

    proptest! {
        /// The deadline is the first moment by which so much has passed, and later when more has to.
        #[test]
        fn a_deadline_is_when_so_much_has_passed(
            zone in 0..ZONES.len(), start in 0i64..31_536_000, span in 1i64..600_000, more in 0i64..100_000,
        ) {
            let hours = hours(ZONES[zone]);
            let from = at("2026-01-01T00:00:00Z") + TimeDelta::seconds(start);
            let due = hours.after(from, TimeDelta::seconds(span)).unwrap();
            prop_assert_eq!(hours.open_between(from, due), TimeDelta::seconds(span));
            prop_assert!(hours.is_open(due - TimeDelta::microseconds(1)), "{} is not reached by closed time", due);
            prop_assert!(hours.after(from, TimeDelta::seconds(span + more)).unwrap() >= due);
            prop_assert!(hours.after(from + TimeDelta::seconds(more), TimeDelta::seconds(span)).unwrap() >= due);
        }

        /// Paused and gone on it is the same as all at once.
        #[test]
        fn open_time_adds_up(zone in 0..ZONES.len(), start in 0i64..31_536_000, one in 0i64..900_000, two in 0i64..900_000) {
            let hours = hours(ZONES[zone]);
            let from = at("2026-01-01T00:00:00Z") + TimeDelta::seconds(start);
            let (middle, end) = (from + TimeDelta::seconds(one), from + TimeDelta::seconds(one + two));
            let parts = hours.open_between(from, middle) + hours.open_between(middle, end);
            prop_assert_eq!(parts, hours.open_between(from, end));
        }
    }
}
