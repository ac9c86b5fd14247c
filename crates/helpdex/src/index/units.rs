//! The units of a segment, which are the titles, headings, bodies and passages of its articles, and the length of each.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::error::{Error, Result};
use crate::index::varint;
use crate::storage::class_file::damaged;

/// A part of an article that is scored on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Field {
    Title,
    /// All headings of the article.
    Headings,
    /// All passages of the article. The grams of its headings are counted here too.
    Body,
}

impl Field {
    pub(crate) const ALL: [Self; Self::COUNT] = [Self::Title, Self::Headings, Self::Body];
    pub(crate) const COUNT: usize = 3;
}

/// The units of a segment, which tantivy treats as documents.
///
/// First come the titles of all articles, each with the number of its article, then the headings of all articles, then
/// their bodies, then all passages, those of one article side by side. So the postings of a term are ordered by field,
/// and within a field by article, and scoring articles does not read the postings of passages.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Units {
    articles: u32,
    /// The number of words of each unit, by the number of the unit.
    word_counts: Lengths,
    /// The number of grams of each unit that is not a passage; passages have none.
    gram_counts: Lengths,
    /// For each article, the end of its passages, which begin where those of the article before end.
    passage_ends: Vec<u32>,
}

/// Returns the number of a unit from its number within its part, for a segment with this many articles. The fields are
/// parts 0 and up in their order; passages are the last part.
#[expect(clippy::cast_possible_truncation, reason = "there are four parts")]
pub(crate) fn unit_of(articles: u32, part: usize, number: u32) -> u32 {
    part as u32 * articles + number
}

/// Checks a number of articles or passages: it must be small enough that all units have a number.
pub(crate) fn count_of(count: usize) -> Result<u32> {
    let count = u32::try_from(count).ok().filter(|count| *count < 1 << 30);
    count
        .ok_or_else(|| Error::invalid("a locale has more than 2^30 articles or passages; split it"))
}

impl Units {
    /// Makes the units of articles with these lengths, which are in the order of the articles.
    pub(crate) fn new(lengths: &[ArticleLengths]) -> Result<Self> {
        let mut passage_ends = Vec::with_capacity(lengths.len());
        let mut passages = 0;
        for article in lengths {
            passages += article.passages.len();
            passage_ends.push(count_of(passages)?);
        }
        let of_passages = lengths
            .iter()
            .flat_map(|article| &article.passages)
            .copied();
        Ok(Self {
            articles: count_of(lengths.len())?,
            word_counts: of_fields(lengths, |article| &article.words)
                .chain(of_passages)
                .collect(),
            gram_counts: of_fields(lengths, |article| &article.grams).collect(),
            passage_ends,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.word_counts.short.len()
    }

    /// Returns the number of the unit that is this field of this article.
    pub(crate) fn of_field(&self, field: Field, article: u32) -> u32 {
        unit_of(self.articles, field as usize, article)
    }

    /// Returns the numbers of the units for the passages of an article.
    pub(crate) fn passages(&self, article: u32) -> Range<u32> {
        let (article, first) = (article as usize, self.end_of_fields());
        let before = article.checked_sub(1);
        let start = before.map_or(0, |before| self.passage_ends[before]);
        first + start..first + self.passage_ends[article]
    }

    /// Returns the number of the first passage, which is the end of the units for fields.
    pub(crate) fn end_of_fields(&self) -> u32 {
        self.of_field(Field::Body, self.articles)
    }

    /// Returns the article that a unit (a title, the headings or a body) belongs to; `None` if the unit is a passage.
    pub(crate) fn article(&self, unit: u32) -> Option<u32> {
        (unit < self.end_of_fields()).then(|| unit % self.articles)
    }

    /// Returns the number of words of each unit, by the number of the unit.
    pub(crate) fn word_counts(&self) -> &Lengths {
        &self.word_counts
    }

    /// Returns the number of grams of each unit that is not a passage, by the number of the unit.
    pub(crate) fn gram_counts(&self) -> &Lengths {
        &self.gram_counts
    }

    /// Returns the numbers of words and grams of one article, by field and passage.
    pub(crate) fn lengths(&self, article: u32) -> ArticleLengths {
        let units = Field::ALL.map(|field| self.of_field(field, article));
        let passages = self.passages(article);
        ArticleLengths {
            words: units.map(|unit| self.word_counts.of(unit)),
            grams: units.map(|unit| self.gram_counts.of(unit)),
            passages: passages.map(|unit| self.word_counts.of(unit)).collect(),
        }
    }

    /// Writes the units as bytes: the number of passages of each article, then the number of words of each unit, then
    /// the number of grams of each unit that is not a passage.
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

    pub(super) fn from_bytes(mut bytes: &[u8], articles: usize) -> Result<Self> {
        let mut passage_ends = take_numbers(&mut bytes, articles)?;
        let mut passages = 0_u32;
        for count in &mut passage_ends {
            passages = passages.checked_add(*count).ok_or_else(wrong_size)?;
            *count = passages;
        }
        let fields = Field::COUNT * articles;
        let words = take_numbers(&mut bytes, fields.saturating_add(passages as usize))?;
        let grams = take_numbers(&mut bytes, fields)?;
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

    /// Returns the totals of the lengths of the articles for which `includes` holds.
    pub(crate) fn totals_of(&self, includes: impl Fn(usize) -> bool) -> Totals {
        let mut totals = Totals::default();
        for article in (0..self.articles).filter(|article| includes(*article as usize)) {
            for field in Field::ALL {
                let unit = self.of_field(field, article);
                add_length(&mut totals.words[field as usize], self.word_counts.of(unit));
                add_length(&mut totals.grams[field as usize], self.gram_counts.of(unit));
            }
            totals.passages += self.passages(article).len() as u64;
        }
        totals
    }
}

/// Returns the counts of the fields of these articles: those of all titles, then of all headings, then of all bodies.
fn of_fields(
    lengths: &[ArticleLengths],
    counts: fn(&ArticleLengths) -> &[u32; Field::COUNT],
) -> impl Iterator<Item = u32> {
    let fields = Field::ALL.into_iter();
    fields.flat_map(move |field| {
        lengths
            .iter()
            .map(move |article| counts(article)[field as usize])
    })
}

/// Reads `count` numbers from the beginning of the bytes, and removes them there. Each number has at least one byte.
fn take_numbers(bytes: &mut &[u8], count: usize) -> Result<Vec<u32>> {
    if count > bytes.len() {
        return Err(wrong_size());
    }
    (0..count)
        .map(|_| {
            let number = varint::take(bytes).and_then(|number| u32::try_from(number).ok());
            number.ok_or_else(wrong_size)
        })
        .collect()
}

fn wrong_size() -> Error {
    damaged("its units have the wrong size")
}

/// Adds the length of a field in one article to the totals: the number of articles that have the field, and the sum of
/// its lengths.
fn add_length((count, sum): &mut (u64, u64), length: u32) {
    *count += u64::from(length > 0);
    *sum += u64::from(length);
}

/// The lengths of units. Scoring looks one up for each posting. In 16 bits each, more of them fit into the processor's
/// caches; the few longer ones are stored separately.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Lengths {
    /// The lengths by unit; the largest 16-bit number if the length is in `long`.
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

/// The numbers of words and grams of an article, by field, and the number of words of each passage.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ArticleLengths {
    pub words: [u32; Field::COUNT],
    pub grams: [u32; Field::COUNT],
    pub passages: Vec<u32>,
}

/// Sums of lengths over several articles: for each field the number of articles that have it, and the sum of its
/// lengths.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Totals {
    words: [(u64, u64); Field::COUNT],
    grams: [(u64, u64); Field::COUNT],
    passages: u64,
}

/// The average length of each field over the articles that have it, and of a passage; 1 if there is none, so that
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
        let (_, body_words) = self.words[Field::Body as usize];
        Averages {
            words: self.words.map(|(count, sum)| ratio(sum, count)),
            grams: self.grams.map(|(count, sum)| ratio(sum, count)),
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
