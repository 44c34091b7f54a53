//! Searches in the help centre, beside the bare statement of the index.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use engage::faq::{CategoryName, Indexed, NewArticle, NewCategory, Reader, Visibility, Wanted};
use engage::{Actor, Engage};
use serde_json::json;

use super::paper::Paper;
use super::words::{Dice, WORDS, spoken, text, word};
use super::{Scale, Times, grouped, site};
use crate::Result;
use crate::bulk::Bulk;
use crate::report::Target;

/// How many words the title and the text of an article have.
const TITLE: usize = 6;
const BODY: usize = 120;
/// How many rows are written at once.
const BATCH: i64 = 2_000;
/// How many answers are wanted.
const LIMIT: usize = 10;

const HEAD: [&str; 7] = ["search", "articles", "database", "p50 ms", "p99 ms", "bare p50 ms", "bare p99 ms"];

/// What people type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    One,
    Two,
    Typing,
    Misspelt,
}

pub(super) async fn measure(url: &str, target: Target, scale: &Scale, paper: &mut Paper) -> Result {
    let engage = site(url, engage::Builder::without_background_jobs).await?;
    let mut bulk = Bulk::open(url).await?;
    first(&engage).await?;
    let (mut filled, mut texts) = (0, vec![0; usize::try_from(WORDS)?]);
    for articles in scale.articles {
        let start = Instant::now();
        fill(&mut bulk, filled, articles, &mut texts).await?;
        filled = articles;
        eprintln!("  {articles} articles after {:.0} s", start.elapsed().as_secs_f64());
        let (mut all, mut bare_all) = (Times::default(), Times::default());
        for kind in [Kind::One, Kind::Two, Kind::Typing, Kind::Misspelt] {
            let (own, bare) = searches(&engage, &mut bulk, kind, articles, scale.searches).await?;
            let ((p50, p99), (bare_p50, bare_p99)) = (own.told(), bare.told());
            let times = [p50, p99, bare_p50, bare_p99].map(|time| format!("{time:.2}"));
            let [p50, p99, bare_p50, bare_p99] = times;
            let row =
                [kind.title().to_owned(), grouped(articles), target.name().to_owned(), p50, p99, bare_p50, bare_p99];
            paper.row("Searches in the help centre", HEAD, row);
            // The bare statement finds nothing for what is misspelt.
            if kind != Kind::Misspelt {
                all.0.extend(own.0);
                bare_all.0.extend(bare.0);
            }
        }
        let ((p50, p99), (bare_p50, _)) = (all.told(), bare_all.told());
        let what = |figure: &str| format!("{figure} among {} articles, {}", grouped(articles), target.name());
        paper.goal(what("search, times the bare statement's median,"), 1.5, p50 / bare_p50);
        if articles == scale.articles[0] {
            paper.goal(what("p99 of a search, ms,"), 10.0, p99);
        }
    }
    Ok(())
}

/// Asks both in turn, so that what drifts, drifts for both.
async fn searches(engage: &Engage, bulk: &mut Bulk, kind: Kind, articles: i64, times: u64) -> Result<(Times, Times)> {
    let (mut own, mut bare) = (Times::default(), Times::default());
    let mut dice = Dice::new(times);
    // The first ones prepare the statements and warm what is kept.
    for time in 0..times + 20 {
        let text = text(i64::try_from(dice.below(articles.unsigned_abs()))?, TITLE + BODY);
        let mut pick = || text[usize::try_from(dice.below(text.len() as u64)).unwrap_or_default()];
        let (typed, right) = kind.typed(&word(pick()), &word(pick()));
        let wanted = Wanted { reader: Reader::Public, query: &typed, locale: None, limit: LIMIT };
        let start = Instant::now();
        let found = engage.faq().search(&wanted).await?;
        let took = start.elapsed();
        if found.hits.is_empty() {
            return Err(format!("nothing was found for {typed:?}").into());
        }
        let start = Instant::now();
        let rows = bulk.find_answers(&right, LIMIT).await?;
        let took_bare = start.elapsed();
        if rows == 0 {
            return Err(format!("the bare statement found nothing for {right:?}").into());
        }
        if time >= 20 {
            own.add(took)?;
            bare.add(took_bare)?;
        }
    }
    Ok((own, bare))
}

impl Kind {
    fn title(self) -> &'static str {
        match self {
            Self::One => "a word",
            Self::Two => "two words",
            Self::Typing => "a word and the beginning of another",
            Self::Misspelt => "two words, one misspelt (bare: spelt right)",
        }
    }

    /// What is typed, and what is meant.
    fn typed(self, one: &str, other: &str) -> (String, String) {
        let both = format!("{one} {other}");
        match self {
            Self::One => (one.to_owned(), one.to_owned()),
            Self::Two => (both.clone(), both),
            Self::Typing => (format!("{one} {}", &other[..4]), format!("{one} {}", &other[..4])),
            Self::Misspelt => (format!("{one} {}q{}", &other[..3], &other[4..]), both),
        }
    }
}

/// An article of the library's own, of which the others are copies but for their words.
async fn first(engage: &Engage) -> Result {
    let names =
        BTreeMap::from([("en".to_owned(), CategoryName { title: "All".to_owned(), description: String::new() })]);
    let category =
        engage.faq().create_category(&Actor::System, NewCategory { names, ..NewCategory::default() }).await?;
    let new = NewArticle {
        category: category.id,
        slug: None,
        visibility: Visibility::Public,
        locale: None,
        title: "First".to_owned(),
        markdown: "First.".to_owned(),
    };
    let article = engage.faq().create(&Actor::System, new).await?;
    engage.faq().publish(&Actor::System, article.id, "en", 1).await?;
    Ok(())
}

/// Writes the articles from `filled` to before `articles`; `texts` counts in how many each word is.
async fn fill(bulk: &mut Bulk, filled: i64, articles: i64, texts: &mut [i64]) -> Result {
    let mut from = filled;
    while from < articles {
        let end = (from + BATCH).min(articles);
        let rows = (from..end).map(|number| {
            let ranks = text(number, TITLE + BODY);
            for rank in ranks.iter().collect::<BTreeSet<_>>() {
                texts[usize::try_from(*rank).unwrap_or_default()] += 1;
            }
            json!({ "n": number, "title": spoken(&ranks[..TITLE]), "body": spoken(&ranks[TITLE..]) })
        });
        bulk.copy_articles(&serde_json::to_string(&rows.collect::<Vec<_>>())?).await?;
        from = end;
    }
    let known: Vec<_> = (0..WORDS).zip(texts.iter()).filter(|(_, texts)| **texts > 0).collect();
    let known = known.into_iter().map(|(rank, texts)| (word(rank), *texts)).collect::<Vec<_>>();
    bulk.learn(&known, Indexed::misspellings).await?;
    bulk.settle().await
}
