//! By when staff owe what: policies, and the deadlines that follow from them. Pure: whoever asks again gets the same.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{Category, Source, Ticket};
use crate::chat::{Hours, Priority};
use crate::clock::Timestamp;
use crate::error::{Error, Result};

/// How many policies a site may have, and how long each may give: ten years.
const POLICIES: usize = 50;
const SECONDS: i64 = 315_360_000;

/// What staff owe for some tickets. The first policy that a ticket fits is its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlaPolicy {
    /// 1 to 40 of `a-z 0-9 _`, unique.
    pub id: String,
    /// What people read, 1 to 60 characters.
    pub name: String,
    /// For which tickets.
    #[serde(default)]
    pub when: SlaWhen,
    /// How soon staff first reply, in seconds, from when it was opened; `None`: they need not.
    #[serde(default)]
    pub first_response_s: Option<i64>,
    /// How soon they reply afterwards, from the first reply of the requester that nobody has answered.
    #[serde(default)]
    pub next_response_s: Option<i64>,
    /// How soon it is solved. This clock stands still in [`SlaPolicy::pause_in`], and begins anew when a solved one is opened
    /// again.
    #[serde(default)]
    pub resolution_s: Option<i64>,
    /// How long before a deadline staff are warned.
    #[serde(default)]
    pub warn_s: Option<i64>,
    /// In which categories the clock of the resolution stands still. Pending and on hold.
    #[serde(default = "paused")]
    pub pause_in: Vec<Category>,
    /// When time counts; `None`: always.
    #[serde(default)]
    pub hours: Option<Hours>,
}

/// Which tickets: those that fit every list, of which an empty one fits all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SlaWhen {
    /// Of one of these priorities.
    pub priority: Vec<Priority>,
    /// Of one of these teams.
    pub team: Vec<String>,
    /// With one of these tags.
    pub tag: Vec<String>,
    /// From one of these.
    pub source: Vec<Source>,
}

/// What staff owe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// The first reply.
    FirstResponse,
    /// A further reply.
    NextResponse,
    /// That it is solved.
    Resolution,
}

/// What staff owe for one ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sla {
    /// The id of its policy.
    pub policy: String,
    /// How much open time of the resolution has passed, in microseconds, before `since`.
    pub spent_us: i64,
    /// Since when its clock runs; `None`: it stands still.
    pub since: Option<Timestamp>,
    /// What is owed, one of each kind at most, in the order of the kinds.
    pub targets: Vec<Target>,
}

/// One thing that is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// What.
    pub metric: Metric,
    /// By when.
    pub due: Timestamp,
    /// When staff are warned.
    pub warn_at: Option<Timestamp>,
    /// Whether they were.
    pub warned: bool,
    /// Whether it was not done in time.
    pub breached: bool,
}

impl Sla {
    /// What is owed for `ticket` from `at` on, when `was` is what it was before; `None` when no policy fits it.
    pub fn of(policies: &[SlaPolicy], was: Option<&Ticket>, ticket: &Ticket, at: Timestamp) -> Option<Self> {
        let policy = policies.iter().find(|policy| policy.when.fits(ticket))?;
        let before = was.and_then(|was| was.sla.as_ref());
        let is_done = ticket.status.category.is_done();
        let is_reopened = !is_done && was.is_some_and(|was| was.status.category.is_done());
        let runs = !is_done && !policy.pause_in.contains(&ticket.status.category);
        let (spent_us, since) = match before {
            Some(before) if runs && !is_reopened && before.since.is_some() && before.policy == policy.id => {
                (before.spent_us, before.since)
            }
            Some(before) if !is_reopened => (before.spent_at(policies, policy, at), runs.then_some(at)),
            _ => (0, runs.then_some(at)),
        };
        let mut sla = Self { policy: policy.id.clone(), spent_us, since, targets: Vec::new() };
        if !is_done {
            let owed = [
                (Metric::FirstResponse, policy.first_response(ticket)),
                (Metric::NextResponse, policy.next_response(ticket)),
                (Metric::Resolution, sla.resolution(policy)),
            ];
            let told = before.map(|before| before.targets.as_slice()).unwrap_or_default();
            let owed = owed.into_iter().filter_map(|(metric, due)| Some(policy.target(metric, due?, told)));
            sla.targets = owed.collect();
        }
        Some(sla)
    }

    /// The earliest of what is owed.
    pub fn due(&self) -> Option<Timestamp> {
        self.targets.iter().map(|target| target.due).min()
    }

    /// Takes note that somebody was told of a target at `now`: that it was missed, or will be soon. Nothing when it is not owed by
    /// then any more, when it is too early, or when it was told before.
    pub(super) fn tell(&mut self, metric: Metric, due: Timestamp, is_breach: bool, now: Timestamp) -> bool {
        let is_it = |target: &&mut Target| target.metric == metric && target.due == due;
        let Some(target) = self.targets.iter_mut().find(is_it) else { return false };
        let (told, at) = match is_breach {
            true => (&mut target.breached, Some(target.due)),
            false => (&mut target.warned, target.warn_at),
        };
        at.is_some_and(|at| at <= now) && !std::mem::replace(told, true)
    }

    fn spent_at(&self, policies: &[SlaPolicy], now: &SlaPolicy, at: Timestamp) -> i64 {
        // By the hours of the policy that was: they held at the time.
        let policy = policies.iter().find(|policy| policy.id == self.policy).unwrap_or(now);
        let passed = self.since.map_or(TimeDelta::zero(), |since| policy.open_between(since, at));
        self.spent_us.saturating_add(passed.num_microseconds().unwrap_or(0))
    }

    fn resolution(&self, policy: &SlaPolicy) -> Option<Timestamp> {
        let left = TimeDelta::seconds(policy.resolution_s?) - TimeDelta::microseconds(self.spent_us);
        policy.after(self.since?, left)
    }
}

impl SlaPolicy {
    fn first_response(&self, ticket: &Ticket) -> Option<Timestamp> {
        let waits = ticket.first_reply_at.is_none();
        self.after(ticket.created_at, TimeDelta::seconds(self.first_response_s?)).filter(|_| waits)
    }

    fn next_response(&self, ticket: &Ticket) -> Option<Timestamp> {
        ticket.first_reply_at?;
        self.after(ticket.waiting_since?, TimeDelta::seconds(self.next_response_s?))
    }

    fn target(&self, metric: Metric, due: Timestamp, told: &[Target]) -> Target {
        let before = told.iter().find(|before| before.metric == metric && before.due == due);
        let (warned, breached) = before.map_or((false, false), |before| (before.warned, before.breached));
        let warn_at = self.warn_s.map(|seconds| due - TimeDelta::seconds(seconds));
        Target { metric, due, warn_at, warned, breached }
    }

    fn after(&self, from: Timestamp, span: TimeDelta) -> Option<Timestamp> {
        match &self.hours {
            Some(hours) => hours.after(from, span),
            None => from.checked_add_signed(span.max(TimeDelta::zero())),
        }
    }

    fn open_between(&self, from: Timestamp, to: Timestamp) -> TimeDelta {
        match &self.hours {
            Some(hours) => hours.open_between(from, to),
            None => (to - from).max(TimeDelta::zero()),
        }
    }
}

impl SlaWhen {
    /// Whether `ticket` is meant.
    pub fn fits(&self, ticket: &Ticket) -> bool {
        let has = |team: &String| ticket.team.as_ref() == Some(team);
        (self.priority.is_empty() || self.priority.contains(&ticket.priority))
            && (self.team.is_empty() || self.team.iter().any(has))
            && (self.tag.is_empty() || self.tag.iter().any(|tag| ticket.tags.contains(tag)))
            && (self.source.is_empty() || self.source.contains(&ticket.source))
    }
}

impl Metric {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstResponse => "first_response",
            Self::NextResponse => "next_response",
            Self::Resolution => "resolution",
        }
    }
}

fn paused() -> Vec<Category> {
    vec![Category::Pending, Category::OnHold]
}

/// Checks what a site has set.
///
/// # Errors
/// `Invalid` below `/value`.
pub(crate) fn check_policies(policies: &[SlaPolicy]) -> Result<()> {
    if policies.len() > POLICIES {
        return Err(Error::invalid("/value", "too_many", format!("at most {POLICIES} policies")));
    }
    for (place, policy) in policies.iter().enumerate() {
        let wrong = |field: &str, code, told: &str| Err(Error::invalid(&format!("/value/{place}/{field}"), code, told));
        let is_id = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if !(1..=40).contains(&policy.id.len()) || !policy.id.bytes().all(is_id) {
            return wrong("id", "format", "1 to 40 letters without accents, digits or _");
        }
        if policies[..place].iter().any(|other| other.id == policy.id) {
            return wrong("id", "taken", "two policies have this id");
        }
        if !(1..=60).contains(&policy.name.trim().chars().count()) || policy.name.chars().any(char::is_control) {
            return wrong("name", "format", "1 to 60 characters on one line");
        }
        let spans = [
            ("first_response_s", policy.first_response_s),
            ("next_response_s", policy.next_response_s),
            ("resolution_s", policy.resolution_s),
            ("warn_s", policy.warn_s),
        ];
        for (field, seconds) in spans {
            if seconds.is_some_and(|seconds| !(1..=SECONDS).contains(&seconds)) {
                return wrong(field, "range", "1 second to ten years");
            }
        }
        if policy.when.team.len() > 50 || policy.when.tag.len() > 50 {
            return wrong("when", "too_many", "at most 50 of each");
        }
        if let Some(error) = policy.hours.as_ref().and_then(|hours| hours.check().err()) {
            let told = error.fields().first().map_or("", |field| field.detail.as_str());
            return wrong("hours", "hours", told);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::clock::from_micros;
    use crate::ids::{ContactId, TicketId};

    fn policies() -> Vec<SlaPolicy> {
        let day = json!([["09:00", "17:00"]]);
        let week = json!({ "mon": day, "tue": day, "wed": day, "thu": day, "fri": day });
        let hours = json!({ "time_zone": "Europe/Berlin", "week": week });
        let both = json!([
            { "id": "urgent", "name": "Urgent", "when": { "priority": ["urgent"] }, "first_response_s": 600, "resolution_s": 7_200, "warn_s": 300 },
            { "id": "all", "name": "All", "first_response_s": 3_600, "next_response_s": 7_200, "resolution_s": 28_800, "hours": hours },
        ]);
        serde_json::from_value(both).unwrap()
    }

    /// Monday 2026-11-23, in minutes from midnight in Berlin.
    fn at(minute: i64) -> Timestamp {
        from_micros(1_795_388_400_000_000) + TimeDelta::minutes(minute)
    }

    fn ticket(minute: i64) -> Ticket {
        let nil = uuid::Uuid::nil();
        Ticket::new(TicketId(nil), ContactId(nil), "Help".to_owned(), at(minute))
    }

    fn step(ticket: &mut Ticket, minute: i64, change: impl FnOnce(&mut Ticket)) {
        let was = ticket.clone();
        change(ticket);
        ticket.sla = Sla::of(&policies(), Some(&was), ticket, at(minute));
    }

    fn due(ticket: &Ticket) -> Vec<(Metric, Timestamp)> {
        let sla = ticket.sla.as_ref();
        sla.map(|sla| sla.targets.iter().map(|target| (target.metric, target.due)).collect()).unwrap_or_default()
    }

    #[test]
    fn each_kind_has_a_clock_of_its_own() {
        use Metric::{FirstResponse, NextResponse, Resolution};
        // Opened at 16:30: half an hour counts, then the next morning.
        let mut one = ticket(990);
        one.sla = Sla::of(&policies(), None, &one, at(990));
        let tuesday = 24 * 60;
        assert_eq!(due(&one), [(FirstResponse, at(tuesday + 570)), (Resolution, at(tuesday + 990))]);
        step(&mut one, tuesday + 545, |one| {
            (one.first_reply_at, one.waiting_since) = (Some(at(tuesday + 545)), None);
            one.status = Category::Open.into();
        });
        assert_eq!(due(&one), [(Resolution, at(tuesday + 990))]);
        // Pending from 10:00 to 15:00: what is left of the resolution waits.
        step(&mut one, tuesday + 600, |one| one.status = Category::Pending.into());
        assert_eq!(due(&one), []);
        step(&mut one, tuesday + 900, |one| {
            (one.status, one.waiting_since) = (Category::Open.into(), Some(at(tuesday + 900)));
        });
        let wednesday = 2 * tuesday;
        assert_eq!(due(&one), [(NextResponse, at(tuesday + 1_020)), (Resolution, at(wednesday + 810))]);
        // Solved, nothing is owed; opened again, the resolution begins anew.
        step(&mut one, tuesday + 1_000, |one| one.status = Category::Solved.into());
        assert_eq!(due(&one), []);
        step(&mut one, wednesday + 540, |one| (one.status, one.waiting_since) = (Category::Open.into(), None));
        assert_eq!(due(&one), [(Resolution, at(wednesday + 1_020))]);
        // Another policy, by the clock: what has passed counts.
        step(&mut one, wednesday + 600, |one| one.priority = Priority::Urgent);
        assert_eq!(due(&one), [(Resolution, at(wednesday + 660))]);
        assert_eq!(one.sla.as_ref().map(|sla| sla.policy.as_str()), Some("urgent"));
    }

    #[test]
    fn each_target_is_told_once_and_not_before_its_time() {
        let mut one = ticket(600);
        one.priority = Priority::Urgent;
        let mut sla = Sla::of(&policies(), None, &one, at(600)).unwrap();
        let first = Metric::FirstResponse;
        assert!(!sla.tell(first, at(610), false, at(604)) && sla.tell(first, at(610), false, at(605)));
        assert!(!sla.tell(first, at(610), false, at(606)), "once");
        assert!(!sla.tell(first, at(611), true, at(620)), "another deadline");
        assert!(!sla.tell(first, at(610), true, at(609)) && sla.tell(first, at(610), true, at(610)));
        one.sla = Some(sla);
        let kept = Sla::of(&policies(), Some(&one), &one, at(700)).unwrap();
        assert!(kept.targets[0].warned && kept.targets[0].breached, "what was told stays told");
    }

    #[test]
    fn what_is_no_policy_is_refused() {
        let policy = &policies()[0];
        for (wrong, field) in [
            (vec![policy.clone(), policy.clone()], "/value/1/id"),
            (vec![SlaPolicy { id: "A".to_owned(), ..policy.clone() }], "/value/0/id"),
            (vec![SlaPolicy { name: " ".to_owned(), ..policy.clone() }], "/value/0/name"),
            (vec![SlaPolicy { resolution_s: Some(0), ..policy.clone() }], "/value/0/resolution_s"),
        ] {
            assert_eq!(check_policies(&wrong).unwrap_err().fields()[0].field, field);
        }
        assert!(check_policies(&policies()).is_ok());
    }

    proptest! {
        /// However often it is paused: the open time in which the clock ran is what the policy gives.
        #[test]
        fn pauses_move_the_deadline_by_what_they_took(pauses in proptest::collection::vec((1i64..300, 1i64..2_000), 0..6)) {
            let all = &policies()[1];
            let mut one = ticket(600);
            one.sla = Sla::of(&policies(), None, &one, at(600));
            let (mut now, mut ran) = (600, TimeDelta::zero());
            for (run, pause) in pauses {
                ran += all.open_between(at(now), at(now + run));
                step(&mut one, now + run, |one| one.status = Category::OnHold.into());
                now += run + pause;
                step(&mut one, now, |one| one.status = Category::Open.into());
            }
            let resolution = due(&one).into_iter().find(|(metric, _)| *metric == Metric::Resolution);
            let left = TimeDelta::seconds(28_800) - ran;
            prop_assert_eq!(resolution.map(|(_, due)| due), all.after(at(now), left));
        }

        /// Asked again without a change, nothing changes; however late.
        #[test]
        fn what_does_not_change_stays_as_it_is(later in 0i64..100_000) {
            let mut one = ticket(600);
            one.sla = Sla::of(&policies(), None, &one, at(600));
            let before = one.sla.clone();
            step(&mut one, 600 + later, |_| {});
            prop_assert_eq!(&one.sla, &before);
        }
    }
}
