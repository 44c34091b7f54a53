//! What the project has set itself, beside what was measured.

use crate::report::{Kind, Report, Target};

/// A goal at one load.
#[derive(Debug)]
pub(crate) struct Goal {
    load: (Kind, usize),
    target: Target,
    metric: &'static str,
    /// What it is held against; absent where the figure itself counts.
    other: Option<Target>,
    bound: Bound,
    words: &'static str,
}

#[derive(Debug, Clone, Copy)]
enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

use Bound::{AtLeast, AtMost};
use Target::{Limit, Peer, Postgres, Sqlite};

/// All that apply to the loads of a report.
fn goals(report: &Report) -> Vec<Goal> {
    let mut goals = Vec::new();
    for load in report.loads() {
        let mut goal = |target, metric, other, bound, words| {
            goals.push(Goal { load, target, metric, other, bound, words });
        };
        match load.0 {
            Kind::Closed => {
                goal(Sqlite, "cpu_us_per_message", Some(Limit), AtMost(1.5), "processor time, times the limit's");
                goal(Sqlite, "messages_per_s", Some(Limit), AtLeast(0.6), "messages/s, times the limit's");
                goal(Postgres, "cpu_us_per_message", Some(Peer), AtMost(0.2), "processor time, times the peer's");
                goal(Postgres, "messages_per_s", Some(Peer), AtLeast(4.0), "messages/s, times the peer's");
            }
            Kind::Open => {
                for target in [Sqlite, Postgres] {
                    goal(target, "p99_ms", Some(Limit), AtMost(2.0), "p99, times the limit's");
                    goal(target, "p99_ms", Some(Peer), AtMost(1.0), "p99, times the peer's");
                }
            }
            Kind::Idle => {
                for target in [Sqlite, Postgres] {
                    goal(target, "kib_per_connection", Some(Limit), AtMost(1.4), "memory, times the limit's");
                    goal(target, "kib_per_connection", None, AtMost(12.0), "memory, KiB");
                }
            }
        }
    }
    goals
}

impl Goal {
    /// The figure that counts; `None` when it was not measured.
    fn measured(&self, report: &Report) -> Option<f64> {
        let value = report.value(self.load, self.target, self.metric)?;
        match self.other {
            Some(other) => report.value(self.load, other, self.metric).filter(|it| *it > 0.0).map(|it| value / it),
            None => Some(value),
        }
    }

    fn is_met(&self, measured: f64) -> bool {
        match self.bound {
            AtLeast(bound) => measured >= bound,
            AtMost(bound) => measured <= bound,
        }
    }
}

/// The rows of a table: the load, the server, what, what is asked, what was measured, and whether that is enough.
pub(crate) fn rows(report: &Report) -> Vec<Vec<String>> {
    let head = ["load", "server", "figure", "goal", "measured", "met"].map(str::to_owned).to_vec();
    let rows = goals(report).into_iter().filter_map(|goal| {
        let measured = goal.measured(report)?;
        let asked = match goal.bound {
            AtLeast(bound) => format!("≥ {bound}"),
            AtMost(bound) => format!("≤ {bound}"),
        };
        let met = if goal.is_met(measured) { "yes" } else { "no" };
        Some(vec![
            format!("{} {}", goal.load.1, goal.load.0.name()),
            goal.target.title().to_owned(),
            goal.words.to_owned(),
            asked,
            format!("{measured:.2}"),
            met.to_owned(),
        ])
    });
    std::iter::once(head).chain(rows).collect()
}
