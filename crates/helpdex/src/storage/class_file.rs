//! The file of one visibility class: named parts, then a footer that lists them with a hash of each.
//!
//! ```text
//! parts, one behind the other | footer (JSON) | its length, u64 LE | BLAKE3 of the footer, 32 bytes | magic, 8 bytes
//! ```
//! A file is immutable: it is written once, verified as a whole when it is opened, and never changed.

use std::collections::BTreeMap;
use std::ops::{Bound, Range};

use serde::{Deserialize, Serialize};

use crate::audience::Visibility;
use crate::error::{Error, ErrorKind, Result};
use crate::storage::bytes::Bytes;
use crate::storage::identity::Owner;

/// The version of the format. Increase it whenever the bytes of a file or a manifest change their meaning.
pub(crate) const FORMAT_VERSION: u32 = 7;

const MAGIC: [u8; 8] = *b"HELPDEX\n";
const TRAILER_BYTES: usize = 8 + blake3::OUT_LEN + MAGIC.len();

/// The description of a class file in its own footer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ClassFileHeader {
    pub format_version: u32,
    pub owner: Owner,
    pub analyzer_fingerprint: String,
    pub class: Visibility,
    /// A hash of everything that determines the content: files with the same key lead to the same answers.
    pub content_key: String,
}

#[derive(Serialize, Deserialize)]
struct Footer {
    header: ClassFileHeader,
    parts: BTreeMap<String, PartEntry>,
}

#[derive(Serialize, Deserialize)]
struct PartEntry {
    offset_bytes: usize,
    size_bytes: usize,
    blake3: String,
}

/// Writes the parts of a class file, one after the other.
pub(crate) struct ClassFileBuilder {
    bytes: Vec<u8>,
    parts: BTreeMap<String, PartEntry>,
}

impl ClassFileBuilder {
    pub(crate) fn new() -> Self {
        Self {
            bytes: Vec::new(),
            parts: BTreeMap::new(),
        }
    }

    pub(crate) fn add(&mut self, name: String, part: &[u8]) {
        let entry = PartEntry {
            offset_bytes: self.bytes.len(),
            size_bytes: part.len(),
            blake3: blake3::hash(part).to_hex().to_string(),
        };
        self.bytes.extend_from_slice(part);
        self.parts.insert(name, entry);
    }

    pub(crate) fn finish(mut self, header: ClassFileHeader) -> Result<Vec<u8>> {
        let footer = Footer {
            header,
            parts: self.parts,
        };
        let footer = serde_json::to_vec(&footer)
            .map_err(|e| Error::internal("the footer of a class file cannot be written", e))?;
        self.bytes.extend_from_slice(&footer);
        self.bytes
            .extend_from_slice(&(footer.len() as u64).to_le_bytes());
        self.bytes
            .extend_from_slice(blake3::hash(&footer).as_bytes());
        self.bytes.extend_from_slice(&MAGIC);
        Ok(self.bytes)
    }
}

/// A verified class file in memory.
pub(crate) struct ClassFile {
    header: ClassFileHeader,
    bytes: Bytes,
    parts: BTreeMap<String, Range<usize>>,
    /// The number of parts that were looked at to find those below a name, for tests.
    #[cfg(test)]
    looks: std::sync::atomic::AtomicUsize,
}

impl ClassFile {
    /// Opens a class file, and verifies every byte.
    pub(crate) fn open(bytes: Vec<u8>) -> Result<Self> {
        let footer = read_footer(&bytes)?;
        if footer.header.format_version != FORMAT_VERSION {
            return Err(other_version());
        }
        let mut parts = BTreeMap::new();
        let mut covered = 0;
        for (name, entry) in footer.parts {
            let range = entry.offset_bytes..entry.offset_bytes.saturating_add(entry.size_bytes);
            let part = bytes
                .get(range.clone())
                .ok_or_else(|| damaged("a part lies outside the file"))?;
            if blake3::hash(part).to_hex().as_str() != entry.blake3 {
                return Err(damaged(&format!("part {name:?} does not match its hash")));
            }
            covered += part.len();
            parts.insert(name, range);
        }
        let footer_bytes = footer_size(&bytes)?;
        if covered + footer_bytes + TRAILER_BYTES != bytes.len() {
            return Err(damaged("the parts do not cover the file"));
        }
        Ok(Self {
            header: footer.header,
            bytes: Bytes::new(bytes),
            parts,
            #[cfg(test)]
            looks: std::sync::atomic::AtomicUsize::default(),
        })
    }

    pub(crate) fn header(&self) -> &ClassFileHeader {
        &self.header
    }

    pub(crate) fn size_bytes(&self) -> u64 {
        self.bytes.len() as u64
    }

    pub(crate) fn part(&self, name: &str) -> Result<Bytes> {
        self.parts
            .get(name)
            .map(|range| self.bytes.slice(range.clone()))
            .ok_or_else(|| damaged(&format!("part {name:?} is missing")))
    }

    /// Returns the parts whose names begin with `prefix`, by the rest of their names. It does not look at other parts,
    /// of which a file has some for each of its locales.
    pub(crate) fn parts_below(&self, prefix: &str) -> impl Iterator<Item = (&str, Bytes)> {
        let from = (Bound::Included(prefix), Bound::Unbounded);
        self.parts
            .range::<str, _>(from)
            .map_while(move |(name, range)| {
                #[cfg(test)]
                self.looks
                    .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let rest = name.strip_prefix(prefix)?;
                Some((rest, self.bytes.slice(range.clone())))
            })
    }
}

pub(crate) fn damaged(what: &str) -> Error {
    Error::new(
        ErrorKind::Damaged,
        format!("the file is damaged ({what}); restore it from a copy, or publish again"),
    )
}

pub(crate) fn other_version() -> Error {
    Error::new(
        ErrorKind::OtherVersion,
        "the knowledge base was made by another version of Helpdex; use that one, or publish again",
    )
}

fn footer_size(bytes: &[u8]) -> Result<usize> {
    bytes
        .len()
        .checked_sub(TRAILER_BYTES)
        .and_then(|start| bytes.get(start..start + 8))
        .and_then(|size| size.try_into().ok())
        .and_then(|size| usize::try_from(u64::from_le_bytes(size)).ok())
        .ok_or_else(|| damaged("it is too short"))
}

fn read_footer(bytes: &[u8]) -> Result<Footer> {
    if !bytes.ends_with(&MAGIC) {
        return Err(damaged("it does not end as a class file does"));
    }
    let end = bytes.len().saturating_sub(TRAILER_BYTES);
    let footer = end
        .checked_sub(footer_size(bytes)?)
        .and_then(|start| bytes.get(start..end))
        .ok_or_else(|| damaged("its footer lies outside the file"))?;
    let stored_hash = &bytes[end + 8..end + 8 + blake3::OUT_LEN];
    if blake3::hash(footer).as_bytes() != stored_hash {
        return Err(damaged("its footer does not match its hash"));
    }
    // A footer whose hash holds and which cannot be read was written by another version.
    serde_json::from_slice(footer).map_err(|_| other_version())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Vec<u8> {
        let mut builder = ClassFileBuilder::new();
        builder.add("en/units".into(), b"1234567");
        builder.add("en/articles".into(), b"");
        builder
            .finish(ClassFileHeader {
                format_version: FORMAT_VERSION,
                owner: Owner::example(),
                analyzer_fingerprint: "f".into(),
                class: Visibility::Public,
                content_key: "k".into(),
            })
            .unwrap()
    }

    #[test]
    fn parts_come_back_as_they_were_written() {
        let file = ClassFile::open(example()).unwrap();
        assert_eq!(&*file.part("en/units").unwrap(), b"1234567");
        assert_eq!(&*file.part("en/articles").unwrap(), b"");
        assert_eq!(file.parts_below("en/").count(), 2);
        assert!(file.part("en/none").is_err());
    }

    #[test]
    fn the_parts_of_a_locale_are_found_without_a_look_at_those_of_others() {
        let mut builder = ClassFileBuilder::new();
        for locale in 0..1_000 {
            for part in ["a", "b"] {
                builder.add(format!("en-{locale}/{part}"), b"");
            }
        }
        let header = ClassFile::open(example()).unwrap().header().clone();
        let file = ClassFile::open(builder.finish(header).unwrap()).unwrap();
        for locale in 0..1_000 {
            let prefix = format!("en-{locale}/");
            let names: Vec<&str> = file.parts_below(&prefix).map(|(name, _)| name).collect();
            assert_eq!(names, ["a", "b"]);
        }
        // Two of each locale, and the one behind them.
        assert!(file.looks.into_inner() <= 3 * 1_000);
    }

    #[test]
    fn every_flipped_bit_and_every_truncation_is_found() {
        let bytes = example();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(ClassFile::open(flipped).is_err(), "bit {bit}");
        }
        for size in 0..bytes.len() {
            assert!(
                ClassFile::open(bytes[..size].to_vec()).is_err(),
                "{size} bytes"
            );
        }
    }
}
