//! What was measured, as tables, and what became of the goals.

use std::fmt::Write as _;

use crate::report::aligned;

/// All that a run says.
#[derive(Debug, Default)]
pub(super) struct Paper {
    tables: Vec<Table>,
    goals: Vec<Vec<String>>,
}

#[derive(Debug)]
struct Table {
    title: &'static str,
    rows: Vec<Vec<String>>,
}

impl Paper {
    /// Adds a row to the table of this title, which has this head.
    pub(super) fn row<const N: usize>(&mut self, title: &'static str, head: [&str; N], row: [String; N]) {
        eprintln!("  {}", row.join("  "));
        let at = self.tables.iter().position(|table| table.title == title).unwrap_or_else(|| {
            self.tables.push(Table { title, rows: vec![head.map(str::to_owned).to_vec()] });
            self.tables.len() - 1
        });
        if let Some(table) = self.tables.get_mut(at) {
            table.rows.push(row.into());
        }
    }

    /// Notes what the project has set itself: `measured` at most `most`.
    pub(super) fn goal(&mut self, what: String, most: f64, measured: f64) {
        let met = if measured <= most { "yes" } else { "no" };
        self.goals.push(vec![what, format!("≤ {most}"), format!("{measured:.2}"), met.to_owned()]);
    }

    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        for table in &self.tables {
            let _ = write!(out, "### {}\n\n{}\n", table.title, aligned(&table.rows));
        }
        let head = ["goal", "asked", "measured", "met"].map(str::to_owned).to_vec();
        let goals: Vec<_> = std::iter::once(head).chain(self.goals.iter().cloned()).collect();
        let _ = write!(out, "### What was aimed for\n\n{}", aligned(&goals));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_one_title_are_one_table() {
        let mut paper = Paper::default();
        for (title, value) in [("A", "1"), ("B", "2"), ("A", "3")] {
            paper.row(title, ["x"], [value.to_owned()]);
        }
        paper.goal("fast".to_owned(), 2.0, 2.0);
        paper.goal("slow".to_owned(), 2.0, 2.1);
        let text = paper.text();
        assert!(text.contains("### A\n\n| x   |\n|-----|\n| 1   |\n| 3   |\n"), "{text}");
        let met: Vec<_> =
            text.lines().filter_map(|line| line.trim_end_matches(['|', ' ']).rsplit(' ').next()).collect();
        assert_eq!(met[met.len() - 2..], ["yes", "no"], "{text}");
    }
}
