//! A picture of a report: bars beside each other, in SVG.

use std::fmt::Write as _;

use crate::report::{Kind, Report, Target};

const WIDTH: f64 = 760.0;
const LABEL: f64 = 210.0;
const BAR: f64 = 16.0;
const HEAD: f64 = 26.0;

/// What is shown of each load.
const SHOWN: [(Kind, &str, &str); 4] = [
    (Kind::Closed, "messages_per_s", "messages/s, acknowledged and delivered (more is better)"),
    (Kind::Closed, "cpu_us_per_message", "processor µs per message, server and database (less is better)"),
    (Kind::Open, "p99_ms", "p99 in ms from send to the other side at 500 messages/s (less is better)"),
    (Kind::Idle, "kib_per_connection", "KiB per idle connection (less is better)"),
];

pub(crate) fn svg(report: &Report) -> String {
    let mut body = String::new();
    let mut y = 10.0;
    for (kind, name, title) in SHOWN {
        for load in report.loads().into_iter().filter(|load| load.0 == kind) {
            let bars: Vec<_> = Target::ALL
                .into_iter()
                .filter_map(|target| Some((target, report.value(load, target, name)?)))
                .collect();
            let most = bars.iter().map(|(_, value)| *value).fold(f64::MIN_POSITIVE, f64::max);
            text(&mut body, 10.0, y + 16.0, "700", &format!("{} connections: {title}", load.1));
            y += HEAD;
            for (target, value) in bars {
                bar(&mut body, y, target, value, most);
                y += BAR + 4.0;
            }
            y += 10.0;
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {y}\" width=\"{WIDTH}\" height=\"{y}\" role=\"img\" \
         font-family=\"system-ui, sans-serif\" font-size=\"12\">\n<title>engage beside the limit and a peer</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{body}</svg>\n"
    )
}

fn bar(out: &mut String, y: f64, target: Target, value: f64, most: f64) {
    let colour = match target {
        Target::Limit => "#9aa5b1",
        Target::Sqlite => "#0b7285",
        Target::Postgres => "#364fc7",
        Target::Peer => "#c2255c",
    };
    let length = (WIDTH - LABEL - 90.0) * value / most;
    let decimals = if value < 100.0 { 1 } else { 0 };
    text(out, 20.0, y + 12.0, "400", target.title());
    let _ = writeln!(out, "<rect x=\"{LABEL}\" y=\"{y}\" width=\"{length:.1}\" height=\"{BAR}\" fill=\"{colour}\"/>");
    text(out, LABEL + length + 6.0, y + 12.0, "400", &format!("{value:.decimals$}"));
}

/// What is written comes from constants and numbers, and needs no escaping.
fn text(out: &mut String, x: f64, y: f64, weight: &str, words: &str) {
    let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" font-weight=\"{weight}\" fill=\"#1f2933\">{words}</text>");
}
