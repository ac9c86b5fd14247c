//! How common a term is in its language, from a table that the crate ships.
//!
//! `benches/word_frequencies.py` makes the table of word lists; `data/word_frequencies/README.md` names them and their
//! licence.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use super::language::table_code;

/// The table, as [`encode_word_frequencies`] writes it.
const TABLE: &[u8] = include_bytes!("../../data/word_frequencies/table.bin");

/// The bits that are kept of a term's hash. With 10,000 terms of a language, one in 1,678 terms that the table lacks is
/// taken for one that it has.
const HASH_BITS: u32 = 24;

/// The bits in which the step of a term on the Zipf scale is stored.
const STEP_BITS: u32 = 4;
/// The number of steps, from 3.0 to 7.0 on the Zipf scale.
const STEPS: u8 = 1 << STEP_BITS;
/// The Zipf value at which the first step begins.
const FIRST_ZIPF: f32 = 3.0;
/// The height of one step on the Zipf scale.
const ZIPF_PER_STEP: f32 = 0.25;

/// The frequencies of the terms of one language.
#[derive(Debug)]
pub struct WordFrequencies {
    /// The code of the language, as [`Locale::language`](crate::Locale::language) returns it.
    code: &'static str,
    count: usize,
    encoded: &'static [u8],
    /// The hash and the step of each term, ascending by hash; decoded at the first use.
    entries: OnceLock<Vec<u32>>,
}

impl WordFrequencies {
    /// Returns the frequencies of the language with this [code](crate::Locale::language); `None` for a language without
    /// a table.
    ///
    /// ```
    /// use helpdex_text::WordFrequencies;
    ///
    /// let english = WordFrequencies::of_language("en").expect("English has a table");
    /// assert!(english.zipf("the") > english.zipf("refund"));
    /// assert_eq!(english.zipf("kubernet"), None);
    /// assert!(WordFrequencies::of_language("tlh").is_none());
    /// ```
    #[must_use]
    pub fn of_language(code: &str) -> Option<&'static Self> {
        let code = table_code(code);
        TABLES.iter().find(|table| table.code == code)
    }

    /// Returns the codes of the languages that have a table of frequencies, in the order of the table.
    pub fn languages() -> impl Iterator<Item = &'static str> {
        TABLES.iter().map(|table| table.code)
    }

    /// Returns how common a term is on the Zipf scale: the base-10 logarithm of its occurrences among a billion words.
    ///
    /// The result is between 3.1 (about once in a million words) and 6.9 ("the" in English); `None` for a term that is
    /// rarer or unknown. `term` is a term of the [`Analyzer`](crate::Analyzer), and counts as often as all words
    /// together that become this term.
    #[must_use]
    pub fn zipf(&self, term: &str) -> Option<f32> {
        let entries = self.entries.get_or_init(|| self.decode());
        let first = hash(term) << STEP_BITS;
        let found = entries.partition_point(|entry| *entry < first);
        let entry = entries.get(found)?;
        (entry >> STEP_BITS == first >> STEP_BITS).then(|| zipf_of_step(entry % u32::from(STEPS)))
    }

    fn decode(&self) -> Vec<u32> {
        let mut bits = BitReader {
            bytes: self.encoded,
            at: 0,
        };
        let rice_bits = rice_bits(self.count);
        let mut hash = 0_u32;
        let entries = (0..self.count).map(|_| {
            let quotient = bits.read_unary();
            let remainder = bits.read(rice_bits);
            hash = hash.wrapping_add(quotient << rice_bits | remainder);
            hash << STEP_BITS | bits.read(STEP_BITS)
        });
        entries.collect()
    }
}

/// Encodes a table of word frequencies from the occurrences of terms among a billion words, by language. Of each
/// language at most `limit(code)` of the most frequent terms are kept; terms below one in a million are left out.
///
/// The table holds the languages one behind the other. Each has the length of the code in a byte, the code, the number
/// of terms and the number of bytes as 32-bit little-endian numbers, and the terms in the order of their hashes. A term
/// is stored as the difference between its hash and the one before, as a Rice code (Rice 1979), and its step in 4 bits.
#[must_use]
pub fn encode_word_frequencies(
    languages: &BTreeMap<String, BTreeMap<String, f64>>,
    limit: impl Fn(&str) -> usize,
) -> Vec<u8> {
    let mut table = Vec::new();
    for (code, terms) in languages {
        let steps = steps_by_hash(terms, limit(code));
        let encoded = encode(&steps);
        table.push(u8::try_from(code.len()).unwrap_or(u8::MAX));
        table.extend(code.as_bytes());
        for number in [steps.len(), encoded.len()] {
            table.extend(u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
        }
        table.extend(encoded);
    }
    table
}

/// Returns the step on the Zipf scale of each kept term, by the term's hash. If two terms have the same hash, the more
/// frequent one is kept.
fn steps_by_hash(terms: &BTreeMap<String, f64>, limit: usize) -> BTreeMap<u32, u8> {
    let mut by_count: Vec<(&String, f64)> =
        terms.iter().map(|(term, count)| (term, *count)).collect();
    by_count.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let mut steps = BTreeMap::new();
    for (term, count) in by_count.into_iter().take(limit) {
        let Some(step) = step_of_zipf(count.log10()) else {
            break;
        };
        steps.entry(hash(term)).or_insert(step);
    }
    steps
}

fn encode(steps: &BTreeMap<u32, u8>) -> Vec<u8> {
    let rice_bits = rice_bits(steps.len());
    let mut bits = BitWriter::default();
    let mut before = 0;
    for (hash, step) in steps {
        let difference = hash - before;
        for _ in 0..difference >> rice_bits {
            bits.write(1, 1);
        }
        bits.write(0, 1);
        bits.write(difference, rice_bits);
        bits.write(u32::from(*step), STEP_BITS);
        before = *hash;
    }
    bits.bytes
}

/// Returns the number of the step that a Zipf value belongs to; `None` for a value below the first step.
fn step_of_zipf(zipf: f64) -> Option<u8> {
    (0..STEPS).rfind(|step| zipf >= f64::from(FIRST_ZIPF + ZIPF_PER_STEP * f32::from(*step)))
}

/// Returns the Zipf value in the middle of a step.
fn zipf_of_step(step: u32) -> f32 {
    let step = f32::from(u8::try_from(step).unwrap_or(STEPS));
    FIRST_ZIPF + ZIPF_PER_STEP * (step + 0.5)
}

/// Returns the number of low bits of a difference that a Rice code writes unchanged: about as many as the mean
/// difference has.
fn rice_bits(count: usize) -> u32 {
    let count = u32::try_from(count.max(1)).unwrap_or(u32::MAX);
    ((1_u32 << HASH_BITS) / count).max(1).ilog2()
}

/// Returns the hash of a term: FNV-1a (Fowler, Noll, Vo) in 64 bits, with its halves combined and cut to [`HASH_BITS`].
fn hash(term: &str) -> u32 {
    let hash = term.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    });
    #[expect(clippy::cast_possible_truncation)]
    let folded = (hash ^ hash >> 32) as u32;
    folded % (1 << HASH_BITS)
}

#[derive(Default)]
struct BitWriter {
    bytes: Vec<u8>,
    count: usize,
}

impl BitWriter {
    /// Writes the lowest `bits` bits of a value, the lowest one first.
    fn write(&mut self, value: u32, bits: u32) {
        for bit in 0..bits {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut()
                && value >> bit & 1 == 1
            {
                *last |= 1 << (self.count % 8);
            }
            self.count += 1;
        }
    }
}

/// Reads the bits that a [`BitWriter`] wrote; behind the last one it reads zeros.
struct BitReader {
    bytes: &'static [u8],
    at: usize,
}

impl BitReader {
    fn read(&mut self, bits: u32) -> u32 {
        (0..bits).fold(0, |value, bit| value | self.read_bit() << bit)
    }

    fn read_unary(&mut self) -> u32 {
        let mut ones = 0;
        while self.read_bit() == 1 {
            ones += 1;
        }
        ones
    }

    fn read_bit(&mut self) -> u32 {
        let byte = self.bytes.get(self.at / 8).copied().unwrap_or(0);
        let bit = byte >> (self.at % 8) & 1;
        self.at += 1;
        u32::from(bit)
    }
}

static TABLES: LazyLock<Vec<WordFrequencies>> = LazyLock::new(|| read_tables(TABLE));

fn read_tables(mut bytes: &'static [u8]) -> Vec<WordFrequencies> {
    let mut tables = Vec::new();
    while let Some((table, rest)) = read_table(bytes) {
        tables.push(table);
        bytes = rest;
    }
    tables
}

fn read_table(bytes: &'static [u8]) -> Option<(WordFrequencies, &'static [u8])> {
    let (size, bytes) = bytes.split_first()?;
    let (code, bytes) = bytes.split_at_checked(usize::from(*size))?;
    let (count, bytes) = bytes.split_first_chunk()?;
    let (size_bytes, bytes) = bytes.split_first_chunk()?;
    let (encoded, rest) = bytes.split_at_checked(u32::from_le_bytes(*size_bytes) as usize)?;
    let table = WordFrequencies {
        code: std::str::from_utf8(code).ok()?,
        count: u32::from_le_bytes(*count) as usize,
        encoded,
        entries: OnceLock::new(),
    };
    Some((table, rest))
}
