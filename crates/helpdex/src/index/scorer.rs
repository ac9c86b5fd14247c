//! Exact BM25 over all articles of a locale that the reader may see: dense, term at a time.
//!
//! Each term is read twice over: its postings are decoded once and counted, which tells how rare it is among the articles
//! that may be seen, then each of them adds its share to the sum of its article and field. A hidden article is not
//! counted, so it changes nothing. Terms come in one fixed order, so sums are the same on every machine and whatever the
//! history of updates.
//!
//! A ticket has 60 to 150 distinct terms, and most articles have some of them: adding up for every article costs less than
//! reasoning about which can be left out, and gives the scores of all fields and passages in the same pass.

use std::cell::RefCell;

use super::postings::{BlockReader, FoundTerm, TermField};
use super::segment::{Averages, Field, Totals, slot_field};
use super::view::{View, ViewSegment};
use crate::Result;
use crate::clock::Deadline;
use crate::query::{Query, QueryTerm};

/// BM25's `k1` and `b` (Robertson and Zaragoza 2009, section 3.4): the usual values, Lucene's and tantivy's defaults.
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// Grams with more postings than this share of the articles are passed over: they say little, and many of all postings are
/// theirs. Of 1,200 Microsoft 365 articles nDCG@10 is the same so (de 0.774 and 0.774, tr 0.758 and 0.759, th 0.757 and 0.757,
/// lt 0.753 and 0.751); a fifth in place of a half costs 0.002 to 0.006 in each of these languages.
const COMMON_GRAM_SHARE: f32 = 0.5;
/// Below so many postings a gram is read however common it is: it costs next to nothing, and among few articles it may be all
/// that there is (0.683 to 0.679 of 295 articles on the Corona virus).
const FEW_POSTINGS: usize = 1_000;

/// The scores of every article of a view, 0 where nothing matched.
#[derive(Debug, Default)]
pub(crate) struct Scores {
    sums: Sums,
    /// The sum of the inverse document frequencies of all words of the query that any article has.
    pub coverable: f32,
    /// The same for words that no article has, at the idf of a word that one article has.
    pub unknown: f32,
}

/// What one article scores by its words and grams.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct FieldScores {
    pub title: f32,
    pub headings: f32,
    pub body: f32,
    pub title_grams: f32,
    pub body_grams: f32,
}

/// The sums while they grow.
#[derive(Debug, Default)]
struct Sums {
    /// One entry a slot: the BM25 of the words of an article's title, headings and body, then the sum of the inverse document
    /// frequencies of the words that it has anywhere.
    words: Vec<f32>,
    /// One entry a slot: the BM25 of the grams of its title, and of all the rest.
    grams: Vec<f32>,
    /// One entry a unit: the BM25 of a passage on its own.
    passages: Vec<f32>,
}

thread_local! {
    /// Sums that are not in use: asking for the memory anew for each ticket would cost more than to add it all up. One
    /// ticket has those of a few locales at a time.
    static UNUSED: RefCell<Vec<Sums>> = const { RefCell::new(Vec::new()) };
}

/// How many sums a thread keeps.
const KEPT_SUMS: usize = 4;

impl Sums {
    /// All of them 0.
    fn of(view: &View<'_>) -> Self {
        let unused = UNUSED.try_with(|unused| unused.borrow_mut().pop());
        let mut sums = unused.ok().flatten().unwrap_or_default();
        let slots = Field::COUNT * view.article_count();
        for (sums, count) in [
            (&mut sums.words, slots),
            (&mut sums.grams, slots),
            (&mut sums.passages, view.unit_count()),
        ] {
            sums.clear();
            sums.resize(count, 0.0);
        }
        sums
    }
}

impl Drop for Scores {
    fn drop(&mut self) {
        let sums = std::mem::take(&mut self.sums);
        // A thread that ends takes them with it.
        let _ = UNUSED.try_with(|unused| {
            let mut unused = unused.borrow_mut();
            if unused.len() < KEPT_SUMS {
                unused.push(sums);
            }
        });
    }
}

impl Scores {
    /// What an article scores by its words and grams.
    #[inline]
    pub(crate) fn of(&self, article: u32) -> FieldScores {
        let slot = Field::COUNT * article as usize;
        let words = &self.sums.words[slot..slot + Field::COUNT];
        let grams = &self.sums.grams[slot..slot + Field::COUNT];
        FieldScores {
            title: words[Field::Title as usize],
            headings: words[Field::Headings as usize],
            body: words[Field::Body as usize],
            title_grams: grams[Field::Title as usize],
            body_grams: grams[Field::Body as usize],
        }
    }

    /// The sum of the inverse document frequencies of the words that the article has anywhere.
    pub(crate) fn covered(&self, article: u32) -> f32 {
        self.sums.words[Field::COUNT * article as usize + Field::Anywhere as usize]
    }

    /// The best passage of an article: its number in the article, and its score; `None` when none matched.
    pub(crate) fn best_passage(&self, view: &View<'_>, article: u32) -> Option<(usize, f32)> {
        let mut best: Option<(usize, f32)> = None;
        for (number, unit) in view.passages(article).enumerate() {
            let score = self.sums.passages[unit];
            if score > best.map_or(0.0, |(_, best)| best) {
                best = Some((number, score));
            }
        }
        best
    }

    /// Of the ticket's words: the sum of their inverse document frequencies, above 0.
    pub(crate) fn informative_weight(&self) -> f32 {
        (self.coverable + self.unknown).max(f32::MIN_POSITIVE)
    }
}

impl View<'_> {
    /// Scores every allowed article for the query, unless the time ends. Linear in the postings of its terms.
    pub(crate) fn score(&self, query: &Query, deadline: Deadline) -> Result<Scores> {
        let mut scores = Scores {
            sums: Sums::of(self),
            coverable: 0.0,
            unknown: 0.0,
        };
        let averages = self.averages();
        let mut matches = TermMatches::default();
        for term in &query.words {
            deadline.check()?;
            matches.read(self, TermField::Words, &term.term, usize::MAX)?;
            self.add_word(term, &matches, &averages, &mut scores);
        }
        let most = self.most_common_gram();
        for gram in &query.grams {
            deadline.check()?;
            matches.read(self, TermField::Grams, &gram.term, most)?;
            self.add_gram(gram, &matches, &averages, &mut scores.sums.grams);
        }
        Ok(scores)
    }

    /// Over the allowed articles.
    fn averages(&self) -> Averages {
        let mut totals = Totals::default();
        for view in &self.segments {
            let lengths = &view.segment.lengths;
            match &view.allowed.articles {
                None => totals.add(&lengths.totals),
                Some(allowed) => totals.add(&lengths.totals_of(|article| allowed[article])),
            }
        }
        totals.averages()
    }

    /// How many postings a gram may have and still be read.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss
    )]
    fn most_common_gram(&self) -> usize {
        let share = COMMON_GRAM_SHARE * self.allowed_count() as f32;
        FEW_POSTINGS.max(share as usize)
    }

    fn add_word(
        &self,
        term: &QueryTerm,
        matches: &TermMatches,
        averages: &Averages,
        scores: &mut Scores,
    ) {
        if matches.articles == 0 {
            scores.unknown += self.inverse_document_frequency(1);
            return;
        }
        let idf = self.inverse_document_frequency(matches.articles);
        scores.coverable += idf;
        let saturation = Saturation::of_fields(&averages.words);
        let weights = matches
            .counts
            .map(|count| term.weight * self.inverse_document_frequency(count));
        for (view, found) in self.segments.iter().zip(&matches.segments) {
            let lengths = &view.segment.lengths.words;
            let first_slot = Field::COUNT * view.first_article as usize;
            let sums = &mut scores.sums.words[first_slot..][..lengths.len()];
            let mut before = u32::MAX;
            for (&slot, &frequency) in found.slots.iter().zip(&found.frequencies) {
                let (index, field) = (slot as usize, slot_field(slot));
                let share = saturation[field].share(frequency, lengths[index]);
                sums[index] += weights[field] * share;
                let anywhere = slot | Field::Anywhere as u32;
                sums[anywhere as usize] += if anywhere == before { 0.0 } else { idf };
                before = anywhere;
            }
            let weight = term.weight * idf;
            let saturation = Saturation::of(averages.passage);
            let lengths = view.segment.units.word_counts();
            let sums = &mut scores.sums.passages[view.first_unit as usize..][..lengths.len()];
            for (&unit, &frequency) in found.units.iter().zip(&found.unit_frequencies) {
                let unit = unit as usize;
                sums[unit] += weight * saturation.share(frequency, lengths[unit]);
            }
        }
    }

    /// Adds one gram's BM25 to the articles that have it.
    fn add_gram(
        &self,
        gram: &QueryTerm,
        matches: &TermMatches,
        averages: &Averages,
        sums: &mut [f32],
    ) {
        let saturation = Saturation::of_fields(&averages.grams);
        let weights = matches
            .counts
            .map(|count| gram.weight * self.inverse_document_frequency(count));
        for (view, found) in self.segments.iter().zip(&matches.segments) {
            let lengths = &view.segment.lengths.grams;
            let first_slot = Field::COUNT * view.first_article as usize;
            let sums = &mut sums[first_slot..][..lengths.len()];
            for (&slot, &frequency) in found.slots.iter().zip(&found.frequencies) {
                let (index, field) = (slot as usize, slot_field(slot));
                sums[index] += weights[field] * saturation[field].share(frequency, lengths[index]);
            }
        }
    }

    /// `ln(1 + (N - n + 0.5) / (n + 0.5))`, never negative (Lucene's form of the BM25 idf), of `N` allowed articles.
    fn inverse_document_frequency(&self, document_frequency: usize) -> f32 {
        #[expect(clippy::cast_precision_loss)]
        let n = document_frequency as f64;
        let all = f64::from(self.allowed_count());
        #[expect(clippy::cast_possible_truncation)]
        let idf = libm::log(1.0 + (all - n + 0.5) / (n + 0.5)) as f32;
        idf
    }
}

/// `f (k1 + 1) / (f + k1 (1 - b + b length / average))`: how much of its idf a term gives, below `k1 + 1`.
#[derive(Clone, Copy)]
struct Saturation {
    /// `k1 b / average`.
    per_length: f32,
}

impl Saturation {
    fn of(average_length: f32) -> Self {
        Self {
            per_length: K1 * B / average_length,
        }
    }

    fn of_fields(average_lengths: &[f32; Field::COUNT]) -> [Self; Field::COUNT] {
        average_lengths.map(Self::of)
    }

    #[inline]
    #[expect(clippy::cast_precision_loss)]
    fn share(self, frequency: u32, length: u32) -> f32 {
        let frequency = frequency as f32;
        let norm = K1 * (1.0 - B) + self.per_length * length as f32;
        frequency * (K1 + 1.0) / (frequency + norm)
    }
}

/// What a term's postings say, over the allowed articles of all segments of the view.
#[derive(Default)]
struct TermMatches {
    /// One entry a segment of the view.
    segments: Vec<SegmentMatches>,
    /// How many articles have the term in each field.
    counts: [usize; Field::COUNT],
    /// How many have it anywhere.
    articles: usize,
    blocks: BlockReader,
}

/// What they say of one segment.
#[derive(Default)]
struct SegmentMatches {
    /// The fields of articles that have the term, ascending, and how often each has it.
    slots: Vec<u32>,
    frequencies: Vec<u32>,
    /// The units that have it, likewise.
    units: Vec<u32>,
    unit_frequencies: Vec<u32>,
}

impl TermMatches {
    /// Takes the postings of a term; none when there are more than `most`.
    fn read(&mut self, view: &View<'_>, field: TermField, term: &str, most: usize) -> Result<()> {
        self.counts = [0; Field::COUNT];
        self.articles = 0;
        self.segments
            .resize_with(view.segments.len(), SegmentMatches::default);
        for matches in &mut self.segments {
            matches.clear();
        }
        let found: Result<Vec<Option<FoundTerm<'_>>>> = view
            .segments
            .iter()
            .map(|view| view.segment.postings.find(field, term))
            .collect();
        let mut found = found?;
        let is_too_common = |count: usize| count > most;
        if view
            .segments
            .iter()
            .all(|view| view.allowed.articles.is_none())
            && is_too_common(found.iter().flatten().map(FoundTerm::unit_count).sum())
        {
            return Ok(());
        }
        let mut count = 0;
        let segments = view.segments.iter().zip(&mut self.segments);
        for ((view, matches), found) in segments.zip(&mut found) {
            if let Some(found) = found {
                let (units, frequencies) = (&mut matches.units, &mut matches.unit_frequencies);
                found.read(&mut self.blocks, units, frequencies)?;
                matches.retain_allowed(view);
                count += matches.units.len();
            }
        }
        if is_too_common(count) {
            self.segments.iter_mut().for_each(SegmentMatches::clear);
            return Ok(());
        }
        for (view, matches) in view.segments.iter().zip(&mut self.segments) {
            let slots = view.segment.units.slots();
            match field {
                TermField::Words => self.articles += matches.collect(slots, &mut self.counts),
                TermField::Grams => matches.collect_grams(slots, &mut self.counts),
            }
        }
        Ok(())
    }
}

impl SegmentMatches {
    fn clear(&mut self) {
        self.slots.clear();
        self.frequencies.clear();
        self.units.clear();
        self.unit_frequencies.clear();
    }

    /// Leaves out the units of articles that may not be seen.
    fn retain_allowed(&mut self, view: &ViewSegment<'_>) {
        if view.allowed.articles.is_none() {
            return;
        }
        let units = &view.segment.units;
        let mut kept = 0;
        for index in 0..self.units.len() {
            let unit = self.units[index];
            if view.allowed.includes(units.article(unit) as usize) {
                self.units[kept] = unit;
                self.unit_frequencies[kept] = self.unit_frequencies[index];
                kept += 1;
            }
        }
        self.units.truncate(kept);
        self.unit_frequencies.truncate(kept);
    }

    /// Adds up the frequencies of units that are of the same field of an article, which stand next to each other, and adds
    /// how many articles have the term in each field; returns how many have it anywhere.
    fn collect(&mut self, slots_of_units: &[u32], counts: &mut [usize; Field::COUNT]) -> usize {
        self.slots.resize(self.units.len(), 0);
        self.frequencies.resize(self.units.len(), 0);
        let (slots, frequencies) = (&mut self.slots[..], &mut self.frequencies[..]);
        let (mut count, mut before, mut sum) = (0, u32::MAX, 0);
        for (&unit, &frequency) in self.units.iter().zip(&self.unit_frequencies) {
            let slot = slots_of_units[unit as usize];
            let is_new = slot != before;
            count += usize::from(is_new);
            sum = if is_new { frequency } else { sum + frequency };
            slots[count - 1] = slot;
            frequencies[count - 1] = sum;
            before = slot;
        }
        self.slots.truncate(count);
        self.frequencies.truncate(count);
        let (mut articles, mut before) = (0, u32::MAX);
        for &slot in &self.slots {
            counts[slot_field(slot)] += 1;
            let article = slot | Field::Anywhere as u32;
            articles += usize::from(article != before);
            before = article;
        }
        articles
    }

    /// The same for grams: an article has one unit with those of its title, and one with those of all the rest.
    fn collect_grams(&mut self, slots_of_units: &[u32], counts: &mut [usize; Field::COUNT]) {
        let slot = |&unit: &u32| {
            let slot = slots_of_units[unit as usize];
            if slot_field(slot) == Field::Title as usize {
                slot
            } else {
                slot & !(Field::Anywhere as u32) | Field::Body as u32
            }
        };
        self.slots.extend(self.units.iter().map(slot));
        std::mem::swap(&mut self.frequencies, &mut self.unit_frequencies);
        let is_title = |slot: &&u32| slot_field(**slot) == Field::Title as usize;
        let titles = self.slots.iter().filter(is_title).count();
        counts[Field::Title as usize] += titles;
        counts[Field::Body as usize] += self.slots.len() - titles;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::ops::ControlFlow;

    use helpdex_text::{Analysis, Analyzer};
    use proptest::prelude::*;

    use super::*;
    use crate::article::{Article, ArticleFields, BodyFormat};
    use crate::audience::{Audience, Visibility};
    use crate::clock::Stopwatch;
    use crate::index::generation::{Generation, Prepared, Settings};
    use crate::index::passages::{Unit, UnitKind, analyse};
    use crate::index::store::Store;
    use crate::{ErrorKind, Timestamp};

    const NOW: Timestamp = Timestamp::from_unix_seconds(0);

    fn prepared(articles: &[Article]) -> Prepared {
        let mut by_class: BTreeMap<Visibility, Vec<&Article>> = BTreeMap::new();
        for article in articles {
            let class = by_class.entry(article.fields().visibility).or_default();
            class.push(article);
        }
        Generation::empty()
            .prepare(
                &Store::in_memory(),
                &by_class,
                &Settings::default(),
                &mut || ControlFlow::Continue(()),
            )
            .unwrap()
    }

    /// An article whose title, headings and passages are made of these words; a line is a passage or two.
    fn article(
        number: usize,
        words: &[usize],
        is_internal: bool,
        segment: Option<usize>,
    ) -> Article {
        let word =
            |index: &usize| ["payout", "terminal", "refund", "pin", "faktūra", "şifre"][index % 6];
        let visibility = match (is_internal, segment) {
            (true, _) => Visibility::Internal,
            (false, Some(_)) => Visibility::SignedIn,
            (false, None) => Visibility::Public,
        };
        let segments = segment.into_iter().map(|n| format!("segment {n}"));
        let text: Vec<&str> = words.iter().map(word).collect();
        let (title, rest) = text.split_at(text.len() / 5);
        let (heading, body) = rest.split_at(rest.len() / 4);
        Article::new(ArticleFields {
            id: format!("article {number:03}"),
            locale: "en".to_owned(),
            title: format!("t {}", title.join(" ")),
            body: format!(
                "## h {}\n\n{}\n\n## pin\n\n{0}",
                heading.join(" "),
                body.join(" ")
            ),
            format: BodyFormat::Markdown,
            visibility,
            user_segments: segments.collect(),
            ..ArticleFields::default()
        })
        .unwrap()
    }

    /// BM25 as the book has it: each article and term on its own, in 64 bits.
    struct Naive {
        /// The units of each article that may be seen.
        articles: Vec<Vec<Unit>>,
    }

    impl Naive {
        fn terms(unit: &Unit, field: TermField) -> Vec<&str> {
            let terms = match field {
                TermField::Words => &unit.terms.words,
                TermField::Grams => &unit.terms.grams,
            };
            terms.all().collect()
        }

        /// The terms of one field of each article.
        fn field(&self, field: TermField, is_of: impl Fn(UnitKind) -> bool) -> Vec<Vec<&str>> {
            self.articles
                .iter()
                .map(|units| {
                    let units = units.iter().filter(|unit| is_of(unit.kind));
                    units.flat_map(|unit| Self::terms(unit, field)).collect()
                })
                .collect()
        }

        #[expect(clippy::cast_precision_loss)]
        fn idf(&self, document_frequency: usize) -> f64 {
            let (all, n) = (self.articles.len() as f64, document_frequency as f64);
            (1.0 + (all - n + 0.5) / (n + 0.5)).ln()
        }

        #[expect(clippy::cast_precision_loss)]
        fn average(texts: &[Vec<&str>]) -> f64 {
            let lengths: Vec<f64> = texts
                .iter()
                .map(|t| t.len() as f64)
                .filter(|n| *n > 0.0)
                .collect();
            if lengths.is_empty() {
                1.0
            } else {
                lengths.iter().sum::<f64>() / lengths.len() as f64
            }
        }

        #[expect(clippy::cast_precision_loss)]
        fn share(text: &[&str], term: &str, average: f64) -> f64 {
            let frequency = text.iter().filter(|other| **other == term).count() as f64;
            let norm = 1.2 * (1.0 - 0.75 + 0.75 * text.len() as f64 / average);
            frequency * 2.2 / (frequency + norm)
        }

        /// BM25 of one field of each article.
        fn scores(&self, texts: &[Vec<&str>], terms: &[QueryTerm]) -> Vec<f64> {
            let average = Self::average(texts);
            let score = |text: &Vec<&str>| {
                let of_term = |term: &QueryTerm| {
                    let has = texts
                        .iter()
                        .filter(|text| text.contains(&&*term.term))
                        .count();
                    f64::from(term.weight) * self.idf(has) * Self::share(text, &term.term, average)
                };
                terms.iter().map(of_term).sum()
            };
            texts.iter().map(score).collect()
        }
    }

    #[track_caller]
    fn assert_close(what: &str, found: f32, expected: f64) {
        let bound = 1e-5 * expected.abs().max(1.0);
        assert!(
            (f64::from(found) - expected).abs() <= bound,
            "{what}: {found} is not {expected}"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Rounding apart, the dense scorer gives what the formula gives for each article on its own, whoever asks.
        #[test]
        fn every_score_is_that_of_a_naive_scorer(
            made in prop::collection::vec(
                (prop::collection::vec(0..6_usize, 0..150), prop::bool::ANY, prop::option::of(0..2_usize)),
                1..24,
            ),
            asked in prop::collection::vec(0..6_usize, 1..12),
            audience in 0..3_usize,
        ) {
            let articles: Vec<Article> = made
                .iter()
                .enumerate()
                .map(|(number, (words, is_internal, segment))| article(number, words, *is_internal, *segment))
                .collect();
            let audience = [
                Audience::public(),
                Audience::signed_in(["segment 1".to_owned()]),
                Audience::internal(),
            ][audience].clone();
            let prepared = prepared(&articles);
            let views = prepared.generation().views(&audience, NOW, |_| true);
            let seen: Vec<&Article> = articles
                .iter()
                .filter(|a| audience.sees_class(a.fields().visibility) && audience.sees_segments(&a.fields().user_segments))
                .collect();
            let Some((locale, view)) = views.first_key_value() else {
                prop_assert!(seen.is_empty());
                return Ok(());
            };
            let analyzer = Analyzer::new(locale);
            let mut analysis = Analysis::default();
            // In the order of the view: the wider class first.
            let mut in_order = seen.clone();
            in_order.sort_by_key(|article| article.fields().visibility);
            let units = |article: &&Article| analyse(article, &analyzer, &mut analysis).unwrap().units;
            let naive = Naive { articles: in_order.iter().map(units).collect() };

            let text = article(0, &asked, false, None).fields().title.clone() + " payuot";
            let ticket = helpdex_text::clean_ticket(None, helpdex_text::Content::Text(&text));
            let query = Query::new(&ticket, &analyzer, None);
            let scores = view.score(&query, Deadline::NEVER).unwrap();

            let words = TermField::Words;
            let title = naive.scores(&naive.field(words, |kind| kind == UnitKind::Title), &query.words);
            let headings = naive.scores(&naive.field(words, |kind| kind == UnitKind::Headings), &query.words);
            let body = naive.scores(&naive.field(words, |kind| kind == UnitKind::Passage), &query.words);
            let grams = TermField::Grams;
            let title_grams = naive.scores(&naive.field(grams, |kind| kind == UnitKind::Title), &query.grams);
            let body_grams = naive.scores(&naive.field(grams, |kind| kind != UnitKind::Title), &query.grams);

            let all = naive.field(words, |_| true);
            let has = |text: &Vec<&str>, term: &QueryTerm| text.contains(&&*term.term);
            let document_frequency = |term: &QueryTerm| all.iter().filter(|text| has(text, term)).count();
            let known: Vec<&QueryTerm> = query.words.iter().filter(|term| document_frequency(term) > 0).collect();
            let idf = |term: &QueryTerm| naive.idf(document_frequency(term));
            assert_close("coverable", scores.coverable, known.iter().map(|term| idf(term)).sum());
            let unknown = query.words.len() - known.len();
            #[expect(clippy::cast_precision_loss)]
            let unknown = unknown as f64 * naive.idf(1);
            assert_close("unknown", scores.unknown, unknown);

            let passages: Vec<Vec<&str>> = naive
                .articles
                .iter()
                .flatten()
                .filter(|unit| unit.kind == UnitKind::Passage)
                .map(|unit| Naive::terms(unit, words))
                .collect();
            #[expect(clippy::cast_precision_loss)]
            let average_passage = if passages.is_empty() {
                1.0
            } else {
                passages.iter().map(Vec::len).sum::<usize>() as f64 / passages.len() as f64
            };
            let mut checked = BTreeSet::new();
            for (index, number) in view.allowed_articles().enumerate() {
                let (segment, local) = view.locate(number);
                let id = segment.stored_head(local).unwrap().id;
                prop_assert_eq!(&id, in_order[index].id());
                checked.insert(id);
                let found = scores.of(number);
                for (what, found, expected) in [
                    ("title", found.title, title[index]),
                    ("headings", found.headings, headings[index]),
                    ("body", found.body, body[index]),
                    ("title grams", found.title_grams, title_grams[index]),
                    ("body grams", found.body_grams, body_grams[index]),
                ] {
                    assert_close(what, found, expected);
                }
                let covered = known.iter().filter(|term| has(&all[index], term)).map(|term| idf(term)).sum();
                assert_close("covered", scores.covered(number), covered);
                let of_passage = |unit: &Unit| -> f64 {
                    let text = Naive::terms(unit, words);
                    let of_term = |term: &&QueryTerm| {
                        f64::from(term.weight) * idf(term) * Naive::share(&text, &term.term, average_passage)
                    };
                    known.iter().map(of_term).sum()
                };
                let units = naive.articles[index].iter().filter(|unit| unit.kind == UnitKind::Passage);
                let best = units.map(of_passage).fold(0.0, f64::max);
                assert_close("passage", scores.best_passage(view, number).map_or(0.0, |(_, score)| score), best);
            }
            prop_assert_eq!(checked.len(), seen.len());
        }
    }

    #[test]
    fn sums_that_are_used_again_begin_at_0() {
        let articles: Vec<Article> = (0..9)
            .map(|n| article(n, &[n, n + 1, n + 2], false, None))
            .collect();
        let prepared = prepared(&articles);
        let views = prepared
            .generation()
            .views(&Audience::public(), NOW, |_| true);
        let (_, view) = views.first_key_value().unwrap();
        let score = |word: &str| {
            let scores = view
                .score(&Query::of_words(&[word]), Deadline::NEVER)
                .unwrap();
            view.articles()
                .map(|article| scores.of(article))
                .collect::<Vec<_>>()
        };
        let first = score("refund");
        score("pin");
        assert_eq!(score("refund"), first);
        assert!(
            score("nothing")
                .iter()
                .all(|scores| scores.title == 0.0 && scores.body == 0.0)
        );
    }

    #[test]
    fn scoring_ends_with_the_time() {
        let prepared = prepared(&[article(0, &[2], false, None)]);
        let views = prepared
            .generation()
            .views(&Audience::public(), NOW, |_| true);
        let (_, view) = views.first_key_value().unwrap();
        let query = Query::of_words(&["refund"]);
        let passed = Stopwatch::start().deadline(Some(0));
        let error = view.score(&query, passed).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        assert!(view.score(&query, Deadline::NEVER).is_ok());
    }
}
