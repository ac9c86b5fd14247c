//! Writes the postings of a segment: those of new units, and those of units that stay as they are in the segment before,
//! whose postings are copied under their new numbers. The bytes tell nothing of what was copied.

use tantivy::columnar::ColumnarWriter;
use tantivy::directory::{CompositeWrite, Directory, OwnedBytes, RamDirectory, TerminatingWrite};
use tantivy::index::{SegmentComponent, SegmentId};
use tantivy::postings::{FieldSerializer, InvertedIndexSerializer};
use tantivy::schema::Field;
use tantivy::store::Compressor;
use tantivy::termdict::TermStreamer;
use tantivy::{Index, IndexMeta, IndexSettings, InvertedIndexReader};

use super::class_file::damaged;
use super::postings::{BlockReader, META_FILE, Postings, TermField, schema, tantivy_failed};
use super::terms::{CountedTerms, TermTable};
use super::varint;
use crate::{Error, Result};

/// The terms of one unit.
#[derive(Debug, Default)]
pub(crate) struct UnitTerms {
    pub words: CountedTerms,
    pub grams: CountedTerms,
}

impl UnitTerms {
    /// Gives back the memory that only further terms need.
    pub(super) fn close(&mut self) {
        self.words.close();
        self.grams.close();
    }
}

/// What a unit of the segment before is now, by its number there; `None` when it is gone.
pub(super) type NewUnits = [Option<u32>];

/// Gathers the postings of new units.
#[derive(Default)]
pub(crate) struct PostingsWriter {
    words: FieldPostings,
    grams: FieldPostings,
}

impl PostingsWriter {
    /// Adds a unit; they come in order.
    pub(crate) fn add(&mut self, unit: u32, terms: &UnitTerms) {
        self.words.add(unit, &terms.words);
        self.grams.add(unit, &terms.grams);
    }

    /// The files of the segment, by name. Those of `before` stay which `NewUnits` numbers, in the same order.
    pub(crate) fn finish(
        self,
        unit_count: u32,
        before: Option<(&Postings, &NewUnits)>,
    ) -> Result<Vec<(String, OwnedBytes)>> {
        let (schema, words, grams) = schema();
        let directory = RamDirectory::create();
        let index = Index::create(directory.clone(), schema.clone(), settings());
        let index = index.map_err(tantivy_failed)?;
        // tantivy would draw one.
        let id = SegmentId::from_uuid_string("00000000000000000000000000000000");
        let id = id.map_err(|e| Error::internal("a segment has no name", e.to_string()))?;
        let meta = index.new_segment_meta(id, unit_count);
        let segment = index.segment(meta.clone());

        let mut serializer = InvertedIndexSerializer::open(&segment).map_err(tantivy_failed)?;
        for (field, term_field, postings) in [
            (words, TermField::Words, self.words),
            (grams, TermField::Grams, self.grams),
        ] {
            let before = before.map(|(before, units)| (before.reader(term_field), units));
            let mut serializer = new_field(&mut serializer, field)?;
            postings.write(&mut serializer, before)?;
            serializer.close().map_err(tantivy_failed)?;
        }
        serializer.close().map_err(tantivy_failed)?;

        // A reader asks for these too; they hold nothing.
        let create = |component| segment.open_write(component).map_err(tantivy_failed);
        let field_norms = CompositeWrite::wrap(create(SegmentComponent::FieldNorms)?);
        field_norms.close().map_err(tantivy_failed)?;
        let store = create(SegmentComponent::Store)?;
        store.terminate().map_err(tantivy_failed)?;
        let mut columns = create(SegmentComponent::FastFields)?;
        ColumnarWriter::default()
            .serialize(unit_count, None, &mut columns)
            .and_then(|()| columns.terminate())
            .map_err(tantivy_failed)?;

        let mut files = Vec::new();
        for component in [
            SegmentComponent::Postings,
            SegmentComponent::Terms,
            SegmentComponent::Positions,
            SegmentComponent::FieldNorms,
            SegmentComponent::Store,
            SegmentComponent::FastFields,
        ] {
            let name = meta.relative_path(component);
            let file = directory.open_read(&name).map_err(tantivy_failed)?;
            let bytes = file.read_bytes().map_err(tantivy_failed)?;
            files.push((name.to_string_lossy().into_owned(), bytes));
        }
        let meta = IndexMeta {
            index_settings: settings(),
            persisted_custom_extensions: Vec::new(),
            segments: vec![meta],
            schema,
            opstamp: 0,
            payload: None,
        };
        let meta = serde_json::to_vec(&meta)
            .map_err(|e| Error::internal("the description of a segment cannot be written", e))?;
        files.push((META_FILE.to_owned(), OwnedBytes::new(meta)));
        Ok(files)
    }
}

/// Said here, so that it does not depend on which features of tantivy another crate of the program turns on.
fn settings() -> IndexSettings {
    IndexSettings {
        docstore_compression: Compressor::None,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    }
}

/// Statistics are ours, so that tantivy is told of no lengths.
fn new_field(
    serializer: &mut InvertedIndexSerializer,
    field: Field,
) -> Result<FieldSerializer<'_>> {
    serializer.new_field(field, 0, None).map_err(tantivy_failed)
}

/// The postings of one dictionary.
#[derive(Default)]
struct FieldPostings {
    terms: TermTable,
    /// One entry a term.
    lists: Vec<PostingList>,
}

/// Units with their frequencies: the distance from the unit before and, in its lowest bit, whether the frequency is 1; then
/// the frequency where it is not.
#[derive(Default)]
struct PostingList {
    bytes: Vec<u8>,
    last_unit: u32,
}

impl PostingList {
    fn push(&mut self, unit: u32, frequency: u32) {
        let distance = u64::from(unit - self.last_unit);
        self.last_unit = unit;
        varint::push(&mut self.bytes, distance << 1 | u64::from(frequency == 1));
        if frequency != 1 {
            varint::push(&mut self.bytes, u64::from(frequency));
        }
    }

    fn for_each(&self, mut take: impl FnMut(u32, u32)) {
        let (mut rest, mut unit) = (&self.bytes[..], 0);
        // Each number came from 32 bits and one more.
        #[expect(clippy::cast_possible_truncation)]
        while let Some(number) = varint::take(&mut rest) {
            unit += (number >> 1) as u32;
            let more = if number & 1 == 1 {
                Some(1)
            } else {
                varint::take(&mut rest)
            };
            take(unit, more.unwrap_or(1) as u32);
        }
    }
}

impl FieldPostings {
    fn add(&mut self, unit: u32, terms: &CountedTerms) {
        for (number, frequency) in terms.number_in(&mut self.terms) {
            if number == self.lists.len() {
                self.lists.push(PostingList::default());
            }
            self.lists[number].push(unit, frequency);
        }
    }

    fn write(
        self,
        serializer: &mut FieldSerializer<'_>,
        before: Option<(&InvertedIndexReader, &NewUnits)>,
    ) -> Result<()> {
        let Self { terms, mut lists } = self;
        let mut numbers: Vec<usize> = (0..lists.len()).collect();
        numbers.sort_unstable_by_key(|&number| terms.term(number));
        let mut new = numbers.into_iter().peekable();
        let old = before.map(|(reader, new_units)| KeptPostings::open(reader, new_units));
        let mut old = old.transpose()?;
        let mut postings: Vec<(u32, u32)> = Vec::new();
        loop {
            let new_term = new.peek().map(|&number| terms.term(number).as_bytes());
            let old_term = old.as_ref().and_then(KeptPostings::term);
            let Some(term) = old_term.into_iter().chain(new_term).min() else {
                return Ok(());
            };
            let (is_old, is_new) = (old_term == Some(term), new_term == Some(term));
            let term = term.to_vec();
            postings.clear();
            if is_old && let Some(old) = &mut old {
                old.read(&mut postings)?;
                old.advance();
            }
            if is_new && let Some(number) = new.next() {
                // Its memory is free for what is written.
                let list = std::mem::take(&mut lists[number]);
                list.for_each(|unit, frequency| postings.push((unit, frequency)));
            }
            if is_old && is_new {
                postings.sort_by_key(|(unit, _)| *unit);
            }
            if !postings.is_empty() {
                // How many units have it matters to tantivy's own statistics alone.
                let written = serializer.new_term(&term, 0, true);
                written.map_err(tantivy_failed)?;
                for &(unit, frequency) in &postings {
                    serializer.write_doc(unit, frequency, &[]);
                }
                serializer.close_term().map_err(tantivy_failed)?;
            }
        }
    }
}

/// The terms of a segment in order, with their postings under new numbers.
struct KeptPostings<'a> {
    terms: TermStreamer<'a>,
    is_at_term: bool,
    reader: &'a InvertedIndexReader,
    blocks: BlockReader,
    new_units: &'a NewUnits,
}

impl<'a> KeptPostings<'a> {
    fn open(reader: &'a InvertedIndexReader, new_units: &'a NewUnits) -> Result<Self> {
        let mut terms = reader.terms().stream().map_err(tantivy_failed)?;
        Ok(Self {
            is_at_term: terms.advance(),
            terms,
            reader,
            blocks: BlockReader::default(),
            new_units,
        })
    }

    fn term(&self) -> Option<&[u8]> {
        self.is_at_term.then(|| self.terms.key())
    }

    fn advance(&mut self) {
        self.is_at_term = self.terms.advance();
    }

    /// Appends the postings of the term at which it is.
    fn read(&mut self, postings: &mut Vec<(u32, u32)>) -> Result<()> {
        let blocks = self.blocks.open(self.reader, self.terms.value())?;
        let mut least = 0;
        while blocks.block_len() > 0 {
            for (&unit, &frequency) in blocks.docs().iter().zip(blocks.freqs()) {
                match self.new_units.get(unit as usize) {
                    Some(Some(unit)) if *unit >= least => {
                        postings.push((*unit, frequency));
                        least = unit + 1;
                    }
                    Some(None) => {}
                    _ => return Err(damaged("its postings are not in the order of its units")),
                }
            }
            blocks.advance();
        }
        Ok(())
    }
}
