//! Reads the postings of a segment.
//!
//! tantivy stores two fields, `words` and `grams`, without positions, lengths or stored text: these, and all
//! statistics, are Helpdex's own. A document of tantivy is a *unit*, which is a part of an article (see
//! [`segment`](crate::index::segment)).

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, OwnedBytes, WatchCallback, WatchHandle, WritePtr,
};
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Index, InvertedIndexReader, SegmentReader};

use crate::error::{Error, Result};
use crate::index::terms::{HashedTerm, TermTable};
use crate::storage::bytes::Bytes;
use crate::storage::class_file::damaged;

/// The dictionary that a term belongs to: that of words or that of grams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TermField {
    Words,
    Grams,
}

/// The postings of one segment.
pub(crate) struct Postings {
    unit_count: usize,
    words: TermPostings,
    grams: TermPostings,
}

/// The postings of one dictionary: words or grams.
struct TermPostings {
    reader: Arc<InvertedIndexReader>,
    /// tantivy's dictionary as a table in memory, in the same order. A ticket has hundreds of grams, and a search in
    /// the dictionary for each of them takes as long as reading the postings of some.
    terms: TermTable,
    /// The place of the postings of each term.
    places: Vec<PostingsPlace>,
}

/// The number of units that have a term, and the place of its postings.
struct PostingsPlace {
    unit_count: u32,
    size: u32,
    start: usize,
}

impl PostingsPlace {
    fn info(&self) -> TermInfo {
        TermInfo {
            doc_freq: self.unit_count,
            postings_range: self.start..self.start + self.size as usize,
            positions_range: 0..0,
        }
    }
}

impl TermPostings {
    fn open(segment: &SegmentReader, field: Field) -> Result<Self> {
        let reader = segment.inverted_index(field).map_err(tantivy_failed)?;
        let mut opened = Self {
            terms: TermTable::default(),
            places: Vec::with_capacity(reader.terms().num_terms()),
            reader: Arc::clone(&reader),
        };
        let mut terms = reader.terms().stream().map_err(tantivy_failed)?;
        while terms.advance() {
            let term =
                std::str::from_utf8(terms.key()).map_err(|_| damaged("a term is no text"))?;
            if opened.terms.number(term) != opened.places.len() {
                return Err(damaged("a term is there twice"));
            }
            let TermInfo {
                doc_freq,
                postings_range,
                ..
            } = terms.value();
            opened.places.push(PostingsPlace {
                unit_count: *doc_freq,
                size: u32::try_from(postings_range.len())
                    .map_err(|_| damaged("a term has too many postings"))?,
                start: postings_range.start,
            });
        }
        Ok(opened)
    }

    fn find(&self, terms: &[HashedTerm<'_>]) -> Vec<Option<FoundTerm<'_>>> {
        let numbers = self.terms.find_all(terms).into_iter();
        let found = numbers.map(|number| {
            Some(FoundTerm {
                reader: &self.reader,
                place: &self.places[number?],
            })
        });
        found.collect()
    }
}

impl Postings {
    pub(crate) fn open(files: BTreeMap<PathBuf, Bytes>) -> Result<Self> {
        let files = files.into_iter().map(|(path, bytes)| {
            let (file, range) = bytes.into_file();
            (path, OwnedBytes::new(file).slice(range))
        });
        let files = files.collect();
        let index = Index::open(SnapshotDirectory(Arc::new(files))).map_err(tantivy_failed)?;
        let segments = index.searchable_segments().map_err(tantivy_failed)?;
        let [segment] = segments.as_slice() else {
            return Err(damaged("it has not exactly one segment"));
        };
        let reader = SegmentReader::open(segment).map_err(tantivy_failed)?;
        let (_, words, grams) = schema();
        Ok(Self {
            unit_count: reader.max_doc() as usize,
            words: TermPostings::open(&reader, words)?,
            grams: TermPostings::open(&reader, grams)?,
        })
    }

    pub(crate) fn unit_count(&self) -> usize {
        self.unit_count
    }

    pub(crate) fn reader(&self, field: TermField) -> &InvertedIndexReader {
        &self.of_field(field).reader
    }

    fn of_field(&self, field: TermField) -> &TermPostings {
        match field {
            TermField::Words => &self.words,
            TermField::Grams => &self.grams,
        }
    }

    /// Looks up terms; the entry of a term that no unit has is `None`.
    pub(crate) fn find(
        &self,
        field: TermField,
        terms: &[HashedTerm<'_>],
    ) -> Vec<Option<FoundTerm<'_>>> {
        self.of_field(field).find(terms)
    }
}

impl Postings {
    /// Calls `take` with every term that a unit has for which `is_seen` holds.
    pub(crate) fn for_each_term(
        &self,
        is_seen: impl Fn(u32) -> bool,
        mut take: impl FnMut(TermField, &str),
    ) -> Result<()> {
        for field in [TermField::Words, TermField::Grams] {
            let TermPostings {
                reader,
                terms,
                places,
            } = self.of_field(field);
            for (number, place) in places.iter().enumerate() {
                let mut blocks = reader
                    .read_block_postings_from_terminfo(&place.info(), IndexRecordOption::Basic)
                    .map_err(tantivy_failed)?;
                while blocks.block_len() > 0 && !blocks.docs().iter().any(|unit| is_seen(*unit)) {
                    blocks.advance();
                }
                if blocks.block_len() > 0 {
                    take(field, terms.term(number));
                }
            }
        }
        Ok(())
    }
}

/// A term that occurs in a segment, from which its postings can be read.
#[derive(Clone, Copy)]
pub(crate) struct FoundTerm<'a> {
    reader: &'a InvertedIndexReader,
    place: &'a PostingsPlace,
}

impl FoundTerm<'_> {
    /// Returns the number of units (titles, headings, bodies and passages) that contain the term.
    pub(crate) fn unit_count(&self) -> usize {
        self.place.unit_count as usize
    }

    /// Calls `take` with the units below `end` that have the term and with its frequency in each: ascending, many units
    /// at a time.
    pub(crate) fn for_each_block(
        &self,
        reader: &mut BlockReader,
        end: u32,
        mut take: impl FnMut(&[u32], &[u32]),
    ) -> Result<()> {
        let blocks = reader.open(self.reader, &self.place.info())?;
        while let [.., last] = blocks.docs() {
            if *last >= end {
                let count = blocks.docs().partition_point(|unit| *unit < end);
                take(&blocks.docs()[..count], &blocks.freqs()[..count]);
                break;
            }
            take(blocks.docs(), blocks.freqs());
            blocks.advance();
        }
        Ok(())
    }

    /// Returns a cursor over the units that have the term, to read the postings of some of them.
    pub(crate) fn seek<'r>(&self, reader: &'r mut BlockReader) -> Result<UnitSeeker<'r>> {
        reader.open(self.reader, &self.place.info()).map(UnitSeeker)
    }
}

/// Memory into which blocks of postings are unpacked; it is reused for one term after the other.
#[derive(Default)]
pub(crate) struct BlockReader(Option<BlockSegmentPostings>);

/// A cursor that moves forward through the units that contain a term.
pub(crate) struct UnitSeeker<'r>(&'r mut BlockSegmentPostings);

impl UnitSeeker<'_> {
    /// Calls `take` with every unit of the range that has the term, and how often it has it. Ranges must be asked for
    /// in ascending order.
    pub(crate) fn for_each_in(&mut self, units: Range<u32>, mut take: impl FnMut(u32, u32)) {
        let mut first = self.0.seek(units.start);
        while self.0.block_len() > 0 {
            let found = self.0.docs().iter().zip(self.0.freqs()).skip(first);
            for (&unit, &frequency) in found {
                if unit >= units.end {
                    return;
                }
                take(unit, frequency);
            }
            self.0.advance();
            first = 0;
        }
    }

    /// Whether the unit has the term. Units must be asked for in ascending order.
    pub(crate) fn has(&mut self, unit: u32) -> bool {
        let place = self.0.seek(unit);
        self.0.docs().get(place) == Some(&unit)
    }
}

impl BlockReader {
    /// Moves to the first block of a term.
    pub(crate) fn open(
        &mut self,
        reader: &InvertedIndexReader,
        info: &TermInfo,
    ) -> Result<&mut BlockSegmentPostings> {
        match &mut self.0 {
            Some(blocks) => {
                let reset = reader.reset_block_postings_from_terminfo(info, blocks);
                reset.map_err(tantivy_failed)?;
                Ok(blocks)
            }
            first => {
                let option = IndexRecordOption::WithFreqs;
                let opened = reader.read_block_postings_from_terminfo(info, option);
                Ok(first.insert(opened.map_err(tantivy_failed)?))
            }
        }
    }
}

pub(crate) const META_FILE: &str = "meta.json";

pub(crate) fn schema() -> (Schema, Field, Field) {
    let indexing = TextFieldIndexing::default()
        .set_fieldnorms(false)
        .set_index_option(IndexRecordOption::WithFreqs);
    let options = TextOptions::default().set_indexing_options(indexing);
    let mut builder = Schema::builder();
    let words = builder.add_text_field("words", options.clone());
    let grams = builder.add_text_field("grams", options);
    (builder.build(), words, grams)
}

pub(crate) fn tantivy_failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::internal("tantivy refused an operation on a segment", error)
}

/// The files of one segment inside a class file, as a read-only directory of tantivy, without locks and without a
/// watcher.
#[derive(Debug, Clone)]
struct SnapshotDirectory(Arc<BTreeMap<PathBuf, OwnedBytes>>);

impl SnapshotDirectory {
    fn file(&self, path: &Path) -> Result<&OwnedBytes, OpenReadError> {
        self.0
            .get(path)
            .ok_or_else(|| OpenReadError::FileDoesNotExist(path.to_owned()))
    }
}

fn read_only() -> std::io::Error {
    std::io::Error::new(
        std::io::ErrorKind::ReadOnlyFilesystem,
        "a snapshot is never changed",
    )
}

impl Directory for SnapshotDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        Ok(Arc::new(self.file(path)?.clone()))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::IoError {
            io_error: Arc::new(read_only()),
            filepath: path.to_owned(),
        })
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        Ok(self.0.contains_key(path))
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::wrap_io_error(read_only(), path.to_owned()))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        Ok(self.file(path)?.to_vec())
    }

    fn atomic_write(&self, _: &Path, _: &[u8]) -> std::io::Result<()> {
        Err(read_only())
    }

    fn sync_directory(&self) -> std::io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::postings_writer::PostingsWriter;
    use crate::index::terms::UnitTerms;
    use crate::index::units::Field;

    #[test]
    fn postings_come_back_with_their_frequencies_and_unknown_terms_are_empty() {
        let mut writer = PostingsWriter::new(3);
        for (article, words) in (0..).zip(["reset password password", "", "รหัส password"])
        {
            let mut terms = UnitTerms::default();
            words
                .split_whitespace()
                .for_each(|word| terms.words.add(word));
            terms.grams.add("_re");
            writer.add_field(Field::Title, article, &terms);
        }
        let files = writer
            .finish(3, None)
            .unwrap()
            .into_iter()
            .map(|(name, bytes)| (PathBuf::from(name), Bytes::new(bytes.to_vec())))
            .collect();
        let postings = Postings::open(files).unwrap();
        let read = |field, term: &str| {
            let (mut units, mut frequencies) = (Vec::new(), Vec::new());
            if let [Some(found)] = *postings.find(field, &[HashedTerm::new(term)]) {
                let add = |found: &[u32], of_found: &[u32]| {
                    units.extend_from_slice(found);
                    frequencies.extend_from_slice(of_found);
                };
                found
                    .for_each_block(&mut BlockReader::default(), u32::MAX, add)
                    .unwrap();
                assert_eq!(found.unit_count(), units.len());
            }
            (units, frequencies)
        };
        assert_eq!(read(TermField::Words, "password"), (vec![0, 2], vec![2, 1]));
        assert_eq!(read(TermField::Words, "รหัส"), (vec![2], vec![1]));
        assert_eq!(
            read(TermField::Grams, "_re"),
            (vec![0, 1, 2], vec![1, 1, 1])
        );
        assert_eq!(read(TermField::Words, "_re"), (vec![], vec![]));
    }
}
