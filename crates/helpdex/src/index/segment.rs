//! The articles of one locale in one class file: postings over units, the lengths of the units,
//! the facts that filters need, and what an article is shown with.
//!
//! Articles are in the order of their ids, and the units of an article stand next to each other,
//! so that one pass over a term's postings gives its frequency in the title, the headings, the body
//! and each passage of an article.

use std::cmp::Ordering;
use std::ops::Range;
use std::path::PathBuf;

use helpdex_text::Locale;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tantivy::directory::OwnedBytes;

use super::class_file::{ClassFile, ClassFileBuilder, damaged};
use super::passages::{StoredArticle, StoredHead, UnitKind};
use super::postings::Postings;
use super::record_blocks::RecordBlocks;
use super::varint;
use crate::{Result, Timestamp};

/// What filters ask of an article; articles share few distinct ones.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Facets {
    pub brand: Option<String>,
    pub labels: Vec<String>,
    pub products: Vec<String>,
    pub user_segments: Vec<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Columns {
    /// The distinct facets, and for each article which of them it has.
    pub facets: Vec<Facets>,
    pub article_facets: Vec<u32>,
    /// The few articles that begin or end.
    pub bounded: Vec<Bounded>,
    /// One entry an article: its [`group_key`].
    pub groups: Vec<u64>,
}

impl Columns {
    fn fit_together(&self) -> bool {
        let articles = self.article_facets.len();
        let mut facets = self.article_facets.iter();
        let mut bounded = self.bounded.iter();
        self.groups.len() == articles
            && facets.all(|&facets| (facets as usize) < self.facets.len())
            && bounded.all(|bounded| (bounded.article as usize) < articles)
    }
}

/// An article that begins or ends.
#[derive(Serialize, Deserialize)]
pub(super) struct Bounded {
    pub article: u32,
    pub valid_from: Option<Timestamp>,
    pub valid_until: Option<Timestamp>,
}

/// The BLAKE3 hash of an article's fields, or of several articles.
pub(crate) type ContentHash = [u8; blake3::OUT_LEN];

/// Adds an article to a hash of several, or takes it away again: the same articles give the same hash in any order.
pub(crate) fn combine(all: &mut ContentHash, one: &ContentHash) {
    for (byte, other) in all.iter_mut().zip(one) {
        *byte ^= other;
    }
}

/// Stands for a translation group: 64 bits of the hash of its name, so that two of a help center never meet by chance.
pub(crate) fn group_key(group: &str) -> u64 {
    let hash = blake3::hash(group.as_bytes());
    let mut key = [0; 8];
    key.copy_from_slice(&hash.as_bytes()[..8]);
    u64::from_le_bytes(key)
}

/// The articles of a segment that exist for an answer.
pub(crate) struct Allowed {
    /// One entry an article; `None` when all are allowed.
    pub articles: Option<Vec<bool>>,
    pub count: u32,
    pub hash: ContentHash,
}

/// A part of an article that is scored on its own. Its number stands in the lowest bits of a slot, with the article above:
/// sums and lengths of all fields of an article lie side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Field {
    Title,
    Headings,
    Body,
    /// The article as a whole.
    Anywhere,
}

impl Field {
    pub(crate) const COUNT: usize = 1 << KIND_BITS;
}

/// The number of the field of a slot.
#[inline]
pub(crate) fn slot_field(slot: u32) -> usize {
    slot as usize % Field::COUNT
}

/// How many words and grams the fields of each article have, one entry a slot.
#[derive(Debug, Default)]
pub(crate) struct Lengths {
    /// Words; of the article as a whole how many passages it has.
    pub words: Vec<u32>,
    /// Grams: those of the title, and all others as those of the body.
    pub grams: Vec<u32>,
    /// Of all articles.
    pub totals: Totals,
}

/// Lengths of several articles: for each field how many have it, and how long it is in all of them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Totals {
    words: [(u64, u64); Field::COUNT],
    grams: [(u64, u64); Field::COUNT],
}

/// The average lengths of the fields over the articles that have them, and of a passage; 1 where there is none, so that
/// lengths can be divided by it.
pub(crate) struct Averages {
    pub words: [f32; Field::COUNT],
    pub grams: [f32; Field::COUNT],
    pub passage: f32,
}

impl Lengths {
    /// The lengths of the articles that `includes` lets pass.
    pub(crate) fn totals_of(&self, includes: impl Fn(usize) -> bool) -> Totals {
        let mut totals = Totals::default();
        let words = self.words.as_chunks::<{ Field::COUNT }>().0;
        let grams = self.grams.as_chunks::<{ Field::COUNT }>().0;
        for (article, (words, grams)) in words.iter().zip(grams).enumerate() {
            if includes(article) {
                for (totals, lengths) in [(&mut totals.words, words), (&mut totals.grams, grams)] {
                    for ((count, sum), &length) in totals.iter_mut().zip(lengths) {
                        *count += u64::from(length > 0);
                        *sum += u64::from(length);
                    }
                }
            }
        }
        totals
    }
}

impl Totals {
    pub(crate) fn add(&mut self, other: &Self) {
        for (totals, others) in [
            (&mut self.words, &other.words),
            (&mut self.grams, &other.grams),
        ] {
            for ((count, sum), (other_count, other_sum)) in totals.iter_mut().zip(others) {
                *count += other_count;
                *sum += other_sum;
            }
        }
    }

    pub(crate) fn averages(&self) -> Averages {
        let average = |(count, sum): (u64, u64)| ratio(sum, count);
        let (_, body_words) = self.words[Field::Body as usize];
        let (_, passages) = self.words[Field::Anywhere as usize];
        Averages {
            words: self.words.map(average),
            grams: self.grams.map(average),
            passage: ratio(body_words, passages),
        }
    }
}

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
fn ratio(sum: u64, count: u64) -> f32 {
    if count == 0 {
        1.0
    } else {
        (sum as f64 / count as f64) as f32
    }
}

impl Allowed {
    pub(crate) fn includes(&self, article: usize) -> bool {
        self.articles
            .as_ref()
            .is_none_or(|articles| articles[article])
    }
}

/// A segment in memory.
pub(crate) struct Segment {
    pub postings: Postings,
    pub units: Units,
    pub lengths: Lengths,
    columns: Columns,
    /// The group keys with their articles, in order.
    sorted_groups: Vec<(u64, u32)>,
    /// One entry an article: the hash of its fields.
    pub(super) article_hashes: Vec<ContentHash>,
    /// For each distinct facets, what tells the articles that have them from any others: [`combine`] of their hashes.
    facet_hashes: Vec<ContentHash>,
    pub(super) heads: Records,
    pub(super) sections: RecordBlocks,
}

/// What is known of each unit, by its number.
#[derive(Debug, Default)]
pub(crate) struct Units {
    pub(super) article_and_kind: Vec<u32>,
    pub(super) word_counts: Vec<u32>,
    pub(super) gram_counts: Vec<u32>,
    /// One entry an article: its first unit.
    firsts: Vec<u32>,
}

/// The lowest two bits hold the kind, which is that of its [`Field`].
pub(super) const KIND_BITS: u32 = 2;

impl Units {
    pub(crate) fn len(&self) -> usize {
        self.article_and_kind.len()
    }

    #[inline]
    pub(crate) fn article(&self, unit: u32) -> u32 {
        self.article_and_kind[unit as usize] >> KIND_BITS
    }

    #[inline]
    pub(crate) fn kind(&self, unit: u32) -> UnitKind {
        match self.article_and_kind[unit as usize] & ((1 << KIND_BITS) - 1) {
            0 => UnitKind::Title,
            1 => UnitKind::Headings,
            _ => UnitKind::Passage,
        }
    }

    /// The slot of each unit: its article and its field.
    pub(crate) fn slots(&self) -> &[u32] {
        &self.article_and_kind
    }

    /// How many words each unit has.
    pub(crate) fn word_counts(&self) -> &[u32] {
        &self.word_counts
    }

    /// The units of an article.
    pub(crate) fn of_article(&self, article: u32) -> Range<u32> {
        let end = self.firsts.get(article as usize + 1).copied();
        let all = || u32::try_from(self.len()).unwrap_or(u32::MAX);
        self.firsts[article as usize]..end.unwrap_or_else(all)
    }

    /// The passages of an article in order, as units.
    pub(crate) fn passages(&self, article: u32) -> impl Iterator<Item = u32> {
        let units = self.of_article(article);
        units.filter(|&unit| self.kind(unit) == UnitKind::Passage)
    }

    /// For each unit how many articles it lies behind that of the unit before, with its kind, and its words and grams.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut before = 0;
        let counts = self.word_counts.iter().zip(&self.gram_counts);
        for (slot, (words, grams)) in self.article_and_kind.iter().zip(counts) {
            let first_of_article = before & !((1 << KIND_BITS) - 1);
            for number in [slot - first_of_article, *words, *grams] {
                varint::push(&mut bytes, u64::from(number));
            }
            before = *slot;
        }
        bytes
    }

    fn from_bytes(mut bytes: &[u8], article_count: usize) -> Result<Self> {
        let mut units = Self::default();
        let mut before = 0_u32;
        while !bytes.is_empty() {
            let first_of_article = before & !((1 << KIND_BITS) - 1);
            let mut next = || u32::try_from(varint::take(&mut bytes)?).ok();
            let slot = next().and_then(|slot| first_of_article.checked_add(slot));
            let Some(((slot, words), grams)) = slot.zip(next()).zip(next()) else {
                return Err(damaged("its units have the wrong size"));
            };
            units.article_and_kind.push(slot);
            units.word_counts.push(words);
            units.gram_counts.push(grams);
            before = slot;
        }
        let count = units.len();
        for unit in 0..u32::try_from(count).map_err(|_| damaged("it has too many units"))? {
            let article = units.article(unit) as usize;
            if article == units.firsts.len() {
                units.firsts.push(unit);
            } else if article + 1 != units.firsts.len() {
                return Err(damaged("its units are not in the order of their articles"));
            }
        }
        if units.firsts.len() == article_count {
            Ok(units)
        } else {
            Err(damaged("its units do not match its articles"))
        }
    }

    fn lengths(&self) -> Lengths {
        let slots = Field::COUNT * self.firsts.len();
        let mut lengths = Lengths {
            words: vec![0; slots],
            grams: vec![0; slots],
            totals: Totals::default(),
        };
        for (unit, &slot) in (0..).zip(&self.article_and_kind) {
            let (words, grams) = (self.word_counts[unit], self.gram_counts[unit]);
            let article = slot as usize & !(Field::COUNT - 1);
            let of_field = &mut lengths.words[slot as usize];
            *of_field = of_field.saturating_add(words);
            let gram_field = match slot_field(slot) {
                0 => Field::Title,
                _ => Field::Body,
            };
            let of_field = &mut lengths.grams[article | gram_field as usize];
            *of_field = of_field.saturating_add(grams);
            if slot_field(slot) == Field::Body as usize {
                lengths.words[article | Field::Anywhere as usize] += 1;
            }
        }
        lengths.totals = lengths.totals_of(|_| true);
        lengths
    }
}

impl Bounded {
    fn is_valid_at(&self, now: Timestamp) -> bool {
        self.valid_from.is_none_or(|from| now >= from)
            && self.valid_until.is_none_or(|until| now < until)
    }
}

/// Values as JSON, one an article, read one at a time.
pub(super) struct Records {
    ends: Vec<u64>,
    data: OwnedBytes,
}

impl Records {
    fn open(file: &ClassFile, locale: &Locale, name: &str, articles: usize) -> Result<Self> {
        let ends = file.part(&format!("{locale}/{name}_ends"))?;
        let data = file.part(&format!("{locale}/{name}"))?;
        let ends: Vec<u64> = ends
            .as_chunks::<8>()
            .0
            .iter()
            .map(|chunk| u64::from_le_bytes(*chunk))
            .collect();
        if !ends.is_sorted() || ends.last().copied().unwrap_or(0) != data.len() as u64 {
            return Err(damaged("its articles have the wrong size"));
        }
        if ends.len() != articles {
            return Err(damaged("its articles do not match its columns"));
        }
        Ok(Self { ends, data })
    }

    pub(super) fn bytes(&self, article: u32) -> &[u8] {
        let index = article as usize;
        let offset = |end: u64| usize::try_from(end).unwrap_or(usize::MAX);
        let start = index.checked_sub(1).map_or(0, |i| offset(self.ends[i]));
        &self.data[start..offset(self.ends[index])]
    }

    fn read<T: DeserializeOwned>(&self, article: u32) -> Result<T> {
        serde_json::from_slice(self.bytes(article))
            .map_err(|_| damaged("an article cannot be read"))
    }
}

fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|_| damaged("an article cannot be read"))
}

/// Collects [`Records`].
#[derive(Default)]
pub(super) struct RecordsBuilder {
    ends: Vec<u8>,
    data: Vec<u8>,
}

impl RecordsBuilder {
    pub(super) fn add(&mut self, record: &[u8]) {
        self.data.extend_from_slice(record);
        self.ends
            .extend_from_slice(&(self.data.len() as u64).to_le_bytes());
    }

    pub(super) fn finish(self, locale: &Locale, name: &str, file: &mut ClassFileBuilder) {
        file.add(format!("{locale}/{name}_ends"), &self.ends);
        file.add(format!("{locale}/{name}"), &self.data);
    }
}

impl Segment {
    pub(crate) fn open(file: &ClassFile, locale: &Locale) -> Result<Self> {
        let columns: Columns = serde_json::from_slice(&file.part(&format!("{locale}/columns"))?)
            .map_err(|_| damaged("its columns cannot be read"))?;
        let articles = columns.article_facets.len();
        if !columns.fit_together() {
            return Err(damaged("its columns do not fit together"));
        }
        let units = Units::from_bytes(&file.part(&format!("{locale}/units"))?, articles)?;
        let hashes = file.part(&format!("{locale}/article_hashes"))?;
        let article_hashes = hashes.as_chunks().0.to_vec();
        let mut facet_hashes = vec![ContentHash::default(); columns.facets.len()];
        if article_hashes.len() != articles {
            return Err(damaged("its hashes do not match its columns"));
        }
        for (facets, hash) in columns.article_facets.iter().zip(&article_hashes) {
            combine(&mut facet_hashes[*facets as usize], hash);
        }
        let files = file
            .parts_below(&format!("{locale}/postings/"))
            .map(|(name, bytes)| (PathBuf::from(name), bytes))
            .collect();
        let postings = Postings::open(files)?;
        if postings.unit_count() != units.len() {
            return Err(damaged("its postings do not match its units"));
        }
        let mut sorted_groups: Vec<(u64, u32)> = columns.groups.iter().copied().zip(0..).collect();
        sorted_groups.sort_unstable();
        Ok(Self {
            sorted_groups,
            postings,
            lengths: units.lengths(),
            units,
            columns,
            article_hashes,
            facet_hashes,
            heads: Records::open(file, locale, "heads", articles)?,
            sections: RecordBlocks::open(file, locale, "sections", articles)?,
        })
    }

    pub(crate) fn article_count(&self) -> u32 {
        u32::try_from(self.columns.article_facets.len()).unwrap_or(u32::MAX)
    }

    /// The articles that pass, are valid at `now` and are not denied; without a moment, those that are valid at every one.
    pub(crate) fn allowed(
        &self,
        passes: impl Fn(&Facets) -> bool,
        now: Option<Timestamp>,
        denied: &[u32],
    ) -> Allowed {
        let Columns {
            facets,
            article_facets,
            bounded,
            groups: _,
        } = &self.columns;
        let passing: Vec<bool> = facets.iter().map(passes).collect();
        let mut hash = ContentHash::default();
        for (facet_hash, passes) in self.facet_hashes.iter().zip(&passing) {
            if *passes {
                combine(&mut hash, facet_hash);
            }
        }
        let outside: Vec<usize> = bounded
            .iter()
            .filter(|bounded| now.is_none_or(|now| !bounded.is_valid_at(now)))
            .map(|bounded| bounded.article)
            .chain(denied.iter().copied())
            .map(|article| article as usize)
            .filter(|article| passing[article_facets[*article] as usize])
            .collect();
        if outside.is_empty() && passing.iter().all(|passes| *passes) {
            return Allowed {
                articles: None,
                count: self.article_count(),
                hash,
            };
        }
        let mut articles: Vec<bool> = article_facets
            .iter()
            .map(|facets| passing[*facets as usize])
            .collect();
        for article in outside {
            // It may be both denied and not valid.
            if std::mem::replace(&mut articles[article], false) {
                combine(&mut hash, &self.article_hashes[article]);
            }
        }
        Allowed {
            count: articles
                .iter()
                .map(|is_allowed| u32::from(*is_allowed))
                .sum(),
            articles: Some(articles),
            hash,
        }
    }

    /// The allowed articles of the translation group.
    pub(crate) fn articles_of_group(
        &self,
        key: u64,
        allowed: &Allowed,
    ) -> impl Iterator<Item = u32> {
        let first = self
            .sorted_groups
            .partition_point(|(other, _)| *other < key);
        self.sorted_groups[first..]
            .iter()
            .take_while(move |(other, _)| *other == key)
            .map(|(_, article)| *article)
            .filter(|article| allowed.includes(*article as usize))
    }

    /// What stands for the translation group of an article.
    pub(crate) fn group_of(&self, article: u32) -> u64 {
        self.columns.groups[article as usize]
    }

    /// The article of this id.
    pub(crate) fn find_article(&self, id: &str) -> Result<Option<u32>> {
        let (mut low, mut high) = (0, self.article_count());
        while low < high {
            let middle = low.midpoint(high);
            match self.stored_head(middle)?.id.as_str().cmp(id) {
                Ordering::Equal => return Ok(Some(middle)),
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        Ok(None)
    }

    pub(crate) fn stored_head(&self, article: u32) -> Result<StoredHead> {
        self.heads.read(article)
    }

    pub(crate) fn stored_article(&self, article: u32) -> Result<StoredArticle> {
        Ok(StoredArticle {
            head: self.heads.read(article)?,
            sections: from_json(&self.sections.read(article)?)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_that_are_too_large_are_as_large_as_can_be() {
        let two = [u32::MAX; 2];
        let units = Units {
            article_and_kind: vec![UnitKind::Passage as u32; 2],
            word_counts: two.to_vec(),
            gram_counts: two.to_vec(),
            ..Units::default()
        };
        let lengths = Units::from_bytes(&units.to_bytes(), 1).unwrap().lengths();
        assert_eq!(lengths.words, [0, 0, u32::MAX, 2]);
        assert_eq!(lengths.grams, [0, 0, u32::MAX, 0]);
    }
}
