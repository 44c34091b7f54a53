//! Searches, and what is known of them afterwards.

use std::collections::BTreeSet;

use super::{Faq, writer};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::faq::model::{
    Clause, Followed, Hit, Indexed, Reader, Report, Searched, Source, asked, is_near, spellings, told,
};
use crate::faq::store::{FaqSearch, Found, Known};
use crate::identity::Actor;
use crate::ids::{ContactId, SearchId};
use crate::words::{Term, Terms};

/// How many words of a query count, and how many of a text that somebody is about to send.
const WORDS: usize = 8;
const SUGGEST_WORDS: usize = 40;
/// How many of them are looked for when one is enough: the rarest.
const RAREST: usize = 6;
/// How many words a misspelt one may stand for.
const NEAR: usize = 3;
/// How many suggestions there are at most.
const SUGGESTIONS: usize = 5;

/// What a reader wants to know.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'w> {
    /// Who.
    pub reader: Reader,
    /// Their words, at most 500 characters.
    pub query: &'w str,
    /// In which language; `None`: the site's.
    pub locale: Option<&'w str>,
    /// At most how many.
    pub limit: usize,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    /// Best first.
    pub hits: Vec<Hit>,
    /// Whether these hold only some of the words, as none holds all.
    pub is_partial: bool,
}

/// What was suggested before somebody wrote.
#[derive(Debug, Clone)]
pub struct Suggested {
    /// To say what came of it; `None`: nothing was there to suggest.
    pub search: Option<SearchId>,
    /// Best first.
    pub hits: Vec<Hit>,
}

impl Faq {
    /// What a reader finds: texts with all the words, or what means the same; else with those that are spelt almost alike;
    /// else with some of them. Nothing is noted.
    ///
    /// # Errors
    /// `Invalid` at `/query` when it has no word or more than 500 characters.
    pub async fn search(&self, wanted: &Wanted<'_>) -> Result<Answers> {
        let locales = self.locales(wanted.locale);
        let synonyms = self.synonyms_of(&locales[0]).await?;
        let mut clauses = asked(wanted.query, &synonyms, WORDS)?;
        let found = self.find(wanted, &locales, &clauses, false).await?;
        if !found.is_empty() {
            return Ok(Answers { hits: hits(found, &clauses, &locales, wanted.limit), is_partial: false });
        }
        let known = self.0.store.known(&spellings(&clauses)).await?;
        if correct(&mut clauses, &known) {
            let found = self.find(wanted, &locales, &clauses, false).await?;
            if !found.is_empty() {
                return Ok(Answers { hits: hits(found, &clauses, &locales, wanted.limit), is_partial: false });
            }
        }
        let rarest = rarest(clauses, &known);
        if rarest.is_empty() {
            return Ok(Answers::default());
        }
        let clauses: Vec<Clause> = rarest.into_iter().map(|(clause, _)| clause).collect();
        let found = self.find(wanted, &locales, &clauses, true).await?;
        Ok(Answers { hits: hits(found, &clauses, &locales, wanted.limit), is_partial: true })
    }

    /// What may answer a text that somebody is about to send, best first, at most 5. Words that stand in few texts count more,
    /// and a text that has only a common one is not suggested. Nothing is noted.
    ///
    /// # Errors
    /// `Invalid` at `/query` when the text has no word or more than 500 characters.
    pub async fn suggest(&self, wanted: &Wanted<'_>) -> Result<Vec<Hit>> {
        let locales = self.locales(wanted.locale);
        let mut clauses = asked(wanted.query, &*self.synonyms_of(&locales[0]).await?, SUGGEST_WORDS)?;
        let known = self.0.store.known(&spellings(&clauses)).await?;
        correct(&mut clauses, &known);
        let rarest = rarest(clauses, &known);
        if rarest.is_empty() {
            return Ok(Vec::new());
        }
        let clauses: Vec<Clause> = rarest.iter().map(|(clause, _)| clause.clone()).collect();
        let wide = Wanted { limit: 4 * SUGGESTIONS, ..*wanted };
        let found = self.find(&wide, &locales, &clauses, true).await?;
        let mut judged: Vec<_> =
            found.into_iter().filter_map(|found| worth(&found, &rarest).map(|worth| (worth, found))).collect();
        judged.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        let best = judged.into_iter().map(|(_, found)| found).collect();
        Ok(hits(best, &clauses, &locales, wanted.limit.min(SUGGESTIONS)))
    }

    /// The same, noted as a search, so that it is known how often it helped.
    ///
    /// # Errors
    /// As [`Faq::suggest`].
    pub async fn suggest_noted(
        &self,
        wanted: &Wanted<'_>,
        contact: Option<ContactId>,
        source: Source,
    ) -> Result<Suggested> {
        let hits = self.suggest(wanted).await?;
        if hits.is_empty() {
            return Ok(Suggested { search: None, hits });
        }
        let search = Some(self.note(wanted, contact, source, hits.len()).await?);
        Ok(Suggested { search, hits })
    }

    /// Notes that somebody has searched, once they have stopped typing, with how much they found.
    ///
    /// # Errors
    /// As [`Faq::search`].
    pub async fn searched(&self, wanted: &Wanted<'_>, contact: Option<ContactId>, source: Source) -> Result<Searched> {
        let answers = self.search(wanted).await?;
        // Who got only some of the words has not found what they wanted.
        let results = if answers.is_partial { 0 } else { answers.hits.len() };
        let id = self.note(wanted, contact, source, results).await?;
        Ok(self.entry(id, wanted, contact, source, results))
    }

    /// Notes what came of a search of somebody's.
    ///
    /// # Errors
    /// `NotFound` when there is no such search of theirs.
    pub async fn follow(&self, id: SearchId, contact: Option<ContactId>, followed: Followed) -> Result<()> {
        let is_there = self.0.store.follow(id, contact, followed).await?;
        if is_there { Ok(()) } else { Err(Error::not_found("the search")) }
    }

    /// What was searched for since `since`; with `gaps` by which words people found no answer most.
    ///
    /// # Errors
    /// `Forbidden` for who is not staff.
    pub async fn report(&self, actor: &Actor, since: Timestamp, gaps: bool, limit: usize) -> Result<Report> {
        writer(actor)?;
        self.0.store.report(since, gaps, limit).await
    }

    async fn note(
        &self,
        wanted: &Wanted<'_>,
        contact: Option<ContactId>,
        source: Source,
        results: usize,
    ) -> Result<SearchId> {
        let id = self.0.context.ids.next();
        self.0.store.log(&self.entry(id, wanted, contact, source, results)).await?;
        Ok(id)
    }

    fn entry(
        &self,
        id: SearchId,
        wanted: &Wanted<'_>,
        contact: Option<ContactId>,
        source: Source,
        results: usize,
    ) -> Searched {
        let [locale, ..] = self.locales(wanted.locale);
        let results = i64::try_from(results).unwrap_or(i64::MAX);
        Searched { id, at: self.0.context.clock.now(), contact, source, locale, words: told(wanted.query), results }
    }

    async fn find(
        &self,
        wanted: &Wanted<'_>,
        locales: &[String; 3],
        clauses: &[Clause],
        any: bool,
    ) -> Result<Vec<Found>> {
        let (now, clauses) = (self.0.context.clock.now(), clauses.to_vec());
        // An article may be found in each of the languages.
        let languages = locales.iter().collect::<BTreeSet<_>>().len();
        let search = FaqSearch::new(wanted.reader, locales.clone(), clauses, now, wanted.limit * languages);
        self.0.store.search(&FaqSearch { any, ..search }).await
    }
}

/// Adds to words that are not known those that are spelt almost alike; says whether there are any.
fn correct(clauses: &mut [Clause], known: &[Known]) -> bool {
    let mut is_corrected = false;
    for clause in clauses {
        let Some([Term { word, .. }]) = clause.0.first().map(Vec::as_slice) else { continue };
        if known.iter().any(|one| one.word == *word) {
            continue;
        }
        let mut near: Vec<&Known> = known.iter().filter(|one| is_near(&one.word, word)).collect();
        near.sort_by(|one, other| other.texts.cmp(&one.texts).then_with(|| one.word.cmp(&other.word)));
        for one in near.into_iter().take(NEAR) {
            clause.or(&one.word);
            is_corrected = true;
        }
    }
    is_corrected
}

/// What stands in the fewest texts, each with its weight. What stands in none is left out.
fn rarest(clauses: Vec<Clause>, known: &[Known]) -> Vec<(Clause, f64)> {
    let weighed = clauses.into_iter().filter_map(|clause| {
        let texts = clause.0.iter().filter_map(|all| {
            all.iter().map(|term| known.iter().find(|one| one.word == term.word).map_or(0, |one| one.texts)).min()
        });
        let texts: i64 = texts.sum();
        #[expect(clippy::cast_precision_loss, reason = "a weight")]
        (texts > 0).then(|| (clause, 1.0 / (texts as f64).sqrt()))
    });
    let mut weighed: Vec<_> = weighed.collect();
    weighed.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    weighed.truncate(RAREST);
    weighed
}

/// How likely a text answers what these words ask; `None`: it only has common ones.
fn worth(found: &Found, rarest: &[(Clause, f64)]) -> Option<f64> {
    let words = Indexed::of(&found.title, &found.text);
    let title: BTreeSet<&str> = words.title.iter().map(String::as_str).collect();
    let all = words.distinct();
    let most = rarest.first().map_or(0.0, |(_, weight)| *weight);
    let (mut worth, mut has_rare, mut count) = (0.0, false, 0);
    for (clause, weight) in rarest {
        let (in_title, in_text) = (clause.is_in(&title), clause.is_in(&all));
        worth += weight * if in_title { 3.0 } else { f64::from(u8::from(in_text)) };
        has_rare |= in_title && *weight >= 0.4 * most;
        count += usize::from(in_text);
    }
    (has_rare || count >= 2).then_some(worth)
}

/// One hit for each article, in the best of the languages that were found; those with all of it in their title first.
fn hits(found: Vec<Found>, clauses: &[Clause], locales: &[String], limit: usize) -> Vec<Hit> {
    let rank = |locale: &str| locales.iter().position(|one| one == locale).unwrap_or(locales.len());
    let mut best: Vec<Found> = Vec::new();
    for one in found {
        match best.iter_mut().find(|known| known.article == one.article) {
            Some(known) if rank(&one.locale) < rank(&known.locale) => *known = one,
            Some(_) => {}
            None => best.push(one),
        }
    }
    let is_whole = |found: &Found| {
        let words = Indexed::of(&found.title, "");
        let title: BTreeSet<&str> = words.title.iter().map(String::as_str).collect();
        clauses.iter().all(|clause| clause.is_in(&title))
    };
    best.sort_by_cached_key(|found| !is_whole(found));
    best.truncate(limit);
    let terms = Terms::of(clauses.iter().flat_map(Clause::terms).cloned().collect());
    let hit = |found: Found| Hit {
        article: found.article,
        category: found.category,
        slug: found.slug,
        locale: found.locale,
        title: terms.highlight(&found.title),
        excerpt: terms.highlight(&found.text),
    };
    best.into_iter().map(hit).collect()
}
