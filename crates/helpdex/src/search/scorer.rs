//! Exact BM25 over all articles of a locale that the reader may see: dense, term at a time.
//!
//! A term's postings are decoded and counted by field, which tells how rare it is among the articles that may be seen;
//! then each of them adds its weighted share to the sum of its article. A hidden article is not counted, so it changes
//! nothing. Terms come in one fixed order, so sums are the same on every machine and whatever the history of updates.
//!
//! A ticket has 60 to 150 distinct terms, and most articles have some of them: adding up for every article costs less than
//! reasoning about which can be left out. What is known of the best ones alone, their passages and which words they have, is
//! found by seeking in the postings afterwards.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::clock::Deadline;
use crate::error::Result;
use crate::index::hashes::ContentHash;
use crate::index::postings::{BlockReader, FoundTerm, TermField};
use crate::index::terms::HashedTerm;
use crate::index::units::{Averages, Field, Totals};
use crate::query::{Query, QueryTerm};
use crate::search::view::{View, ViewSegment};
use crate::search::weights::Weights;

/// BM25's `k1` and `b` (Robertson and Zaragoza 2009, section 3.4): the usual values, Lucene's and tantivy's defaults.
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// Of the grams of a ticket the rarest are read, as far as they have no more postings than this for each article: a long
/// ticket has words enough, and most postings are those of grams that say little. nDCG@10 with all of them and so, measured
/// with [`FEW_POSTINGS`] 0, of sets of 240 articles and more, whose grams have 94 (Firefox), 13, 8, 8, 8 and 8 postings an
/// article: firefox 0.226 and 0.230, xquad en 0.975 and 0.975, th 0.978 and 0.978, Microsoft 365 lt 0.753 and 0.752, tr 0.758
/// and 0.759, de 0.774 and 0.774; with 4 in place of 8, lt and tr lose 0.003.
const GRAM_POSTINGS_PER_ARTICLE: f64 = 8.0;
/// A gram with more postings than this share of the articles is passed over: a fifth in place of a half costs 0.002 to 0.006 of
/// 1,200 Microsoft 365 articles in each language.
const COMMON_GRAM_SHARE: f64 = 0.5;
/// So many postings of grams are read whatever the bounds say: it costs next to nothing, and among few articles common grams
/// may be all that there is (of 110 and 295 articles they are worth 0.011 and 0.009).
const FEW_POSTINGS: usize = 20_000;

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
    /// By the articles that have it in the field where most have it.
    idf: f32,
    postings: Vec<Option<FoundTerm<'a>>>,
}

/// A gram of the query that is read, with where its postings are in each segment of the view.
struct FoundGram<'q, 'a> {
    gram: &'q QueryTerm,
    postings: Vec<Option<FoundTerm<'a>>>,
}

/// The articles that have a word.
pub(super) struct ArticlesWithWord {
    /// As a word of a ticket is weighed; of one that no article has, that of a word that one has.
    pub idf: f32,
    /// In the order of the view.
    pub articles: Vec<u32>,
}

thread_local! {
    /// Sums that are not in use: asking for the memory anew for each ticket would cost more than to add it all up. One
    /// ticket has those of a few locales at a time.
    static UNUSED: RefCell<Vec<Vec<f32>>> = const { RefCell::new(Vec::new()) };
}

/// How many sums a thread keeps.
const KEPT_SUMS: usize = 4;

/// So many of them, the first ones as they were, the others 0.
fn new_sums(count: usize, first: &[f32]) -> Vec<f32> {
    let unused = UNUSED.try_with(|unused| unused.borrow_mut().pop());
    let mut sums = unused.ok().flatten().unwrap_or_default();
    sums.clear();
    sums.extend_from_slice(first);
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
        let mut bar = 0.0;
        for (article, &score) in (0..).zip(&self.sums) {
            if score > bar {
                best.push((article, score));
                if best.len() == 4 * limit {
                    let (_, last, _) = best.select_nth_unstable_by(limit - 1, better_first);
                    bar = last.1;
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
        let grams = self.find_grams(query, deadline)?;
        self.score_rest(&KeptScores::default(), query, &grams, weights, deadline)
    }

    /// As [`score`](Self::score), but for rounding, in time that goes with the words that are new in the query since the last
    /// call, and with the grams that are read.
    ///
    /// `settled` is the part of the query that will hardly change. What of it was not scored before is scored and kept; the
    /// rest is scored each time. Where the query does not have all that was kept, all is scored anew.
    pub(crate) fn score_longer(
        &self,
        kept: &mut KeptScores,
        settled: &Query,
        query: &Query,
        weights: &Weights,
        deadline: Deadline,
    ) -> Result<Scores<'a>> {
        let grams = self.find_grams(query, deadline)?;
        let mut known = std::mem::take(kept);
        if known.content_hash != *self.content_hash() || !known.is_within(settled) {
            known = KeptScores {
                content_hash: *self.content_hash(),
                sums: vec![0.0; self.article_count()],
                ..KeptScores::default()
            };
        }
        let mut summation =
            Summation::new(self, weights, deadline, std::mem::take(&mut known.sums));
        let kept_weight = |term: &QueryTerm| known.words.get(&term.term).map_or(0.0, |w| w.weight);
        let words = settled.words.iter();
        let new: Vec<&QueryTerm> = words
            .filter(|term| term.weight > kept_weight(term))
            .collect();
        let postings = self.find(TermField::Words, new.iter().map(|term| &*term.term));
        for (term, postings) in new.into_iter().zip(postings) {
            let of_term = known.words.entry(term.term.clone()).or_default();
            of_term.articles = summation.add_word(&postings, term.weight - of_term.weight)?;
            of_term.weight = term.weight;
        }
        known.sums = summation.sums;
        *kept = known;
        let nothing = KeptScores::default();
        let known = if kept.is_within(query) {
            kept
        } else {
            &nothing
        };
        self.score_rest(known, query, &grams, weights, deadline)
    }

    /// Adds what is not kept to what is.
    fn score_rest(
        &self,
        kept: &KeptScores,
        query: &Query,
        grams: &[FoundGram<'_, 'a>],
        weights: &Weights,
        deadline: Deadline,
    ) -> Result<Scores<'a>> {
        let sums = new_sums(self.article_count(), &kept.sums);
        let mut summation = Summation::new(self, weights, deadline, sums);
        let mut words = Vec::with_capacity(query.words.len());
        let (mut coverable, mut unknown) = (0.0, 0.0);
        let postings = self.find_query(TermField::Words, &query.words);
        for ((index, term), postings) in query.words.iter().enumerate().zip(postings) {
            let articles = match kept.words.get(&term.term) {
                Some(kept) if kept.weight >= term.weight => kept.articles,
                kept => {
                    let weight = term.weight - kept.map_or(0.0, |kept| kept.weight);
                    summation.add_word(&postings, weight)?
                }
            };
            if articles == 0 {
                unknown += self.inverse_document_frequency(1);
                continue;
            }
            let idf = self.inverse_document_frequency(articles);
            coverable += idf;
            words.push(FoundWord {
                index,
                weight: term.weight,
                idf,
                postings,
            });
        }
        for FoundGram { gram, postings } in grams {
            summation.add_gram(postings, gram.weight)?;
        }
        Ok(Scores {
            saturation: Saturation::of(summation.averages.passage),
            sums: summation.sums,
            words,
            coverable,
            unknown,
        })
    }

    /// The passage of each of these articles that has the best BM25 on its own: its number in the article, and its score;
    /// `None` when none matched. The articles come in any order.
    pub(crate) fn best_passages(
        &self,
        scores: &Scores<'a>,
        articles: &[u32],
    ) -> Result<Vec<Option<(usize, f32)>>> {
        let mut best = vec![None; articles.len()];
        let mut order: Vec<usize> = (0..articles.len()).collect();
        order.sort_unstable_by_key(|&index| articles[index]);
        let mut blocks = BlockReader::default();
        for (number, view) in self.segments.iter().enumerate() {
            let units = &view.segment.units;
            let in_segment = order.iter().filter_map(|&index| {
                let article = articles[index].checked_sub(view.first_article)?;
                (article < view.segment.article_count()).then(|| (index, units.passages(article)))
            });
            let in_segment: Vec<(usize, Range<u32>)> = in_segment.collect();
            let mut sums: Vec<Vec<f32>> = in_segment
                .iter()
                .map(|(_, passages)| vec![0.0; passages.len()])
                .collect();
            let lengths = units.word_counts();
            for word in &scores.words {
                let Some(found) = &word.postings[number] else {
                    continue;
                };
                let weight = (K1 + 1.0) * word.weight * word.idf;
                let mut seeker = found.seek(&mut blocks)?;
                for ((_, passages), sums) in in_segment.iter().zip(&mut sums) {
                    seeker.for_each_in(passages.clone(), |unit, frequency| {
                        let share = scores.saturation.share(frequency, lengths.of(unit));
                        sums[(unit - passages.start) as usize] += weight * share;
                    });
                }
            }
            for ((index, _), sums) in in_segment.into_iter().zip(sums) {
                for (passage, score) in sums.into_iter().enumerate() {
                    if score > best[index].map_or(0.0, |(_, best)| best) {
                        best[index] = Some((passage, score));
                    }
                }
            }
        }
        Ok(best)
    }

    /// The words of the query that an article has, by their places there, in order; and in which fields.
    pub(crate) fn words_of_article(
        &self,
        scores: &Scores<'a>,
        article: u32,
    ) -> Result<Vec<(usize, Vec<Field>)>> {
        let found = self.fields_with_words(scores, article)?;
        let found = found.into_iter().map(|(word, fields)| (word.index, fields));
        Ok(found.collect())
    }

    /// The share of the ticket's informative weight that an article has anywhere, in [0, 1].
    pub(crate) fn covered_share(&self, scores: &Scores<'a>, article: u32) -> Result<f32> {
        let found = self.fields_with_words(scores, article)?;
        let covered: f32 = found.iter().map(|(word, _)| word.idf).sum();
        Ok(covered / scores.informative_weight())
    }

    /// Whether an article has a word of the query.
    pub(crate) fn has_word(&self, scores: &Scores<'a>, article: u32) -> Result<bool> {
        let (number, view) = self.view_segment(article);
        let units = &view.segment.units;
        let mut blocks = BlockReader::default();
        for word in &scores.words {
            if let Some(postings) = &word.postings[number] {
                let mut seeker = postings.seek(&mut blocks)?;
                let unit = |field| units.of_field(field, article - view.first_article);
                if Field::ALL.into_iter().any(|field| seeker.has(unit(field))) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn fields_with_words<'s>(
        &self,
        scores: &'s Scores<'a>,
        article: u32,
    ) -> Result<Vec<(&'s FoundWord<'a>, Vec<Field>)>> {
        let (number, view) = self.view_segment(article);
        let unit = |field| {
            let units = &view.segment.units;
            units.of_field(field, article - view.first_article)
        };
        let mut blocks = BlockReader::default();
        let mut found = Vec::new();
        for word in &scores.words {
            if let Some(postings) = &word.postings[number] {
                let mut seeker = postings.seek(&mut blocks)?;
                let mut fields = Field::ALL.to_vec();
                fields.retain(|field| seeker.has(unit(*field)));
                if !fields.is_empty() {
                    found.push((word, fields));
                }
            }
        }
        Ok(found)
    }

    /// The allowed articles that have a word anywhere.
    pub(super) fn articles_with_word(&self, word: &str) -> Result<ArticlesWithWord> {
        let mut matches = TermMatches::default();
        for postings in self.find(TermField::Words, std::iter::once(word)) {
            matches.read(self, &postings)?;
        }
        let mut articles = Vec::new();
        for (view, found) in self.segments.iter().zip(&matches.segments) {
            for field in Field::ALL {
                let first_unit = view.segment.units.of_field(field, 0);
                let units = &found.units[found.ends.range(field)];
                articles.extend(
                    units
                        .iter()
                        .map(|unit| view.first_article + unit - first_unit),
                );
            }
        }
        articles.sort_unstable();
        articles.dedup();
        Ok(ArticlesWithWord {
            idf: self.inverse_document_frequency(matches.articles().max(1)),
            articles,
        })
    }

    /// Looks terms up, each in every segment.
    fn find<'t>(
        &self,
        field: TermField,
        terms: impl Iterator<Item = &'t str>,
    ) -> Vec<Vec<Option<FoundTerm<'a>>>> {
        let terms: Vec<HashedTerm<'t>> = terms.map(HashedTerm::new).collect();
        let segments = self.segments.iter();
        let found: Vec<Vec<Option<FoundTerm<'a>>>> = segments
            .map(|view| view.segment.postings.find(field, &terms))
            .collect();
        let of_term = |index: usize| found.iter().map(|found| found[index]).collect();
        (0..terms.len()).map(of_term).collect()
    }

    fn find_query(&self, field: TermField, terms: &[QueryTerm]) -> Vec<Vec<Option<FoundTerm<'a>>>> {
        self.find(field, terms.iter().map(|term| &*term.term))
    }

    /// Over the allowed articles.
    fn averages(&self) -> Averages {
        let mut totals = Totals::default();
        for view in &self.segments {
            let segment = view.segment;
            match &view.allowed.articles {
                None => totals.add(&segment.totals),
                Some(allowed) => totals.add(&segment.units.totals_of(|article| allowed[article])),
            }
        }
        totals.averages()
    }

    /// The grams of the query that are read, in its order.
    fn find_grams<'q>(
        &self,
        query: &'q Query,
        deadline: Deadline,
    ) -> Result<Vec<FoundGram<'q, 'a>>> {
        let mut matches = TermMatches::default();
        let mut found = Vec::with_capacity(query.grams.len());
        let postings = self.find_query(TermField::Grams, &query.grams);
        for (gram, postings) in query.grams.iter().zip(postings) {
            deadline.check()?;
            let count = matches.count_grams(self, &postings)?;
            if count > 0 {
                found.push((count, FoundGram { gram, postings }));
            }
        }
        // The rarest first, equal ones in the order of the query.
        found.sort_by_key(|(count, _)| *count);
        let counts = found.iter().map(|(count, _)| *count);
        let read = count_read_grams(counts, self.allowed_count());
        found.truncate(read);
        found.sort_by(|(_, a), (_, b)| a.gram.term.cmp(&b.gram.term));
        Ok(found.into_iter().map(|(_, found)| found).collect())
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

/// How many grams are read of those of a query, rarest first: see [`GRAM_POSTINGS_PER_ARTICLE`]. `counts` are of the postings of
/// each over so many articles.
#[expect(clippy::cast_precision_loss)]
fn count_read_grams(counts: impl Iterator<Item = usize>, articles: u32) -> usize {
    let bound = GRAM_POSTINGS_PER_ARTICLE * f64::from(articles);
    let mut postings = 0;
    let is_read = |count: &usize| {
        postings += count;
        postings <= FEW_POSTINGS || (postings as f64 <= bound && !is_common(*count, articles))
    };
    counts.take_while(is_read).count()
}

/// Whether a gram of so many postings says too little: see [`COMMON_GRAM_SHARE`].
#[expect(clippy::cast_precision_loss)]
fn is_common(postings: usize, articles: u32) -> bool {
    postings as f64 > COMMON_GRAM_SHARE * f64::from(articles)
}

/// What was scored of the words of a ticket that grows. Which of its grams are read depends on all of them.
#[derive(Default)]
pub(crate) struct KeptScores {
    /// Of the articles that were scored.
    content_hash: ContentHash,
    /// One entry an article.
    sums: Vec<f32>,
    words: BTreeMap<String, KeptWord>,
}

#[derive(Clone, Copy, Default)]
struct KeptWord {
    weight: f32,
    /// As [`TermMatches::articles`].
    articles: usize,
}

impl KeptScores {
    /// Whether the query has all of it.
    fn is_within(&self, query: &Query) -> bool {
        let has = |term: &str, weight: f32| {
            let index = query.position(term);
            index.is_some_and(|index| query.words[index].weight >= weight)
        };
        let mut words = self.words.iter();
        words.all(|(term, kept)| has(term, kept.weight))
    }
}

/// The sums of a view while terms are added.
struct Summation<'v, 'a> {
    view: &'v View<'a>,
    /// Of the words and the grams, by [`Field`].
    weights: [[f32; Field::COUNT]; 2],
    averages: Averages,
    deadline: Deadline,
    matches: TermMatches,
    /// One entry an article.
    sums: Vec<f32>,
}

impl<'v, 'a> Summation<'v, 'a> {
    fn new(view: &'v View<'a>, weights: &Weights, deadline: Deadline, sums: Vec<f32>) -> Self {
        Self {
            view,
            weights: [
                [weights.title, weights.headings, weights.body],
                [weights.title_grams, 0.0, weights.body_grams],
            ],
            averages: view.averages(),
            deadline,
            matches: TermMatches::default(),
            sums,
        }
    }

    /// Adds a word, and returns how many articles have it, as [`TermMatches::articles`].
    fn add_word(&mut self, postings: &[Option<FoundTerm<'a>>], weight: f32) -> Result<usize> {
        self.deadline.check()?;
        self.matches.read(self.view, postings)?;
        self.add(TermField::Words, weight);
        Ok(self.matches.articles())
    }

    fn add_gram(&mut self, postings: &[Option<FoundTerm<'a>>], weight: f32) -> Result<()> {
        self.deadline.check()?;
        self.matches.read(self.view, postings)?;
        self.add(TermField::Grams, weight);
        Ok(())
    }

    /// Adds what the term that was read gives to the articles that have it.
    fn add(&mut self, terms: TermField, term_weight: f32) {
        let (weights, averages) = match terms {
            TermField::Words => (&self.weights[0], &self.averages.words),
            TermField::Grams => (&self.weights[1], &self.averages.grams),
        };
        for field in Field::ALL {
            let (number, count) = (field as usize, self.matches.counts[field as usize]);
            if count == 0 {
                continue;
            }
            let idf = self.view.inverse_document_frequency(count);
            let weight = (K1 + 1.0) * weights[number] * term_weight * idf;
            let saturation = Saturation::of(averages[number]);
            for (view, found) in self.view.segments.iter().zip(&self.matches.segments) {
                let units = &view.segment.units;
                let lengths = match terms {
                    TermField::Words => units.word_counts(),
                    TermField::Grams => units.gram_counts(),
                };
                let range = found.ends.range(field);
                let postings = &found.units[range.clone()];
                let frequencies = &found.frequencies[range];
                let first_unit = units.of_field(field, 0);
                let sums = &mut self.sums[view.first_article as usize..]
                    [..view.segment.article_count() as usize];
                let chunks = postings.chunks(CHUNK).zip(frequencies.chunks(CHUNK));
                for (postings, frequencies) in chunks {
                    let mut of_articles = [0; CHUNK];
                    for (length, unit) in of_articles.iter_mut().zip(postings) {
                        *length = lengths.of(*unit);
                    }
                    let mut shares = [0.0; CHUNK];
                    let known = frequencies.iter().zip(&of_articles);
                    for (share, (&frequency, &length)) in shares.iter_mut().zip(known) {
                        *share = weight * saturation.share(frequency, length);
                    }
                    for (share, unit) in shares.iter().zip(postings) {
                        sums[(unit - first_unit) as usize] += share;
                    }
                }
            }
        }
    }
}

/// How many postings are worked on at a time: divisions wait for nothing then, and are done side by side.
const CHUNK: usize = 128;

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
        // Neither is 2^31, and processors convert signed numbers side by side.
        let (frequency, length) = (frequency.cast_signed() as f32, length.cast_signed() as f32);
        frequency / (frequency + K1 * (1.0 - B) + self.per_length * length)
    }
}

/// What a term's postings say, over the allowed articles of all segments of the view.
#[derive(Default)]
struct TermMatches {
    /// One entry a segment of the view.
    segments: Vec<SegmentMatches>,
    /// How many articles have the term in each field.
    counts: [usize; Field::COUNT],
    blocks: BlockReader,
}

/// What they say of one segment.
#[derive(Default)]
struct SegmentMatches {
    /// The units that have the term, without passages, ascending, and how often each has it.
    units: Vec<u32>,
    frequencies: Vec<u32>,
    ends: FieldEnds,
}

/// Where the units of each field end among those that have a term.
#[derive(Default)]
struct FieldEnds([usize; Field::COUNT]);

impl FieldEnds {
    fn range(&self, field: Field) -> Range<usize> {
        let end = |field: usize| self.0[field];
        let start = (field as usize).checked_sub(1).map_or(0, end);
        start..end(field as usize)
    }
}

impl TermMatches {
    /// How many articles have the term in the field where most have it: hardly fewer than have it anywhere.
    fn articles(&self) -> usize {
        self.counts.into_iter().max().unwrap_or(0)
    }

    /// How many units of allowed articles have a gram; of one that is not read in any case, how many have it at least.
    fn count_grams(
        &mut self,
        view: &View<'_>,
        postings: &[Option<FoundTerm<'_>>],
    ) -> Result<usize> {
        let all: usize = postings.iter().flatten().map(FoundTerm::unit_count).sum();
        let hidden = view.article_count() - view.allowed_count() as usize;
        // Passages have no grams.
        let least = all.saturating_sub(Field::COUNT * hidden);
        if hidden == 0 || (least > FEW_POSTINGS && is_common(least, view.allowed_count())) {
            return Ok(least);
        }
        self.read(view, postings)?;
        Ok(self.segments.iter().map(|found| found.units.len()).sum())
    }

    /// Takes the postings of a term.
    fn read(&mut self, view: &View<'_>, postings: &[Option<FoundTerm<'_>>]) -> Result<()> {
        self.segments
            .resize_with(view.segments.len(), SegmentMatches::default);
        self.segments.iter_mut().for_each(SegmentMatches::clear);
        let segments = view.segments.iter().zip(&mut self.segments);
        for ((view, matches), found) in segments.zip(postings) {
            if let Some(found) = found {
                matches.read(view, found, &mut self.blocks)?;
            }
        }
        for field in Field::ALL {
            let of_segments = self
                .segments
                .iter()
                .map(|found| found.ends.range(field).len());
            self.counts[field as usize] = of_segments.sum();
        }
        Ok(())
    }
}

impl SegmentMatches {
    fn clear(&mut self) {
        self.units.clear();
        self.frequencies.clear();
        self.ends = FieldEnds::default();
    }

    /// Takes the units of allowed articles that have the term.
    fn read(
        &mut self,
        view: &ViewSegment<'_>,
        found: &FoundTerm<'_>,
        blocks: &mut BlockReader,
    ) -> Result<()> {
        let units = &view.segment.units;
        self.units.reserve(found.unit_count());
        self.frequencies.reserve(found.unit_count());
        found.for_each_block(blocks, units.end_of_fields(), |found, frequencies| {
            let Some(allowed) = &view.allowed.articles else {
                self.units.extend_from_slice(found);
                self.frequencies.extend_from_slice(frequencies);
                return;
            };
            for (unit, frequency) in found.iter().zip(frequencies) {
                if units
                    .article(*unit)
                    .is_some_and(|article| allowed[article as usize])
                {
                    self.units.push(*unit);
                    self.frequencies.push(*frequency);
                }
            }
        })?;
        self.ends = FieldEnds(Field::ALL.map(|field| {
            let end = units.of_field(field, view.segment.article_count());
            self.units.partition_point(|unit| *unit < end)
        }));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use helpdex_text::{Analysis, Analyzer};
    use proptest::prelude::*;

    use super::*;
    use crate::article::{Article, ArticleFields, BodyFormat};
    use crate::audience::{Audience, Visibility};
    use crate::clock::Stopwatch;
    use crate::error::ErrorKind;
    use crate::index::passages::{AnalysedArticle, Unit, analyse};
    use crate::search::example::Example;

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
        /// Those that may be seen.
        articles: Vec<AnalysedArticle>,
    }

    impl Naive {
        fn terms(unit: &Unit, field: TermField) -> Vec<&str> {
            let terms = match field {
                TermField::Words => &unit.terms.words,
                TermField::Grams => &unit.terms.grams,
            };
            terms.all().collect()
        }

        /// The terms of some units of each article.
        fn texts<'n>(
            &'n self,
            field: TermField,
            units: fn(&AnalysedArticle) -> Vec<&Unit>,
        ) -> Vec<Vec<&'n str>> {
            let text = |article: &'n AnalysedArticle| {
                let units = units(article).into_iter();
                units.flat_map(|unit| Self::terms(unit, field)).collect()
            };
            self.articles.iter().map(text).collect()
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
            let example = Example::new(&articles);
            let views = example.views(&audience);
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
            let analysed = |article: &&Article| analyse(article, &analyzer, &mut analysis).unwrap();
            let naive = Naive { articles: in_order.iter().map(analysed).collect() };

            let text = article(0, &asked, false, None).fields().title.clone() + " payuot";
            let ticket = helpdex_text::clean_ticket(None, helpdex_text::Content::Text(&text));
            let query = Query::new(&ticket, &analyzer, None);
            let score = |weights: &Weights| view.score(&query, weights, Deadline::NEVER).unwrap();
            let scores = score(&Weights::SHIPPED);

            let words = TermField::Words;
            let title = naive.scores(&naive.texts(words, |a| vec![&a.title]), &query.words);
            let headings = naive.scores(&naive.texts(words, |a| vec![&a.headings]), &query.words);
            let body = naive.texts(words, |a| a.passages.iter().collect());
            let body = naive.scores(&body, &query.words);
            let grams = TermField::Grams;
            let title_grams = naive.scores(&naive.texts(grams, |a| vec![&a.title]), &query.grams);
            let body_grams = naive.scores(&naive.texts(grams, |a| vec![&a.body]), &query.grams);

            let none = Weights { title: 0.0, headings: 0.0, body: 0.0, best_passage: 0.0, title_grams: 0.0, body_grams: 0.0 };
            let by_field = [
                Weights { title: 1.0, ..none },
                Weights { headings: 1.0, ..none },
                Weights { body: 1.0, ..none },
                Weights { title_grams: 1.0, ..none },
                Weights { body_grams: 1.0, ..none },
            ]
            .map(|weights| (weights, score(&weights)));

            let fields = [
                naive.texts(words, |a| vec![&a.title]),
                naive.texts(words, |a| vec![&a.headings]),
                naive.texts(words, |a| a.passages.iter().collect()),
            ];
            let has = |index: usize, term: &QueryTerm| fields.iter().any(|texts| texts[index].contains(&&*term.term));
            let document_frequency = |term: &QueryTerm| {
                let of_field = |texts: &Vec<Vec<&str>>| texts.iter().filter(|text| text.contains(&&*term.term)).count();
                fields.iter().map(of_field).max().unwrap()
            };
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
                .flat_map(|article| &article.passages)
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
            let best_passages = view.best_passages(&scores, &shown).unwrap();
            for (index, (&number, best_passage)) in shown.iter().zip(best_passages).enumerate() {
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
                let covered: f64 = known.iter().filter(|term| has(index, term)).map(|term| idf(term)).sum();
                let covered = covered / f64::from(scores.informative_weight());
                assert_close("covered", view.covered_share(&scores, number).unwrap(), covered);
                prop_assert_eq!(view.has_word(&scores, number).unwrap(), covered > 0.0);
                for term in &query.words {
                    let found = view.articles_with_word(&term.term).unwrap();
                    prop_assert_eq!(found.articles.contains(&number), has(index, term));
                    let expected = naive.idf(document_frequency(term).max(1));
                    assert_close("weight of a word", found.idf, expected);
                }
                for (place, found) in view.words_of_article(&scores, number).unwrap() {
                    let has = |field: &Field| fields[*field as usize][index].contains(&&*query.words[place].term);
                    let expected: Vec<Field> = Field::ALL.into_iter().filter(has).collect();
                    prop_assert_eq!(found, expected);
                }
                let of_passage = |unit: &Unit| -> f64 {
                    let text = Naive::terms(unit, words);
                    let of_term = |term: &&QueryTerm| {
                        f64::from(term.weight) * idf(term) * Naive::share(&text, &term.term, average_passage)
                    };
                    known.iter().map(of_term).sum()
                };
                let best = naive.articles[index].passages.iter().map(of_passage).fold(0.0, f64::max);
                assert_close("passage", best_passage.map_or(0.0, |(_, score)| score), best);
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

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whatever is written behind or taken away, what is kept gives what scoring anew gives.
        #[test]
        fn a_ticket_that_grows_scores_as_one_that_is_new(
            made in prop::collection::vec(prop::collection::vec(0..6_usize, 0..150), 1..12),
            typed in prop::collection::vec((0..6_usize, 0..8_usize), 1..10),
        ) {
            let articles: Vec<Article> = made
                .iter()
                .enumerate()
                .map(|(number, words)| article(number, words, false, None))
                .collect();
            let example = Example::new(&articles);
            let views = example.views(&Audience::public());
            let (locale, view) = views.first_key_value().unwrap();
            let analyzer = Analyzer::new(locale);
            let mut kept = KeptScores::default();
            let mut words: Vec<String> = Vec::new();
            for (word, taken_away) in typed {
                // Mostly a word more, now and then some less.
                words.truncate(words.len().saturating_sub(taken_away.saturating_sub(5)));
                words.push(article(0, &[word; 5], false, None).fields().title.clone());
                let text = words.join(" ");
                let ticket = helpdex_text::clean_ticket(None, helpdex_text::Content::Text(&text));
                let query = Query::new(&ticket, &analyzer, None);
                let settled = Query::of_settled(&ticket, &analyzer, None);
                let weights = &Weights::SHIPPED;
                let anew = view.score(&query, weights, Deadline::NEVER).unwrap();
                let longer = view.score_longer(&mut kept, &settled, &query, weights, Deadline::NEVER).unwrap();
                prop_assert_eq!((longer.coverable, longer.unknown), (anew.coverable, anew.unknown));
                for number in view.allowed_articles() {
                    assert_close("sum", longer.of(number), f64::from(anew.of(number)));
                }
                prop_assert!(kept.is_within(&query) && !(words.len() > 1 && kept.words.is_empty()));
            }
        }
    }

    #[test]
    fn the_rarest_grams_are_read_and_all_of_few() {
        let read = |counts: &[usize], articles| count_read_grams(counts.iter().copied(), articles);
        assert_eq!(read(&[], 10), 0);
        // Of few articles all, however common.
        assert_eq!(read(&[100; 200], 100), 200);
        assert_eq!(read(&[100; 201], 100), 200);
        // Of many those of up to half of the articles, as far as the bound.
        assert_eq!(read(&[50_000, 50_000, 50_001], 100_000), 2);
        assert_eq!(read(&[10_000; 90], 100_000), 80);
    }

    /// Articles of 60 words, long enough that a ticket of 90 words does not read all of its grams.
    fn long_articles() -> Vec<Article> {
        let article = |number: usize| {
            let words = (0..60).map(|n| long_word(number * 11 + n * (1 + number % 5)));
            let words: Vec<String> = words.collect();
            let (visibility, user_segments) = match number % 3 {
                0 => (Visibility::Internal, Vec::new()),
                1 => (
                    Visibility::SignedIn,
                    vec![format!("segment {}", number % 2)],
                ),
                _ => (Visibility::SignedIn, Vec::new()),
            };
            Article::new(ArticleFields {
                id: format!("article {number:03}"),
                locale: "en".to_owned(),
                title: words[..9].join(" "),
                body: words.join(" "),
                visibility,
                user_segments,
                ..ArticleFields::default()
            })
            .unwrap()
        };
        (0..600).map(article).collect()
    }

    fn long_word(number: usize) -> String {
        format!("w{}x{}", number % 7, number * 37 % 90)
    }

    fn long_query(words: usize, analyzer: &Analyzer) -> (Query, Query) {
        let text: Vec<String> = (0..words).map(long_word).collect();
        let text = text.join(" ");
        let ticket = helpdex_text::clean_ticket(None, helpdex_text::Content::Text(&text));
        let settled = Query::of_settled(&ticket, analyzer, None);
        (Query::new(&ticket, analyzer, None), settled)
    }

    #[test]
    fn a_long_ticket_scores_the_same_while_it_grows_and_reads_some_of_its_grams() {
        let example = Example::new(&long_articles());
        let views = example.views(&Audience::internal());
        let (locale, view) = views.first_key_value().unwrap();
        let analyzer = Analyzer::new(locale);
        let mut kept = KeptScores::default();
        let mut counts = Vec::new();
        for typed in (1..=90).step_by(3) {
            let (query, settled) = long_query(typed, &analyzer);
            let weights = &Weights::SHIPPED;
            let anew = view.score(&query, weights, Deadline::NEVER).unwrap();
            let longer = view
                .score_longer(&mut kept, &settled, &query, weights, Deadline::NEVER)
                .unwrap();
            for number in view.allowed_articles() {
                assert_close("sum", longer.of(number), f64::from(anew.of(number)));
            }
            let read = view.find_grams(&query, Deadline::NEVER).unwrap().len();
            let known = view.find_query(TermField::Grams, &query.grams);
            let known = known
                .iter()
                .filter(|found| found.iter().any(Option::is_some));
            counts.push((read, known.count()));
        }
        assert_eq!(counts[0].0, counts[0].1);
        let (read, known) = counts.last().unwrap();
        assert!(read < known, "{read} of {known} grams were read");
    }

    #[test]
    fn a_hidden_article_changes_nothing_of_which_grams_are_read() {
        let all = long_articles();
        let audience = Audience::signed_in(["segment 1".to_owned()]);
        let seen = all.iter().filter(|a| {
            audience.sees_class(a.fields().visibility)
                && audience.sees_segments(&a.fields().user_segments)
        });
        let seen: Vec<Article> = seen.cloned().collect();
        let [of_all, of_seen] = [&all, &seen].map(|articles| Example::new(articles));
        let [of_all, of_seen] = [&of_all, &of_seen].map(|example| {
            let views = example.views(&audience);
            let (locale, view) = views.first_key_value().unwrap();
            let (query, _) = long_query(90, &Analyzer::new(locale));
            let grams = view.find_grams(&query, Deadline::NEVER).unwrap();
            let grams: Vec<String> = grams.iter().map(|found| found.gram.term.clone()).collect();
            let scores = view
                .score(&query, &Weights::SHIPPED, Deadline::NEVER)
                .unwrap();
            let of_articles: Vec<u32> = view
                .allowed_articles()
                .map(|article| scores.of(article).to_bits())
                .collect();
            let is_filtered = view.allowed_count() as usize != view.article_count();
            (is_filtered, query.grams.len(), grams, of_articles)
        });
        assert!(of_all.0 && !of_seen.0);
        assert!(of_all.2.len() < of_all.1);
        assert_eq!((of_all.2, of_all.3), (of_seen.2, of_seen.3));
    }

    #[test]
    fn sums_that_are_used_again_begin_at_0() {
        let articles: Vec<Article> = (0..9)
            .map(|n| article(n, &[n, n + 1, n + 2], false, None))
            .collect();
        let example = Example::new(&articles);
        let views = example.views(&Audience::public());
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
        let example = Example::new(&[article(0, &[2], false, None)]);
        let views = example.views(&Audience::public());
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
