//! The articles of one locale in one class file: postings over units, the lengths of the units,
//! the facts that filters need, and what an article is shown with.
//!
//! Articles are in the order of their ids.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;

use helpdex_text::Locale;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tantivy::directory::OwnedBytes;

use crate::error::{Error, Result};
use crate::index::passages::{StoredHead, StoredSection};
use crate::index::postings::Postings;
use crate::index::record_blocks::RecordBlocks;
use crate::index::varint;
use crate::storage::class_file::{ClassFile, ClassFileBuilder, damaged};
use crate::timestamp::Timestamp;

/// What filters ask of an article; articles share few distinct ones.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Facets {
    pub brand: Option<String>,
    pub labels: Vec<String>,
    pub products: Vec<String>,
    pub user_segments: Vec<String>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Columns {
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
pub(crate) struct Bounded {
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
    first_bits(&blake3::hash(group.as_bytes()))
}

/// Stands for an article alone: no translation group has this key, since no name of one has a control character.
pub(crate) fn article_key(id: &str) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"\0");
    hasher.update(id.as_bytes());
    first_bits(&hasher.finalize())
}

fn first_bits(hash: &blake3::Hash) -> u64 {
    let mut key = [0; 8];
    key.copy_from_slice(&hash.as_bytes()[..8]);
    u64::from_le_bytes(key)
}

/// When an article has to be there.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Validity {
    /// At this moment.
    At(Timestamp),
    /// From this moment on, without an end: what begins or ends later changes nothing of what was learned.
    FromOn(Timestamp),
    /// At every moment.
    Always,
}

/// The articles of a segment that exist for an answer.
pub(crate) struct Allowed {
    /// One entry an article; `None` when all are allowed.
    pub articles: Option<Vec<bool>>,
    pub count: u32,
    pub hash: ContentHash,
}

/// Which articles of a segment are allowed: those whose facets pass, but for some.
struct Selection {
    /// One entry for each distinct facets.
    passing: Vec<bool>,
    /// Articles whose facets pass, and which are not allowed all the same.
    outside: BTreeSet<u32>,
    hash: ContentHash,
}

/// A part of an article that is scored on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Field {
    Title,
    /// All headings.
    Headings,
    /// All passages. The grams of the headings stand here too.
    Body,
}

impl Field {
    pub(crate) const ALL: [Self; Self::COUNT] = [Self::Title, Self::Headings, Self::Body];
    pub(crate) const COUNT: usize = 3;
}

/// Lengths of several articles: for each field how many have it, and how long it is in all of them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Totals {
    words: [(u64, u64); Field::COUNT],
    grams: [(u64, u64); Field::COUNT],
    passages: u64,
}

/// The average lengths of the fields over the articles that have them, and of a passage; 1 where there is none, so that
/// lengths can be divided by it.
pub(crate) struct Averages {
    pub words: [f32; Field::COUNT],
    pub grams: [f32; Field::COUNT],
    pub passage: f32,
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
        self.passages += other.passages;
    }

    pub(crate) fn averages(&self) -> Averages {
        let average = |(count, sum): (u64, u64)| ratio(sum, count);
        let (_, body_words) = self.words[Field::Body as usize];
        Averages {
            words: self.words.map(average),
            grams: self.grams.map(average),
            passage: ratio(body_words, self.passages),
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
    /// The lengths of all articles.
    pub totals: Totals,
    columns: Columns,
    /// The group keys with their articles, in order.
    sorted_groups: Vec<(u64, u32)>,
    /// One entry an article: the hash of its fields.
    pub(crate) article_hashes: Vec<ContentHash>,
    /// For each distinct facets, what tells the articles that have them from any others: [`combine`] of their hashes.
    facet_hashes: Vec<ContentHash>,
    pub(crate) heads: Records,
    pub(crate) sections: RecordBlocks,
}

/// The units of a segment: what tantivy takes for documents.
///
/// First come the titles of all articles, each with the number of its article, then the headings of all of them, then their
/// bodies, then all passages, those of an article side by side. So the postings of a term are in the order of the fields,
/// and in each of them in that of the articles; who scores articles need not read those of passages.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Units {
    articles: u32,
    /// How many words each unit has.
    word_counts: Lengths,
    /// How many grams each unit has that is no passage; those have none.
    gram_counts: Lengths,
    /// One entry an article: the end of its passages, which begin where those of the article before end.
    passage_ends: Vec<u32>,
}

/// How long units are. Each posting that is scored asks for one: in 16 bits more of them are near the processor, and the few
/// longer ones stand apart.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Lengths {
    /// By unit; the largest number where it is in `long`.
    short: Vec<u16>,
    long: BTreeMap<u32, u32>,
}

impl Lengths {
    #[inline]
    pub(crate) fn of(&self, unit: u32) -> u32 {
        match self.short[unit as usize] {
            u16::MAX => self.long[&unit],
            short => short.into(),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> {
        (0..).zip(&self.short).map(|(unit, _)| self.of(unit))
    }
}

impl FromIterator<u32> for Lengths {
    fn from_iter<T: IntoIterator<Item = u32>>(lengths: T) -> Self {
        let mut long = BTreeMap::new();
        let short = (0..)
            .zip(lengths)
            .map(|(unit, length)| match u16::try_from(length) {
                Ok(short) if short < u16::MAX => short,
                _ => {
                    long.insert(unit, length);
                    u16::MAX
                }
            });
        Self {
            short: short.collect(),
            long,
        }
    }
}

/// The unit with this number in its part, of a segment of so many articles. The fields are parts in their order, then come
/// the passages.
#[expect(clippy::cast_possible_truncation, reason = "there are four parts")]
pub(crate) fn unit_of(articles: u32, part: usize, number: u32) -> u32 {
    part as u32 * articles + number
}

/// How many articles or passages there are: few enough that all units have a number.
pub(crate) fn count_of(count: usize) -> Result<u32> {
    let count = u32::try_from(count).ok().filter(|count| *count < 1 << 30);
    count
        .ok_or_else(|| Error::invalid("a locale has more than 2^30 articles or passages; split it"))
}

impl Units {
    /// The units of these articles; `lengths` are those of each article in order.
    pub(crate) fn new(lengths: &[ArticleLengths]) -> Result<Self> {
        let mut passage_ends = Vec::with_capacity(lengths.len());
        let mut passages = 0;
        for article in lengths {
            passages += article.passages.len();
            passage_ends.push(count_of(passages)?);
        }
        let of_fields = |counts: fn(&ArticleLengths) -> &[u32; Field::COUNT]| {
            let counts =
                Field::ALL.map(|field| lengths.iter().map(move |l| counts(l)[field as usize]));
            counts.into_iter().flatten()
        };
        let of_passages = lengths
            .iter()
            .flat_map(|article| &article.passages)
            .copied();
        Ok(Self {
            articles: count_of(lengths.len())?,
            word_counts: of_fields(|l| &l.words).chain(of_passages).collect(),
            gram_counts: of_fields(|l| &l.grams).collect(),
            passage_ends,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.word_counts.short.len()
    }

    /// The unit of a field of an article.
    pub(crate) fn of_field(&self, field: Field, article: u32) -> u32 {
        unit_of(self.articles, field as usize, article)
    }

    /// The passages of an article, as units.
    pub(crate) fn passages(&self, article: u32) -> Range<u32> {
        let end = |article: usize| self.passage_ends[article];
        let start = (article as usize).checked_sub(1).map_or(0, end);
        let first = self.end_of_fields();
        first + start..first + end(article as usize)
    }

    /// The end of the units that are no passages.
    pub(crate) fn end_of_fields(&self) -> u32 {
        self.of_field(Field::Body, self.articles)
    }

    /// The article of a unit that is no passage.
    pub(crate) fn article(&self, unit: u32) -> Option<u32> {
        (unit < self.end_of_fields()).then(|| unit % self.articles)
    }

    /// How many words each unit has.
    pub(crate) fn word_counts(&self) -> &Lengths {
        &self.word_counts
    }

    /// How many grams each unit has that is no passage.
    pub(crate) fn gram_counts(&self) -> &Lengths {
        &self.gram_counts
    }

    /// The lengths of one article.
    pub(crate) fn lengths(&self, article: u32) -> ArticleLengths {
        let passages = self.passages(article);
        let of =
            |counts: &Lengths| Field::ALL.map(|field| counts.of(self.of_field(field, article)));
        ArticleLengths {
            words: of(&self.word_counts),
            grams: of(&self.gram_counts),
            passages: passages.map(|unit| self.word_counts.of(unit)).collect(),
        }
    }

    /// How many passages each article has, then the words of each unit, then the grams of each that is no passage.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut before = 0;
        let passages = self.passage_ends.iter().map(|&end| {
            let count = end - before;
            before = end;
            count
        });
        let mut bytes = Vec::new();
        let counts = self.word_counts.iter().chain(self.gram_counts.iter());
        for number in passages.chain(counts) {
            varint::push(&mut bytes, u64::from(number));
        }
        bytes
    }

    fn from_bytes(mut bytes: &[u8], articles: usize) -> Result<Self> {
        let wrong_size = || damaged("its units have the wrong size");
        // Each number has a byte at least.
        let mut numbers = |count: usize| -> Result<Vec<u32>> {
            if count > bytes.len() {
                return Err(wrong_size());
            }
            let mut next = || u32::try_from(varint::take(&mut bytes)?).ok();
            (0..count).map(|_| next().ok_or_else(wrong_size)).collect()
        };
        let mut passage_ends = numbers(articles)?;
        let mut passages = 0_u32;
        for count in &mut passage_ends {
            passages = passages.checked_add(*count).ok_or_else(wrong_size)?;
            *count = passages;
        }
        let fields = Field::COUNT * articles;
        let words = numbers(fields.saturating_add(passages as usize))?;
        let grams = numbers(fields)?;
        if !bytes.is_empty() {
            return Err(wrong_size());
        }
        Ok(Self {
            articles: u32::try_from(articles).map_err(|_| damaged("it has too many articles"))?,
            word_counts: words.into_iter().collect(),
            gram_counts: grams.into_iter().collect(),
            passage_ends,
        })
    }

    /// The lengths of the articles that `includes` lets pass.
    pub(crate) fn totals_of(&self, includes: impl Fn(usize) -> bool) -> Totals {
        let articles = || (0..self.articles).filter(|article| includes(*article as usize));
        let total = |lengths: &Lengths, field| {
            let lengths = articles().map(|article| lengths.of(self.of_field(field, article)));
            lengths.fold((0, 0), |(count, sum), length| {
                (count + u64::from(length > 0), sum + u64::from(length))
            })
        };
        Totals {
            words: Field::ALL.map(|field| total(&self.word_counts, field)),
            grams: Field::ALL.map(|field| total(&self.gram_counts, field)),
            passages: articles()
                .map(|article| self.passages(article).len() as u64)
                .sum(),
        }
    }
}

/// How many words and grams an article has: by field, and by passage, which have no grams of their own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ArticleLengths {
    pub words: [u32; Field::COUNT],
    pub grams: [u32; Field::COUNT],
    pub passages: Vec<u32>,
}

impl Bounded {
    fn is_valid(&self, validity: Validity) -> bool {
        match validity {
            Validity::At(now) => {
                self.has_begun(now) && self.valid_until.is_none_or(|until| now < until)
            }
            Validity::FromOn(now) => self.has_begun(now) && self.valid_until.is_none(),
            Validity::Always => false,
        }
    }

    fn has_begun(&self, now: Timestamp) -> bool {
        self.valid_from.is_none_or(|from| now >= from)
    }
}

/// Values as JSON, one an article, read one at a time.
pub(crate) struct Records {
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

    pub(crate) fn bytes(&self, article: u32) -> &[u8] {
        let index = article as usize;
        let offset = |end: u64| usize::try_from(end).unwrap_or(usize::MAX);
        let start = index.checked_sub(1).map_or(0, |i| offset(self.ends[i]));
        &self.data[start..offset(self.ends[index])]
    }

    fn read<T: DeserializeOwned>(&self, article: u32) -> Result<T> {
        from_json(self.bytes(article))
    }
}

fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|_| damaged("an article cannot be read"))
}

/// Collects [`Records`].
#[derive(Default)]
pub(crate) struct RecordsBuilder {
    ends: Vec<u8>,
    data: Vec<u8>,
}

impl RecordsBuilder {
    pub(crate) fn add(&mut self, record: &[u8]) {
        self.data.extend_from_slice(record);
        self.ends
            .extend_from_slice(&(self.data.len() as u64).to_le_bytes());
    }

    pub(crate) fn finish(self, locale: &Locale, name: &str, file: &mut ClassFileBuilder) {
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
            totals: units.totals_of(|_| true),
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

    /// The articles that pass, are valid and are not denied.
    pub(crate) fn allowed(
        &self,
        passes: impl Fn(&Facets) -> bool,
        validity: Validity,
        denied: &[u32],
    ) -> Allowed {
        let Selection {
            passing,
            outside,
            hash,
        } = self.select(passes, validity, denied);
        if outside.is_empty() && passing.iter().all(|passes| *passes) {
            return Allowed {
                articles: None,
                count: self.article_count(),
                hash,
            };
        }
        let facets = self.columns.article_facets.iter();
        let mut articles: Vec<bool> = facets.map(|facets| passing[*facets as usize]).collect();
        for article in outside {
            articles[article as usize] = false;
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

    /// The hash of the articles that [`allowed`](Self::allowed) gives, without a look at each of them.
    pub(crate) fn allowed_hash(
        &self,
        passes: impl Fn(&Facets) -> bool,
        validity: Validity,
        denied: &[u32],
    ) -> ContentHash {
        self.select(passes, validity, denied).hash
    }

    fn select(
        &self,
        passes: impl Fn(&Facets) -> bool,
        validity: Validity,
        denied: &[u32],
    ) -> Selection {
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
        let outside: BTreeSet<u32> = bounded
            .iter()
            .filter(|bounded| !bounded.is_valid(validity))
            .map(|bounded| bounded.article)
            .chain(denied.iter().copied())
            .filter(|article| passing[article_facets[*article as usize] as usize])
            .collect();
        for article in &outside {
            combine(&mut hash, &self.article_hashes[*article as usize]);
        }
        Selection {
            passing,
            outside,
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

    /// What stands for the translation group of each article, sorted.
    pub(crate) fn sorted_group_keys(&self) -> impl Iterator<Item = u64> {
        self.sorted_groups.iter().map(|(key, _)| *key)
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

    pub(crate) fn stored_sections(&self, article: u32) -> Result<Vec<StoredSection>> {
        from_json(&self.sections.read(article)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_come_back_and_others_are_refused() {
        let article = |words, passages: &[u32]| ArticleLengths {
            words,
            grams: words.map(|count| 2 * count),
            passages: passages.to_vec(),
        };
        let lengths = [
            article([3, 0, 7], &[4, 3]),
            article([2, 1, 0], &[]),
            article([1, 5, u32::MAX / 2], &[65_534, 65_535, 65_536]),
        ];
        let units = Units::new(&lengths).unwrap();
        let bytes = units.to_bytes();
        assert_eq!(Units::from_bytes(&bytes, 3).unwrap(), units);
        for (number, lengths) in (0..).zip(&lengths) {
            assert_eq!(units.lengths(number), *lengths);
        }
        assert_eq!(units.passages(0), 9..11);
        assert_eq!(units.article(units.of_field(Field::Body, 1)), Some(1));
        assert_eq!(units.article(9), None);
        for size in 0..bytes.len() {
            assert!(Units::from_bytes(&bytes[..size], 3).is_err(), "{size}");
        }
        assert!(Units::from_bytes(&bytes, 2).is_err() && Units::from_bytes(&bytes, 4).is_err());
    }
}
