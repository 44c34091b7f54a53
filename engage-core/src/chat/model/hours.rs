//! When a site is open: on the clock of its own place.

use std::fmt;

use chrono::{
    DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, Offset as _, TimeDelta, TimeZone as _, Timelike as _,
};
use chrono_tz::Tz;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::clock::Timestamp;
use crate::error::{Error, Result};

/// How many intervals a day may have.
const INTERVALS: usize = 10;
/// How many holidays may be named.
const HOLIDAYS: usize = 400;
/// How far ahead an opening is looked for, in days.
const HORIZON: usize = 400;
/// How long the text for those who come outside the hours may be, in Unicode scalar values.
const MESSAGE_CHARS: usize = 500;

/// Business hours: for each day of the week intervals on the wall clock of an IANA time zone, and days on which nobody is
/// there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Hours {
    /// The time zone, such as `Europe/Berlin`.
    pub time_zone: Tz,
    /// The intervals of each day of the week.
    pub week: Week,
    /// Closed all day; at most 400.
    #[serde(default)]
    pub holidays: Vec<Holiday>,
    /// What those are told who come while it is closed, at most 500 characters.
    #[serde(default)]
    pub message: String,
}

/// The intervals of each day, in order and apart from each other, at most 10.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Week {
    /// Monday.
    pub mon: Vec<Interval>,
    /// Tuesday.
    pub tue: Vec<Interval>,
    /// Wednesday.
    pub wed: Vec<Interval>,
    /// Thursday.
    pub thu: Vec<Interval>,
    /// Friday.
    pub fri: Vec<Interval>,
    /// Saturday.
    pub sat: Vec<Interval>,
    /// Sunday.
    pub sun: Vec<Interval>,
}

/// From the first moment on, up to the second, which is not in it: `["09:00", "17:30"]`, at most to `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval(pub Minute, pub Minute);

/// A minute of a day on the wall clock, from `00:00` to `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minute(u16);

/// A day on which nobody is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// Which, on the site's calendar.
    pub date: NaiveDate,
    /// What it is called, at most 100 characters.
    #[serde(default)]
    pub name: String,
}

impl Hours {
    /// Whether the site is open at `now`. Where clocks are set back, what the wall clock shows twice counts twice.
    pub fn is_open(&self, now: Timestamp) -> bool {
        let local = now.with_timezone(&self.time_zone).naive_local();
        let minute = Minute::of(local.time());
        self.intervals(local.date()).iter().any(|Interval(from, to)| *from <= minute && minute < *to)
    }

    /// When the site opens next after `now`, while it is closed; `None` when it is open, or stays closed for 400 days.
    pub fn opens_at(&self, now: Timestamp) -> Option<Timestamp> {
        if self.is_open(now) {
            return None;
        }
        let today = now.with_timezone(&self.time_zone).date_naive();
        today.iter_days().take(HORIZON).find_map(|day| {
            let starts = self.intervals(day).iter().flat_map(|Interval(from, _)| self.moments(day, *from));
            // Setting a clock may open too: it jumps into an interval, or back into one that has ended.
            starts.chain(self.clock_set(day)).filter(|moment| *moment > now && self.is_open(*moment)).min()
        })
    }

    /// Checks what a site has set.
    ///
    /// # Errors
    /// `Invalid` below `/value`.
    pub fn check(&self) -> Result<()> {
        for (name, day) in self.week.days() {
            let field = format!("/value/week/{name}");
            if day.len() > INTERVALS {
                return Err(Error::invalid(&field, "too_many", format!("at most {INTERVALS} intervals a day")));
            }
            let follows = day.windows(2).all(|pair| pair[0].1 <= pair[1].0);
            if !follows || day.iter().any(|Interval(from, to)| from >= to) {
                return Err(Error::invalid(&field, "order", "intervals end after they begin, and follow each other"));
            }
        }
        if self.holidays.len() > HOLIDAYS {
            return Err(Error::invalid("/value/holidays", "too_many", format!("at most {HOLIDAYS} holidays")));
        }
        if self.holidays.iter().any(|holiday| holiday.name.chars().count() > 100) {
            return Err(Error::invalid("/value/holidays", "too_long", "a name has at most 100 characters"));
        }
        if self.message.chars().count() > MESSAGE_CHARS {
            return Err(Error::invalid("/value/message", "too_long", format!("at most {MESSAGE_CHARS} characters")));
        }
        Ok(())
    }

    pub(super) fn intervals(&self, day: NaiveDate) -> &[Interval] {
        if self.holidays.iter().any(|holiday| holiday.date == day) { &[] } else { self.week.of(day) }
    }

    /// The moments at which the wall clock shows `minute` on `day`: one; two where clocks are set back; none where the clock
    /// jumps over it.
    pub(super) fn moments(&self, day: NaiveDate, minute: Minute) -> Vec<Timestamp> {
        let Some(time) = minute.time() else { return Vec::new() };
        let found = self.time_zone.from_local_datetime(&NaiveDateTime::new(day, time));
        [found.earliest(), found.latest()].into_iter().flatten().map(|moment| moment.to_utc()).collect()
    }

    /// The moment on `day` at which clocks are set, if they are: the day that the wall clock then shows.
    pub(super) fn clock_set(&self, day: NaiveDate) -> Option<Timestamp> {
        // Wider than any day is, whatever its zone.
        let noon = day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(12);
        let (mut before, mut after) = (noon - TimeDelta::hours(27), noon + TimeDelta::hours(27));
        let offset = self.offset(before);
        if self.offset(after) == offset {
            return None;
        }
        while after - before > TimeDelta::seconds(1) {
            let middle = before + (after - before) / 2;
            if self.offset(middle) == offset { before = middle } else { after = middle }
        }
        let moment = DateTime::from_timestamp(after.timestamp(), 0)?;
        (moment.with_timezone(&self.time_zone).date_naive() == day).then_some(moment)
    }

    fn offset(&self, at: Timestamp) -> i32 {
        self.time_zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
    }
}

impl Week {
    fn days(&self) -> [(&'static str, &[Interval]); 7] {
        [
            ("mon", &self.mon),
            ("tue", &self.tue),
            ("wed", &self.wed),
            ("thu", &self.thu),
            ("fri", &self.fri),
            ("sat", &self.sat),
            ("sun", &self.sun),
        ]
    }

    fn of(&self, day: NaiveDate) -> &[Interval] {
        self.days()[day.weekday().num_days_from_monday() as usize].1
    }
}

impl Minute {
    /// The minute of a day, at most 1,440.
    pub fn new(minute: u16) -> Option<Self> {
        (minute <= 24 * 60).then_some(Self(minute))
    }

    fn of(time: NaiveTime) -> Self {
        Self((time.hour() * 60 + time.minute()) as u16)
    }

    /// `24:00` is no time of the day that it ends.
    fn time(self) -> Option<NaiveTime> {
        NaiveTime::from_hms_opt(u32::from(self.0) / 60, u32::from(self.0) % 60, 0)
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl Serialize for Minute {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Minute {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let two = |part: &str| {
            let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            if digits { part.parse::<u16>().ok() } else { None }
        };
        let parts = text.split_once(':').and_then(|(hour, minute)| Some((two(hour)?, two(minute)?)));
        let minute = parts.filter(|(_, minute)| *minute < 60).and_then(|(hour, minute)| Self::new(hour * 60 + minute));
        minute.ok_or_else(|| D::Error::custom("a time such as 09:30 is expected, at most 24:00"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "so that a test writes `json!` in its place")]
    fn hours(zone: &str, day: &str, intervals: serde_json::Value) -> Hours {
        serde_json::from_value(json!({ "time_zone": zone, "week": { day: intervals } })).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    #[test]
    fn an_interval_has_its_first_minute_and_not_its_last() {
        let hours = hours("Europe/Berlin", "mon", json!([["09:00", "12:00"], ["13:00", "24:00"]]));
        for (moment, open) in [
            ("2026-11-23T08:59:59+01:00", false),
            ("2026-11-23T09:00:00+01:00", true),
            ("2026-11-23T12:00:00+01:00", false),
            ("2026-11-23T23:59:59+01:00", true),
            ("2026-11-24T00:00:00+01:00", false),
        ] {
            assert_eq!(hours.is_open(at(moment)), open, "{moment}");
        }
        assert_eq!(hours.opens_at(at("2026-11-23T12:30:00+01:00")), Some(at("2026-11-23T13:00:00+01:00")));
        assert_eq!(hours.opens_at(at("2026-11-24T00:00:00+01:00")), Some(at("2026-11-30T09:00:00+01:00")));
        assert_eq!(hours.opens_at(at("2026-11-23T10:00:00+01:00")), None);
    }

    #[test]
    fn on_holidays_it_is_closed() {
        let mut hours = hours("Europe/Berlin", "fri", json!([["09:00", "17:00"]]));
        hours.holidays = vec![Holiday { date: NaiveDate::from_ymd_opt(2026, 12, 25).unwrap(), name: String::new() }];
        assert!(!hours.is_open(at("2026-12-25T10:00:00+01:00")));
        assert_eq!(hours.opens_at(at("2026-12-24T10:00:00+01:00")), Some(at("2027-01-01T09:00:00+01:00")));
        hours.week = Week::default();
        assert_eq!(hours.opens_at(at("2026-12-24T10:00:00+01:00")), None);
    }

    #[test]
    fn it_opens_where_the_clock_jumps_into_an_interval() {
        // On 2026-03-29 02:00 becomes 03:00, on 2026-10-25 03:00 becomes 02:00; both are Sundays.
        let gap = hours("Europe/Berlin", "sun", json!([["02:30", "04:00"]]));
        assert_eq!(gap.opens_at(at("2026-03-29T00:30:00Z")), Some(at("2026-03-29T01:00:00Z")));
        let fold = hours("Europe/Berlin", "sun", json!([["01:00", "02:30"]]));
        assert_eq!(fold.opens_at(at("2026-10-25T00:40:00Z")), Some(at("2026-10-25T01:00:00Z")), "again");
        let midnight = hours("America/Havana", "sun", json!([["00:00", "02:00"]]));
        assert_eq!(midnight.opens_at(at("2026-03-08T04:00:00Z")), Some(at("2026-03-08T05:00:00Z")));
    }

    #[test]
    fn what_is_no_week_is_refused() {
        for wrong in [
            json!({ "time_zone": "Mars/Olympus", "week": {} }),
            json!({ "time_zone": "Europe/Berlin", "week": { "mon": [["9:00", "10:00"]] } }),
            json!({ "time_zone": "Europe/Berlin", "week": { "mon": [["09:00", "24:01"]] } }),
            json!({ "time_zone": "Europe/Berlin", "week": { "mon": [["09:60", "10:00"]] } }),
            json!({ "time_zone": "Europe/Berlin", "week": { "mon": [["+9:00", "10:00"]] } }),
            json!({ "time_zone": "Europe/Berlin", "week": { "day": [] } }),
            json!({ "time_zone": "Europe/Berlin", "week": {}, "holidays": [{ "date": "2026-02-30" }] }),
        ] {
            assert!(serde_json::from_value::<Hours>(wrong.clone()).is_err(), "{wrong}");
        }
        for wrong in
            [json!([["10:00", "09:00"]]), json!([["09:00", "09:00"]]), json!([["09:00", "12:00"], ["11:00", "13:00"]])]
        {
            assert_eq!(hours("UTC", "mon", wrong).check().unwrap_err().fields()[0].code, "order");
        }
    }

    const ZONES: [&str; 8] = [
        "Europe/Berlin",
        "America/New_York",
        "America/Havana",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Africa/Casablanca",
        "Pacific/Apia",
        "UTC",
    ];
    /// Where clocks are set in one of them.
    const SET: [&str; 8] = [
        "2026-03-29T01:00:00Z",
        "2026-10-25T01:00:00Z",
        "2026-03-08T05:00:00Z",
        "2026-11-01T05:00:00Z",
        "2026-04-04T15:00:00Z",
        "2026-10-03T15:30:00Z",
        "2026-02-15T02:00:00Z",
        "2026-03-22T02:00:00Z",
    ];

    proptest! {
        /// Over days on which clocks are set: the next opening is open, and nothing between is.
        #[test]
        fn the_next_opening_is_the_first_open_moment(
            zone in 0..ZONES.len(),
            set in 0..SET.len(),
            minutes in -1_500i64..1_500,
            cuts in proptest::collection::btree_set(0u16..=1_440, 2..8),
        ) {
            let cuts: Vec<_> = cuts.into_iter().collect();
            let day: Vec<_> = cuts.chunks_exact(2).map(|pair| Interval(Minute(pair[0]), Minute(pair[1]))).collect();
            let mut hours = hours(ZONES[zone], "mon", json!([]));
            hours.week = Week { sat: day.clone(), sun: day.clone(), mon: day[..1].to_vec(), ..Week::default() };
            hours.check().unwrap();
            let now = at(SET[set]) + TimeDelta::minutes(minutes);
            let next = hours.opens_at(now);
            if hours.is_open(now) {
                prop_assert_eq!(next, None);
            } else {
                let next = next.unwrap();
                prop_assert!(next > now && hours.is_open(next) && !hours.is_open(next - TimeDelta::microseconds(1)));
                let mut between = now;
                while between < next && between < now + TimeDelta::days(3) {
                    prop_assert!(!hours.is_open(between), "{between} is open before {next}");
                    between += TimeDelta::minutes(1);
                }
            }
        }
    }
}
