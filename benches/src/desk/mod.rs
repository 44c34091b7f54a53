//! `desk`: what people find in the help centre, lists and search of tickets, what a new ticket costs, and mails. Beside the
//! bare statement or library, in one process: what is compared is engage, not HTTP.

mod answers;
mod letters;
mod opening;
mod paper;
mod queue;
mod rows;
mod words;

use std::time::{Duration, Instant};

use engage::{Builder, Engage};

use self::paper::Paper;
use crate::chat::percentile;
use crate::report::{Machine, Target};
use crate::stage::Stage;
use crate::{Result, docs};

const TARGETS: [Target; 2] = [Target::Sqlite, Target::Postgres];

/// What to run.
#[derive(Debug)]
pub(crate) struct Options {
    quick: bool,
    parts: Vec<Part>,
    only: Vec<Target>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Answers,
    Queue,
    Opening,
    Letters,
}

impl Part {
    const ALL: [Self; 4] = [Self::Answers, Self::Queue, Self::Opening, Self::Letters];

    fn named(name: &str) -> Result<Self> {
        match name {
            "faq" => Ok(Self::Answers),
            "tickets" => Ok(Self::Queue),
            "create" => Ok(Self::Opening),
            "mail" => Ok(Self::Letters),
            _ => Err(format!("no such part: {name}").into()),
        }
    }
}

/// How many of each.
#[derive(Debug, Clone, Copy)]
struct Scale {
    articles: [i64; 2],
    /// How often each kind of search is asked.
    searches: u64,
    tickets: i64,
    /// How often each list is asked for.
    lists: usize,
    opened: usize,
    mails: usize,
}

const FULL: Scale =
    Scale { articles: [10_000, 100_000], searches: 400, tickets: 1_000_000, lists: 200, opened: 1_000, mails: 3_000 };
const QUICK: Scale = Scale { articles: [500, 1_000], searches: 50, tickets: 5_000, lists: 20, opened: 50, mails: 100 };

impl Options {
    pub(crate) fn parse(args: &[&str]) -> Result<Self> {
        let mut options = Self { quick: false, parts: Part::ALL.to_vec(), only: TARGETS.to_vec() };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match *arg {
                "--quick" => options.quick = true,
                "--part" => {
                    let names = args.next().ok_or("--part needs names")?;
                    options.parts = names.split(',').map(Part::named).collect::<Result<_>>()?;
                }
                "--only" => {
                    let names = args.next().ok_or("--only needs names")?;
                    options.only = names.split(',').map(Target::named).collect::<Result<_>>()?;
                }
                other => return Err(format!("no such option: {other}\n\n{}", crate::USAGE).into()),
            }
        }
        if let Some(other) = options.only.iter().find(|target| !TARGETS.contains(target)) {
            return Err(format!("{} has no tickets", other.name()).into());
        }
        Ok(options)
    }

    fn is_whole(&self) -> bool {
        !self.quick && self.parts == Part::ALL && self.only == TARGETS
    }
}

pub(crate) async fn run(options: &Options) -> Result {
    let scale = if options.quick { QUICK } else { FULL };
    let stage = Stage::set(&options.only, 0).await?;
    let mut paper = Paper::default();
    let start = Instant::now();
    for part in &options.parts {
        for target in &options.only {
            eprintln!("{part:?} on {target}, after {:.0} s", start.elapsed().as_secs_f64());
            let place = stage.place(*target).await?;
            match part {
                Part::Answers => answers::measure(&place.url, *target, &scale, &mut paper).await?,
                Part::Queue => queue::measure(&place.url, *target, &scale, &mut paper).await?,
                Part::Opening => opening::measure(&place.url, *target, &scale, &mut paper).await?,
                Part::Letters => letters::measure(&place.url, *target, &scale, &mut paper).await?,
            }
            place.clear().await?;
        }
    }
    let machine = Machine::look(stage.postgres.as_ref().map(|postgres| postgres.version.clone()))?;
    let text = format!("{machine}.\n\n{}", paper.text());
    println!("{text}");
    if options.is_whole() { docs::write_desk(&text) } else { Ok(()) }
}

/// A site on the database of `url`, which works only when it is told to.
async fn site(url: &str, set: impl FnOnce(Builder) -> Builder) -> Result<Engage> {
    let builder = Engage::builder(engage::connect(url).await?).site("Bench").public_url("https://bench.example");
    Ok(set(builder.without_rate_limits()).build().await?)
}

/// How long the same took again and again.
#[derive(Debug, Default)]
struct Times(Vec<u32>);

impl Times {
    fn add(&mut self, time: Duration) -> Result {
        self.0.push(u32::try_from(time.as_micros())?);
        Ok(())
    }

    /// In milliseconds: the median and the 99th percentile.
    fn told(&self) -> (f64, f64) {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        (percentile(&sorted, 0.50), percentile(&sorted, 0.99))
    }
}

/// `5,000`.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_grouped() {
        let shown = [0, 999, 1_000, 1_000_000].map(super::grouped);
        assert_eq!(shown, ["0", "999", "1,000", "1,000,000"]);
    }
}
