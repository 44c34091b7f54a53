//! What was measured: medians over the rounds, beside the limit; as tables and as one object with the same names.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Write as _};
use std::fs;

use serde_json::{Value, json};

use crate::{Result, goals};

/// A server under load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    Limit,
    Sqlite,
    Postgres,
    Peer,
}

/// What its clients do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Closed,
    Open,
    Idle,
}

/// A figure: its name, how it stands at the head of a column, and its decimals.
pub(crate) struct Metric {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    decimals: usize,
    /// Whether it is worth being held against the limit's.
    compared: bool,
}

const fn metric(name: &'static str, title: &'static str, decimals: usize, compared: bool) -> Metric {
    Metric { name, title, decimals, compared }
}

const TALK: &[Metric] = &[
    metric("messages_per_s", "messages/s", 0, true),
    metric("p50_ms", "p50 ms", 2, true),
    metric("p99_ms", "p99 ms", 2, true),
    metric("server_cpu_us_per_message", "server CPU µs", 1, false),
    metric("database_cpu_us_per_message", "database CPU µs", 1, false),
    metric("cpu_us_per_message", "CPU µs, both", 1, true),
    metric("client_cpu_us_per_message", "client CPU µs", 1, false),
    metric("foreign_cores", "foreign cores", 2, false),
];
const IDLE: &[Metric] = &[metric("kib_per_connection", "KiB each", 1, true)];

/// A row's place: what the clients do, how many there are, and to which server.
type Place = (Kind, usize, Target);

/// The values of every round.
#[derive(Debug, Default)]
pub(crate) struct Figures(BTreeMap<Place, BTreeMap<&'static str, Vec<f64>>>);

/// Where it was measured.
#[derive(Debug)]
pub(crate) struct Machine {
    cores: usize,
    processor: String,
    memory_gib: u64,
    kernel: String,
    postgres: Option<String>,
}

/// The outcome.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) machine: Machine,
    quick: bool,
    rounds: usize,
    medians: BTreeMap<Place, BTreeMap<&'static str, f64>>,
}

impl Target {
    pub(crate) const ALL: [Self; 4] = [Self::Limit, Self::Sqlite, Self::Postgres, Self::Peer];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Limit => "limit",
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Peer => "peer",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Limit => "limit: a relay, nothing stored",
            Self::Sqlite => "engage on SQLite",
            Self::Postgres => "engage on Postgres",
            Self::Peer => "peer: Socket.IO and pg",
        }
    }

    pub(crate) fn named(name: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|target| target.name() == name)
            .ok_or_else(|| format!("no such server: {name}").into())
    }
}

impl Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::Idle => "idle",
        }
    }

    pub(crate) fn title(self, connections: usize) -> String {
        match self {
            Self::Closed => format!("{connections} connections, as fast as acknowledgements come"),
            Self::Open => format!("{connections} connections, {} messages/s by the clock", crate::chat::RATE),
            Self::Idle => format!("{connections} idle connections"),
        }
    }

    pub(crate) fn metrics(self) -> &'static [Metric] {
        match self {
            Self::Closed | Self::Open => TALK,
            Self::Idle => IDLE,
        }
    }
}

impl Figures {
    pub(crate) fn add(&mut self, target: Target, kind: Kind, connections: usize, values: &[(&'static str, f64)]) {
        let row = self.0.entry((kind, connections, target)).or_default();
        for (name, value) in values {
            row.entry(name).or_default().push(*value);
        }
    }
}

impl Machine {
    pub(crate) fn look(postgres: Option<String>) -> Result<Self> {
        let line = |text: &str, key: &str| {
            let value =
                text.lines().find_map(|line| line.strip_prefix(key)?.split_once(':').map(|(_, value)| value.trim()));
            value.unwrap_or("unknown").to_owned()
        };
        let memory = line(&fs::read_to_string("/proc/meminfo")?, "MemTotal");
        let memory_kib: u64 = memory.trim_end_matches(" kB").parse()?;
        Ok(Self {
            cores: std::thread::available_parallelism()?.get(),
            processor: line(&fs::read_to_string("/proc/cpuinfo")?, "model name"),
            memory_gib: memory_kib.div_ceil(1024 * 1024),
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease")?.trim().to_owned(),
            postgres,
        })
    }

    fn json(&self) -> Value {
        json!({
            "cores": self.cores,
            "processor": self.processor,
            "memory_gib": self.memory_gib,
            "kernel": self.kernel,
            "postgres": self.postgres,
        })
    }
}

impl Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cores of {}, {} GiB, Linux {}", self.cores, self.processor, self.memory_gib, self.kernel)?;
        self.postgres.as_ref().map_or(Ok(()), |version| write!(f, ", Postgres {version}"))
    }
}

impl Report {
    pub(crate) fn new(machine: Machine, quick: bool, rounds: usize, figures: &Figures) -> Self {
        let medians =
            |values: &BTreeMap<&'static str, Vec<f64>>| values.iter().map(|(name, all)| (*name, median(all))).collect();
        let medians = figures.0.iter().map(|(place, values)| (*place, medians(values))).collect();
        Self { machine, quick, rounds, medians }
    }

    /// How many cores others kept busy, where it was most. Part of it is the kernel's own work for nobody in particular.
    pub(crate) fn foreign_cores(&self) -> f64 {
        let all = self.medians.values().filter_map(|values| values.get("foreign_cores"));
        all.copied().fold(0.0, f64::max)
    }

    /// What the clients do and how many there are, in order.
    pub(crate) fn loads(&self) -> Vec<(Kind, usize)> {
        let mut loads: Vec<_> = self.medians.keys().map(|(kind, connections, _)| (*kind, *connections)).collect();
        loads.dedup();
        loads
    }

    pub(crate) fn value(&self, (kind, connections): (Kind, usize), target: Target, name: &str) -> Option<f64> {
        self.medians.get(&(kind, connections, target))?.get(name).copied()
    }

    /// How many times the limit's.
    pub(crate) fn ratio(&self, load: (Kind, usize), target: Target, name: &str) -> Option<f64> {
        let limit = self.value(load, Target::Limit, name).filter(|limit| *limit > 0.0)?;
        self.value(load, target, name).filter(|_| target != Target::Limit).map(|value| value / limit)
    }

    pub(crate) fn json(&self) -> Value {
        let rounded = |value: f64| (value * 1e3).round() / 1e3;
        let rows = self.medians.iter().map(|((kind, connections, target), values)| {
            let load = (*kind, *connections);
            let compared = kind.metrics().iter().filter(|metric| metric.compared);
            let ratio = |metric: &Metric| Some((metric.name, rounded(self.ratio(load, *target, metric.name)?)));
            let ratios: BTreeMap<_, _> = compared.filter_map(ratio).collect();
            json!({
                "server": target.name(),
                "load": kind.name(),
                "connections": connections,
                "values": values.iter().map(|(name, value)| (*name, rounded(*value))).collect::<BTreeMap<_, _>>(),
                "ratios_to_limit": ratios,
            })
        });
        json!({
            "benchmark": "chat",
            "quick": self.quick,
            "rounds": self.rounds,
            "machine": self.machine.json(),
            "results": rows.collect::<Vec<_>>(),
        })
    }

    /// Tables that are as readable in a terminal as in Markdown.
    pub(crate) fn text(&self) -> String {
        let mut out =
            format!("{}; {} round(s), medians. In brackets: how many times the limit's.\n", self.machine, self.rounds);
        for load in self.loads() {
            let _ = write!(out, "\n{}\n\n{}", load.0.title(load.1), self.table(load));
        }
        let _ = write!(out, "\nGoals\n\n{}", self.goals());
        out
    }

    /// What the project has set itself, and what became of it.
    pub(crate) fn goals(&self) -> String {
        aligned(&goals::rows(self))
    }

    pub(crate) fn table(&self, load: (Kind, usize)) -> String {
        let metrics = load.0.metrics();
        let mut rows =
            vec![std::iter::once(String::new()).chain(metrics.iter().map(|metric| metric.title.to_owned())).collect()];
        for target in Target::ALL.into_iter().filter(|target| self.medians.contains_key(&(load.0, load.1, *target))) {
            let cells = metrics.iter().map(|metric| self.cell(load, target, metric));
            rows.push(std::iter::once(target.title().to_owned()).chain(cells).collect());
        }
        aligned(&rows)
    }

    fn cell(&self, load: (Kind, usize), target: Target, metric: &Metric) -> String {
        let Some(value) = self.value(load, target, metric.name) else { return String::new() };
        let ratio = self.ratio(load, target, metric.name).filter(|_| metric.compared);
        let ratio = ratio.map(|ratio| format!(" ({ratio:.2}x)")).unwrap_or_default();
        format!("{value:.*}{ratio}", metric.decimals)
    }
}

/// A Markdown table with columns of equal width; the first row is its head.
pub(crate) fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).max(3);
    let widths: Vec<_> = (0..columns).map(width).collect();
    let mut out = String::new();
    for (number, row) in rows.iter().enumerate() {
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let _ = if column == 0 { write!(out, "| {cell:<width$} ") } else { write!(out, "| {cell:>width$} ") };
        }
        out.push_str("|\n");
        if number == 0 {
            for (column, width) in widths.iter().enumerate() {
                let _ = write!(out, "|{}{}", "-".repeat(width + 1), if column == 0 { "-" } else { ":" });
            }
            out.push_str("|\n");
        }
    }
    out
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => 0.0,
        count if count % 2 == 1 => sorted[count / 2],
        count => f64::midpoint(sorted[count / 2 - 1], sorted[count / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let machine = Machine {
            cores: 2,
            processor: "a processor".to_owned(),
            memory_gib: 4,
            kernel: "6".to_owned(),
            postgres: Some("17".to_owned()),
        };
        let mut figures = Figures::default();
        for (target, values) in [(Target::Limit, [50.0, 40.0, 900.0]), (Target::Sqlite, [75.0, 70.0, 80.0])] {
            for value in values {
                figures.add(target, Kind::Closed, 100, &[("cpu_us_per_message", value), ("foreign_cores", 0.1)]);
            }
        }
        Report::new(machine, true, 3, &figures)
    }

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 900.0]), 3.0);
        assert_eq!(median(&[4.0, 1.0]), 2.5);
    }

    #[test]
    fn goals_are_held_against_what_was_measured() {
        let goals = report().goals();
        let row = goals.lines().find(|line| line.contains("processor time, times the limit's")).unwrap();
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert_eq!(cells[3..], ["≤ 1.5", "1.50", "yes"], "{goals}");
        // There was no peer.
        assert!(!goals.contains("the peer's"), "{goals}");
    }

    #[test]
    fn table_and_object_hold_the_same() {
        let report = report();
        let load = (Kind::Closed, 100);
        assert!(report.table(load).contains("75.0 (1.50x)"), "{}", report.table(load));
        let json = report.json();
        assert_eq!(json["results"][1]["server"], "sqlite");
        assert_eq!(json["results"][1]["values"]["cpu_us_per_message"], 75.0);
        assert_eq!(json["results"][1]["ratios_to_limit"]["cpu_us_per_message"], 1.5);
        assert_eq!(json["results"][0]["ratios_to_limit"], json!({}));
    }
}
