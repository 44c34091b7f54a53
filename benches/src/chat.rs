//! `chat`: conversations of a visitor and an agent on engage, beside a relay that stores nothing.

use std::time::{Duration, Instant};

use crate::client::Load;
use crate::crowd::{Crowd, Window};
use crate::process;
use crate::report::{Figures, Kind, Machine, Report, Target};
use crate::stage::Stage;
use crate::{Result, docs, people};

/// Messages per second of the open schedule.
pub(crate) const RATE: f64 = 500.0;

/// With more cores than these busy for others, figures are not published. The kernel alone needs half of it.
const QUIET: f64 = 0.3;

/// What to run.
#[derive(Debug)]
pub(crate) struct Options {
    quick: bool,
    json: bool,
    rounds: usize,
    only: Vec<Target>,
    /// How long each window is, in place of the usual.
    length: Option<Duration>,
}

/// How long and how many.
#[derive(Debug, Clone, Copy)]
struct Scale {
    warm: Duration,
    closed: Duration,
    open: Duration,
    /// How long idle connections may settle.
    settle: Duration,
    idle: usize,
    /// How long to wait for others to leave the machine alone, and for the server to finish what it put off.
    patience: Duration,
}

const CONNECTIONS: [usize; 2] = [100, 1_000];

const FULL: Scale = Scale {
    warm: Duration::from_secs(1),
    closed: Duration::from_secs(5),
    open: Duration::from_secs(6),
    settle: Duration::from_secs(3),
    idle: 10_000,
    patience: Duration::from_secs(40),
};

const QUICK: Scale = Scale {
    warm: Duration::from_millis(500),
    closed: Duration::from_millis(1_500),
    open: Duration::from_millis(1_500),
    settle: Duration::from_secs(1),
    idle: 1_000,
    patience: Duration::ZERO,
};

impl Options {
    pub(crate) fn parse(args: &[&str]) -> Result<Self> {
        let mut options = Self { quick: false, json: false, rounds: 0, only: Target::ALL.to_vec(), length: None };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match *arg {
                "--quick" => options.quick = true,
                "--json" => options.json = true,
                "--rounds" => options.rounds = args.next().ok_or("--rounds needs a number")?.parse()?,
                "--seconds" => {
                    let seconds = args.next().ok_or("--seconds needs a number")?.parse()?;
                    options.length = Some(Duration::from_secs(seconds));
                }
                "--only" => {
                    let names = args.next().ok_or("--only needs names")?;
                    options.only = names.split(',').map(Target::named).collect::<Result<_>>()?;
                }
                other => return Err(format!("no such option: {other}\n\n{}", crate::USAGE).into()),
            }
        }
        if options.rounds == 0 {
            options.rounds = if options.quick { 1 } else { 3 };
        }
        Ok(options)
    }
}

pub(crate) async fn run(options: &Options) -> Result {
    let mut scale = if options.quick { QUICK } else { FULL };
    if let Some(length) = options.length {
        (scale.closed, scale.open) = (length, length);
    }
    let bench = Bench { scale, stage: Stage::set(&options.only, scale.idle).await? };
    let start = Instant::now();
    let mut figures = Figures::default();
    // One after the other, again and again: what drifts, drifts for all.
    for round in 1..=options.rounds {
        for connections in CONNECTIONS {
            for target in &options.only {
                eprintln!("round {round}/{}: {target} with {connections} connections", options.rounds);
                bench.talk(*target, connections, &mut figures).await?;
            }
        }
        // What memory they take hardly varies.
        for target in options.only.iter().filter(|_| round == 1) {
            eprintln!("round {round}/{}: {target} with {} idle connections", options.rounds, scale.idle);
            bench.idle(*target, &mut figures).await?;
        }
    }
    let machine = Machine::look(bench.stage.postgres.as_ref().map(|postgres| postgres.version.clone()))?;
    let report = Report::new(machine, options.quick, options.rounds, &figures);
    eprintln!("took {:.0} s", start.elapsed().as_secs_f64());
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report.json())?);
    } else {
        println!("{}", report.text());
    }
    // A short run, or one of a part, is not worth keeping.
    if !options.quick && options.length.is_none() && options.only == Target::ALL {
        publish(&report)?;
    }
    Ok(())
}

/// Writes it down, unless the machine was busy with other things: then the ratios say little.
fn publish(report: &Report) -> Result {
    let foreign = report.foreign_cores();
    if foreign > QUIET {
        eprintln!("not written to docs/: others kept up to {foreign:.2} cores busy, more than {QUIET}");
        return Ok(());
    }
    docs::write(report)
}

struct Bench {
    scale: Scale,
    stage: Stage,
}

impl Bench {
    async fn talk(&self, target: Target, connections: usize, figures: &mut Figures) -> Result {
        let running = self.stage.start(target).await?;
        let port = running.server.port;
        let parties = match target {
            Target::Limit => people::relayed_pairs(connections / 2),
            Target::Sqlite | Target::Postgres => people::pairs(port, connections / 2).await?,
            Target::Peer => people::peers_pairs(port, connections / 2).await?,
        };
        let mut crowd = Crowd::connect(port, parties).await?;
        process::quiet(self.scale.patience).await?;
        let closed = crowd.measure(Load::Closed, self.scale.warm, self.scale.closed, &running.probe).await?;
        note(target, Kind::Closed, connections, &closed, figures);
        process::quiet(self.scale.patience).await?;
        let open = crowd.measure(Load::Open(RATE), self.scale.warm, self.scale.open, &running.probe).await?;
        note(target, Kind::Open, connections, &open, figures);
        crowd.leave().await;
        running.stop().await
    }

    async fn idle(&self, target: Target, figures: &mut Figures) -> Result {
        let running = self.stage.start(target).await?;
        let (port, pid, count) = (running.server.port, running.server.pid, self.scale.idle);
        let before = process::resident_kib(pid)?;
        let parties = match target {
            Target::Limit => people::relayed_idlers(count),
            Target::Sqlite | Target::Postgres => people::idlers(port, count).await?,
            Target::Peer => people::peers_idlers(port, count).await?,
        };
        let mut crowd = Crowd::connect(port, parties).await?;
        crowd.pass(self.scale.settle).await?;
        let grown = process::resident_kib(pid)?.saturating_sub(before);
        figures.add(target, Kind::Idle, count, &[("kib_per_connection", grown as f64 / count as f64)]);
        crowd.leave().await;
        running.stop().await
    }
}

fn note(target: Target, kind: Kind, connections: usize, window: &Window, figures: &mut Figures) {
    let messages = window.messages.max(1) as f64;
    let per_message = |time: Duration| time.as_secs_f64() * 1e6 / messages;
    let seconds = window.length.as_secs_f64();
    let usage = window.usage;
    let values = [
        ("messages_per_s", messages / seconds),
        ("p50_ms", percentile(&window.latencies, 0.50)),
        ("p99_ms", percentile(&window.latencies, 0.99)),
        ("server_cpu_us_per_message", per_message(usage.server)),
        ("database_cpu_us_per_message", per_message(usage.database)),
        ("cpu_us_per_message", per_message(usage.server + usage.database)),
        ("client_cpu_us_per_message", per_message(usage.client)),
        ("foreign_cores", usage.foreign().as_secs_f64() / seconds),
    ];
    let told: Vec<_> = values.iter().map(|(name, value)| format!("{name} {value:.2}")).collect();
    eprintln!("  {}: {}", kind.name(), told.join(", "));
    figures.add(target, kind, connections, &values);
}

/// In milliseconds, of sorted microseconds.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of a length")]
pub(crate) fn percentile(sorted: &[u32], part: f64) -> f64 {
    let rank = (part * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).map_or(0.0, |micros| f64::from(*micros) / 1e3)
}
