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

use super::passages::UnitKind;
use super::postings::{BlockReader, FoundTerm, TermField};
use super::segment::{Averages, Field, Lengths, Totals, slot_article, slot_field};
use super::view::{View, ViewSegment};
use crate::Result;
use crate::clock::Deadline;
use crate::model::Weights;
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

/// The score of every article of a view, 0 where nothing matched: its BM25 by field, weighted and added up.
pub(crate) struct Scores<'a> {
    /// One entry an article.
    sums: Vec<f32>,
    /// The words of the query that any allowed article has.
    words: Vec<FoundWord<'a>>,
    /// Of passages.
    saturation: Saturation,
    /// The sum of the inverse document frequencies of all words of the query that any article has.
    pub coverable: f32,
    /// The same for words that no article has, at the idf of a word that one article has.
    pub unknown: f32,
}

/// A word of the query, with where its postings are in each segment of the view.
struct FoundWord<'a> {
    /// Its place among the words of the query.
    index: usize,
    weight: f32,
    /// By the articles that have it anywhere.
    idf: f32,
    postings: Vec<Option<FoundTerm<'a>>>,
}

/// What is known of a few articles beyond their scores.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Examined {
    /// The sum of the inverse document frequencies of the words that the article has anywhere.
    pub covered: f32,
    /// The passage with the best BM25 on its own: its number in the article, and its score; `None` when none matched.
    pub best_passage: Option<(usize, f32)>,
}

thread_local! {
    /// Sums that are not in use: asking for the memory anew for each ticket would cost more than to add it all up. One
    /// ticket has those of a few locales at a time.
    static UNUSED: RefCell<Vec<Vec<f32>>> = const { RefCell::new(Vec::new()) };
}

/// How many sums a thread keeps.
const KEPT_SUMS: usize = 4;

/// So many of them, all 0.
fn new_sums(count: usize) -> Vec<f32> {
    let unused = UNUSED.try_with(|unused| unused.borrow_mut().pop());
    let mut sums = unused.ok().flatten().unwrap_or_default();
    sums.clear();
    sums.resize(count, 0.0);
    sums
}

impl Drop for Scores<'_> {
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

impl Scores<'_> {
    /// What an article scores.
    pub(crate) fn of(&self, article: u32) -> f32 {
        self.sums[article as usize]
    }

    /// The articles with the highest scores above 0, equal ones in the order of the view, in no order.
    pub(crate) fn best(&self, limit: usize) -> Vec<(u32, f32)> {
        let better_first = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        let mut best = Vec::with_capacity(4 * limit);
        // Whoever comes now and has no more than this comes behind `limit` others.
        let mut least = 0.0;
        for (article, &score) in (0..).zip(&self.sums) {
            if score > least {
                best.push((article, score));
                if best.len() == 4 * limit {
                    let (_, last, _) = best.select_nth_unstable_by(limit - 1, better_first);
                    least = last.1;
                    best.truncate(limit);
                }
            }
        }
        if best.len() > limit {
            best.select_nth_unstable_by(limit - 1, better_first);
            best.truncate(limit);
        }
        best
    }

    /// Of the ticket's words: the sum of their inverse document frequencies, above 0.
    pub(crate) fn informative_weight(&self) -> f32 {
        (self.coverable + self.unknown).max(f32::MIN_POSITIVE)
    }
}

impl<'a> View<'a> {
    /// Scores every allowed article for the query, unless the time ends. Linear in the postings of its terms.
    pub(crate) fn score(
        &self,
        query: &Query,
        weights: &Weights,
        deadline: Deadline,
    ) -> Result<Scores<'a>> {
        let averages = self.averages();
        let mut scores = Scores {
            sums: new_sums(self.article_count()),
            words: Vec::with_capacity(query.words.len()),
            saturation: Saturation::of(averages.passage),
            coverable: 0.0,
            unknown: 0.0,
        };
        // By [`Field`].
        let word_weights = [weights.title, weights.headings, weights.body];
        let gram_weights = [weights.title_grams, 0.0, weights.body_grams];
        let mut matches = TermMatches::default();
        for (index, term) in query.words.iter().enumerate() {
            deadline.check()?;
            let postings = self.find(TermField::Words, &term.term)?;
            matches.read(self, TermField::Words, &postings, usize::MAX)?;
            if matches.articles == 0 {
                scores.unknown += self.inverse_document_frequency(1);
                continue;
            }
            let idf = self.inverse_document_frequency(matches.articles);
            scores.coverable += idf;
            scores.words.push(FoundWord {
                index,
                weight: term.weight,
                idf,
                postings,
            });
            let factors = self.factors(term, &word_weights, &matches.counts, &averages.words);
            self.add(
                &factors,
                &matches,
                |lengths| &lengths.words,
                &mut scores.sums,
            );
        }
        let most = self.most_common_gram();
        for gram in &query.grams {
            deadline.check()?;
            let postings = self.find(TermField::Grams, &gram.term)?;
            matches.read(self, TermField::Grams, &postings, most)?;
            let factors = self.factors(gram, &gram_weights, &matches.counts, &averages.grams);
            self.add(
                &factors,
                &matches,
                |lengths| &lengths.grams,
                &mut scores.sums,
            );
        }
        Ok(scores)
    }

    /// Looks closer at a few articles of the view, in any order.
    pub(crate) fn examine(&self, scores: &Scores<'a>, articles: &[u32]) -> Result<Vec<Examined>> {
        let mut examined = vec![Examined::default(); articles.len()];
        let mut order: Vec<usize> = (0..articles.len()).collect();
        order.sort_unstable_by_key(|&index| articles[index]);
        let mut blocks = BlockReader::default();
        let mut passages = Vec::new();
        for (number, view) in self.segments.iter().enumerate() {
            let in_segment = order.iter().filter_map(|&index| {
                let article = articles[index].checked_sub(view.first_article)?;
                (article < view.segment.article_count())
                    .then(|| (index, view.segment.units.of_article(article)))
            });
            let in_segment: Vec<_> = in_segment.collect();
            let (Some((_, first)), Some((_, last))) = (in_segment.first(), in_segment.last())
            else {
                continue;
            };
            let (units, first_unit) = (&view.segment.units, first.start);
            passages.clear();
            passages.resize((last.end - first_unit) as usize, 0.0);
            let lengths = units.word_counts();
            for word in &scores.words {
                let Some(found) = &word.postings[number] else {
                    continue;
                };
                let weight = (K1 + 1.0) * word.weight * word.idf;
                let mut reader = found.seek(&mut blocks)?;
                for (index, of_article) in &in_segment {
                    let mut has_word = false;
                    reader.for_each_in(of_article.clone(), |unit, frequency| {
                        has_word = true;
                        passages[(unit - first_unit) as usize] +=
                            weight * scores.saturation.share(frequency, lengths[unit as usize]);
                    });
                    if has_word {
                        examined[*index].covered += word.idf;
                    }
                }
            }
            for (index, of_article) in in_segment {
                let best_passage = &mut examined[index].best_passage;
                for (passage, unit) in units.passages_in(of_article).enumerate() {
                    let score = passages[(unit - first_unit) as usize];
                    if score > best_passage.map_or(0.0, |(_, best)| best) {
                        *best_passage = Some((passage, score));
                    }
                }
            }
        }
        Ok(examined)
    }

    /// The words of the query that an article has, by their places there, in order; and in which kinds of units.
    pub(crate) fn words_of_article(
        &self,
        scores: &Scores<'a>,
        article: u32,
    ) -> Result<Vec<(usize, Vec<UnitKind>)>> {
        let (number, view) = self.view_segment(article);
        let units = &view.segment.units;
        let of_article = units.of_article(article - view.first_article);
        let mut blocks = BlockReader::default();
        let mut found = Vec::new();
        for word in &scores.words {
            if let Some(postings) = &word.postings[number] {
                let mut kinds = Vec::new();
                let mut seeker = postings.seek(&mut blocks)?;
                seeker.for_each_in(of_article.clone(), |unit, _| kinds.push(units.kind(unit)));
                kinds.dedup();
                if !kinds.is_empty() {
                    found.push((word.index, kinds));
                }
            }
        }
        Ok(found)
    }

    /// For each article the share of the words' inverse document frequencies that it has anywhere; words that no article has
    /// count as those that one has.
    pub(crate) fn coverage(&self, words: &[String]) -> Result<Vec<f32>> {
        let mut covered = vec![0.0; self.article_count()];
        let mut informative_weight = 0.0;
        let mut matches = TermMatches::default();
        for word in words {
            let postings = self.find(TermField::Words, word)?;
            matches.read(self, TermField::Words, &postings, usize::MAX)?;
            let idf = self.inverse_document_frequency(matches.articles.max(1));
            informative_weight += idf;
            for (view, found) in self.segments.iter().zip(&matches.segments) {
                let mut before = u32::MAX;
                for article in found.slots.iter().map(|&slot| slot_article(slot)) {
                    if article != before {
                        covered[(view.first_article + article) as usize] += idf;
                    }
                    before = article;
                }
            }
        }
        for covered in &mut covered {
            *covered /= informative_weight.max(f32::MIN_POSITIVE);
        }
        Ok(covered)
    }

    /// Looks a term up in each segment.
    fn find(&self, field: TermField, term: &str) -> Result<Vec<Option<FoundTerm<'a>>>> {
        let segments = self.segments.iter();
        segments
            .map(|view| view.segment.postings.find(field, term))
            .collect()
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

    /// What a term gives to the articles that have it in each field.
    fn factors(
        &self,
        term: &QueryTerm,
        weights: &[f32; Field::COUNT],
        counts: &[usize; Field::COUNT],
        averages: &[f32; Field::COUNT],
    ) -> [Factor; Field::COUNT] {
        std::array::from_fn(|field| Factor {
            weight: (K1 + 1.0)
                * weights[field]
                * term.weight
                * self.inverse_document_frequency(counts[field]),
            saturation: Saturation::of(averages[field]),
        })
    }

    /// Adds what a term gives to the sums of the articles that have it.
    fn add(
        &self,
        factors: &[Factor; Field::COUNT],
        matches: &TermMatches,
        lengths: impl Fn(&Lengths) -> &[Vec<u32>; Field::COUNT],
        sums: &mut [f32],
    ) {
        for (view, found) in self.segments.iter().zip(&matches.segments) {
            let lengths = lengths(&view.segment.lengths).each_ref().map(|l| &l[..]);
            let first = view.first_article as usize;
            let sums = &mut sums[first..][..view.segment.article_count() as usize];
            let slots = found.slots.chunks(CHUNK);
            for (slots, frequencies) in slots.zip(found.frequencies.chunks(CHUNK)) {
                let mut shares = [0.0; CHUNK];
                for ((share, &slot), &frequency) in shares.iter_mut().zip(slots).zip(frequencies) {
                    let (article, field) = (slot_article(slot) as usize, slot_field(slot));
                    let Factor { weight, saturation } = factors[field];
                    *share = weight * saturation.share(frequency, lengths[field][article]);
                }
                for (&share, &slot) in shares.iter().zip(slots) {
                    sums[slot_article(slot) as usize] += share;
                }
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

/// How many postings are worked on at a time: divisions wait for nothing then.
const CHUNK: usize = 128;

/// What a term gives to a field: `weight` times a share below 1.
#[derive(Clone, Copy)]
struct Factor {
    weight: f32,
    saturation: Saturation,
}

/// `f / (f + k1 (1 - b + b length / average))`: how much of its weight a term gives, below 1.
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

    #[inline]
    #[expect(clippy::cast_precision_loss)]
    fn share(self, frequency: u32, length: u32) -> f32 {
        let frequency = frequency as f32;
        let norm = K1 * (1.0 - B) + self.per_length * length as f32;
        frequency / (frequency + norm)
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
}

impl TermMatches {
    /// Takes the postings of a term; none when there are more than `most`.
    fn read(
        &mut self,
        view: &View<'_>,
        field: TermField,
        postings: &[Option<FoundTerm<'_>>],
        most: usize,
    ) -> Result<()> {
        self.counts = [0; Field::COUNT];
        self.articles = 0;
        self.segments
            .resize_with(view.segments.len(), SegmentMatches::default);
        self.segments.iter_mut().for_each(SegmentMatches::clear);
        let is_all_allowed = |view: &ViewSegment<'_>| view.allowed.articles.is_none();
        let all: usize = postings.iter().flatten().map(FoundTerm::unit_count).sum();
        if all > most && view.segments.iter().all(is_all_allowed) {
            return Ok(());
        }
        let mut count = 0;
        let segments = view.segments.iter().zip(&mut self.segments);
        for ((view, matches), found) in segments.zip(postings) {
            if let Some(found) = found {
                count += matches.read(view, field, found, &mut self.blocks)?;
            }
        }
        if count > most {
            self.segments.iter_mut().for_each(SegmentMatches::clear);
            return Ok(());
        }
        for matches in &self.segments {
            matches.count(&mut self.counts, &mut self.articles);
        }
        Ok(())
    }
}

impl SegmentMatches {
    fn clear(&mut self) {
        self.slots.clear();
        self.frequencies.clear();
    }

    /// Takes the units of allowed articles that have the term, and returns how many. The frequencies of units that are of
    /// the same field of an article, which stand next to each other, are added up.
    fn read(
        &mut self,
        view: &ViewSegment<'_>,
        field: TermField,
        found: &FoundTerm<'_>,
        blocks: &mut BlockReader,
    ) -> Result<usize> {
        let mut count = 0;
        found.for_each_block(blocks, |units, frequencies| match &view.allowed.articles {
            None => {
                count += units.len();
                self.add(view, field, units, frequencies);
            }
            Some(allowed) => {
                for (unit, frequency) in units.iter().zip(frequencies) {
                    if allowed[view.segment.units.article(*unit) as usize] {
                        count += 1;
                        self.add(view, field, &[*unit], &[*frequency]);
                    }
                }
            }
        })?;
        Ok(count)
    }

    /// Adds units that lie behind those before.
    #[inline]
    fn add(
        &mut self,
        view: &ViewSegment<'_>,
        field: TermField,
        units: &[u32],
        frequencies: &[u32],
    ) {
        match field {
            TermField::Words => self.add_words(view.segment.units.word_slots(), units, frequencies),
            TermField::Grams => {
                // An article has one unit with the grams of its title, and one with all others.
                let slots_of_units = view.segment.units.gram_slots();
                let slots = units.iter().map(|&unit| slots_of_units[unit as usize]);
                self.slots.extend(slots);
                self.frequencies.extend_from_slice(frequencies);
            }
        }
    }

    /// Adds up what is of the same field of an article. No step depends on what a processor would have to guess.
    fn add_words(&mut self, slots_of_units: &[u32], units: &[u32], frequencies: &[u32]) {
        let last = self.slots.pop().zip(self.frequencies.pop());
        let (mut before, mut sum) = last.unwrap_or((u32::MAX, 0));
        let first = self.slots.len();
        self.slots.resize(first + 1 + units.len(), before);
        self.frequencies.resize(first + 1 + units.len(), sum);
        let (slots, sums) = (&mut self.slots[first..], &mut self.frequencies[first..]);
        let mut count = usize::from(last.is_some());
        for (&unit, &frequency) in units.iter().zip(frequencies) {
            let slot = slots_of_units[unit as usize];
            let is_new = slot != before;
            count += usize::from(is_new);
            sum = frequency + if is_new { 0 } else { sum };
            slots[count - 1] = slot;
            sums[count - 1] = sum;
            before = slot;
        }
        self.slots.truncate(first + count);
        self.frequencies.truncate(first + count);
    }

    /// Adds how many articles have the term in each field, and anywhere.
    fn count(&self, counts: &mut [usize; Field::COUNT], articles: &mut usize) {
        let is_of = |field: Field| move |slot: &&u32| slot_field(**slot) == field as usize;
        let titles = self.slots.iter().filter(is_of(Field::Title)).count();
        let headings = self.slots.iter().filter(is_of(Field::Headings)).count();
        counts[Field::Title as usize] += titles;
        counts[Field::Headings as usize] += headings;
        counts[Field::Body as usize] += self.slots.len() - titles - headings;
        let is_other = |pair: &&[u32; 2]| slot_article(pair[0]) != slot_article(pair[1]);
        let others = self.slots.array_windows().filter(is_other).count();
        *articles += others + usize::from(!self.slots.is_empty());
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
    use crate::index::passages::{Unit, analyse};
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
            let text = match field {
                TermField::Words => &unit.terms.words,
                TermField::Grams => &unit.terms.grams,
            };
            text.split(' ').filter(|term| !term.is_empty()).collect()
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
            let score = |weights: &Weights| view.score(&query, weights, Deadline::NEVER).unwrap();
            let scores = score(&Weights::SHIPPED);

            let words = TermField::Words;
            let title = naive.scores(&naive.field(words, |kind| kind == UnitKind::Title), &query.words);
            let headings = naive.scores(&naive.field(words, |kind| kind == UnitKind::Headings), &query.words);
            let body = naive.scores(&naive.field(words, |kind| kind == UnitKind::Passage), &query.words);
            let grams = TermField::Grams;
            let title_grams = naive.scores(&naive.field(grams, |kind| kind == UnitKind::Title), &query.grams);
            let body_grams = naive.scores(&naive.field(grams, |kind| kind != UnitKind::Title), &query.grams);

            let none = Weights { title: 0.0, headings: 0.0, body: 0.0, best_passage: 0.0, title_grams: 0.0, body_grams: 0.0 };
            let by_field = [
                Weights { title: 1.0, ..none },
                Weights { headings: 1.0, ..none },
                Weights { body: 1.0, ..none },
                Weights { title_grams: 1.0, ..none },
                Weights { body_grams: 1.0, ..none },
            ]
            .map(|weights| (weights, score(&weights)));

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
            let shown: Vec<u32> = view.allowed_articles().collect();
            let examined = view.examine(&scores, &shown).unwrap();
            let coverage = view.coverage(&query.words.iter().map(|term| term.term.clone()).collect::<Vec<_>>());
            let coverage = coverage.unwrap();
            for (index, (&number, examined)) in shown.iter().zip(examined).enumerate() {
                let (segment, local) = view.locate(number);
                let id = segment.stored_head(local).unwrap().id;
                prop_assert_eq!(&id, in_order[index].id());
                checked.insert(id);
                let of_fields = |weights: &Weights| {
                    f64::from(weights.title) * title[index]
                        + f64::from(weights.headings) * headings[index]
                        + f64::from(weights.body) * body[index]
                        + f64::from(weights.title_grams) * title_grams[index]
                        + f64::from(weights.body_grams) * body_grams[index]
                };
                assert_close("score", scores.of(number), of_fields(&Weights::SHIPPED));
                for (weights, scores) in &by_field {
                    assert_close("field", scores.of(number), of_fields(weights));
                }
                let covered: f64 = known.iter().filter(|term| has(&all[index], term)).map(|term| idf(term)).sum();
                assert_close("covered", examined.covered, covered);
                let all_informative = f64::from(scores.informative_weight());
                assert_close("coverage", coverage[number as usize], covered / all_informative);
                let of_passage = |unit: &Unit| -> f64 {
                    let text = Naive::terms(unit, words);
                    let of_term = |term: &&QueryTerm| {
                        f64::from(term.weight) * idf(term) * Naive::share(&text, &term.term, average_passage)
                    };
                    known.iter().map(of_term).sum()
                };
                let units = naive.articles[index].iter().filter(|unit| unit.kind == UnitKind::Passage);
                let best = units.map(of_passage).fold(0.0, f64::max);
                assert_close("passage", examined.best_passage.map_or(0.0, |(_, score)| score), best);
            }
            let everything = scores.best(shown.len() + 1);
            prop_assert_eq!(everything.len(), shown.iter().filter(|number| scores.of(**number) > 0.0).count());
            let mut sorted = everything;
            sorted.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            for limit in 1..sorted.len() {
                let mut best = scores.best(limit);
                best.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
                prop_assert_eq!(&best, &sorted[..limit]);
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
                .score(
                    &Query::of_words(&[word]),
                    &Weights::SHIPPED,
                    Deadline::NEVER,
                )
                .unwrap();
            view.allowed_articles()
                .map(|article| scores.of(article))
                .collect::<Vec<_>>()
        };
        let first = score("refund");
        score("pin");
        assert_eq!(score("refund"), first);
        assert!(score("nothing").iter().all(|score| *score == 0.0));
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
        let error = view.score(&query, &Weights::SHIPPED, passed).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        assert!(
            view.score(&query, &Weights::SHIPPED, Deadline::NEVER)
                .is_ok()
        );
    }
}
