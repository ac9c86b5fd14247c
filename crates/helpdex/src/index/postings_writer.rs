//! Writes the postings of a segment. Those of new units are built; those of units that are unchanged since the previous
//! segment are copied under their new numbers. The bytes are the same whatever was copied.

use tantivy::columnar::ColumnarWriter;
use tantivy::directory::{CompositeWrite, Directory, OwnedBytes, RamDirectory, TerminatingWrite};
use tantivy::index::{SegmentComponent, SegmentId};
use tantivy::postings::{FieldSerializer, InvertedIndexSerializer};
use tantivy::schema::Field;
use tantivy::store::Compressor;
use tantivy::termdict::TermStreamer;
use tantivy::{Index, IndexMeta, IndexSettings, InvertedIndexReader, Segment};

use crate::error::{Error, Result};
use crate::index::postings::{BlockReader, META_FILE, Postings, TermField, schema, tantivy_failed};
use crate::index::terms::{CountedTerms, TermTable, UnitTerms};
use crate::index::units::{self, unit_of};
use crate::index::varint;
use crate::storage::class_file::damaged;

/// For each unit of the previous segment, by its number there, its number in the new segment; `None` when it is gone.
pub(super) type NewUnits = [Option<u32>];

/// The part of an article that a unit is, such as its title: see [`Units`](crate::index::units::Units).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part {
    Field(units::Field),
    Passage,
}

/// The number of values of [`Part`].
const PARTS: usize = units::Field::COUNT + 1;

impl Part {
    fn number(self) -> usize {
        match self {
            Self::Field(field) => field as usize,
            Self::Passage => units::Field::COUNT,
        }
    }
}

/// Collects the postings of new units.
pub(crate) struct PostingsWriter {
    articles: u32,
    words: FieldPostings,
    grams: FieldPostings,
    /// The frequencies of the words of a body, collected while its passages are added.
    body: Frequencies,
}

impl PostingsWriter {
    /// Begins the postings of a segment with this number of articles.
    pub(crate) fn new(articles: u32) -> Self {
        Self {
            articles,
            words: FieldPostings::default(),
            grams: FieldPostings::default(),
            body: Frequencies::default(),
        }
    }

    /// Adds the terms of a field of an article. The articles must be added in order for each field.
    pub(crate) fn add_field(&mut self, field: units::Field, article: u32, terms: &UnitTerms) {
        let part = Part::Field(field);
        self.words.add(part, article, &terms.words, |_, _| ());
        self.grams.add(part, article, &terms.grams, |_, _| ());
    }

    /// Adds the passages of an article, and their words to its body. `first` is the number of its first passage among
    /// all passages of the segment.
    pub(crate) fn add_passages<'t>(
        &mut self,
        article: u32,
        first: u32,
        passages: impl Iterator<Item = &'t UnitTerms>,
    ) {
        let body = &mut self.body;
        for (number, terms) in (first..).zip(passages) {
            self.words
                .add(Part::Passage, number, &terms.words, |term, frequency| {
                    body.add(term, frequency);
                });
        }
        let part = Part::Field(units::Field::Body).number();
        body.take(|term, frequency| self.words.lists[term].push(part, article, frequency));
    }

    /// Returns the number, in the segment, of the unit with this number in its part.
    pub(crate) fn unit(&self, part: Part, number: u32) -> u32 {
        unit_of(self.articles, part.number(), number)
    }

    /// Returns the files of the segment, by name. The units of `before` that have a number in `NewUnits` are copied, in
    /// the same order.
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
            postings.write(self.articles, &mut serializer, before)?;
            serializer.close().map_err(tantivy_failed)?;
        }
        serializer.close().map_err(tantivy_failed)?;

        write_empty_components(&segment, unit_count).map_err(tantivy_failed)?;

        let mut files = Vec::new();
        for component in COMPONENTS {
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

/// The components that a reader of tantivy expects in a segment.
const COMPONENTS: [SegmentComponent; 6] = [
    SegmentComponent::Postings,
    SegmentComponent::Terms,
    SegmentComponent::Positions,
    SegmentComponent::FieldNorms,
    SegmentComponent::Store,
    SegmentComponent::FastFields,
];

/// Writes the components that a reader expects, besides the postings, as empty ones.
fn write_empty_components(segment: &Segment, unit_count: u32) -> tantivy::Result<()> {
    let field_norms = segment.open_write(SegmentComponent::FieldNorms)?;
    CompositeWrite::wrap(field_norms).close()?;
    segment.open_write(SegmentComponent::Store)?.terminate()?;
    let mut columns = segment.open_write(SegmentComponent::FastFields)?;
    ColumnarWriter::default().serialize(unit_count, None, &mut columns)?;
    columns.terminate()?;
    Ok(())
}

/// Returns the index settings, spelled out so that they do not depend on the features of tantivy that other crates of
/// the program turn on.
fn settings() -> IndexSettings {
    IndexSettings {
        docstore_compression: Compressor::None,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    }
}

/// Starts a field without lengths, because Helpdex keeps its own statistics.
fn new_field(
    serializer: &mut InvertedIndexSerializer,
    field: Field,
) -> Result<FieldSerializer<'_>> {
    serializer.new_field(field, 0, None).map_err(tantivy_failed)
}

/// The postings of one dictionary (words or grams) while they are collected.
#[derive(Default)]
struct FieldPostings {
    terms: TermTable,
    /// The list of postings of each term, by the number of the term.
    lists: Vec<PostingList>,
}

/// The frequency of each term in one unit while it is counted.
#[derive(Default)]
struct Frequencies {
    /// The frequency of each term, by its number; 0 for terms that do not occur.
    counts: Vec<u32>,
    /// The numbers of the terms that occur, in the order of their first occurrence.
    terms: Vec<usize>,
}

impl Frequencies {
    fn add(&mut self, term: usize, frequency: u32) {
        if self.counts.len() <= term {
            self.counts.resize(term + 1, 0);
        }
        if self.counts[term] == 0 {
            self.terms.push(term);
        }
        self.counts[term] += frequency;
    }

    /// Calls `take` with each term and its frequency, and resets all of them to 0.
    fn take(&mut self, mut take: impl FnMut(usize, u32)) {
        for term in self.terms.drain(..) {
            take(term, std::mem::take(&mut self.counts[term]));
        }
    }
}

/// The units of a term with their frequencies, in the order of the articles.
///
/// Each entry is a varint: the distance from the last unit of the same kind (fields, or passages), above three bits for
/// the part and for "the frequency is 1"; then the frequency, if it is not 1.
#[derive(Default)]
struct PostingList {
    bytes: Vec<u8>,
    last: LastNumbers,
}

#[derive(Default)]
struct LastNumbers {
    article: u32,
    passage: u32,
}

impl LastNumbers {
    /// Returns the last number that was added for a part: that of a passage for passages, else that of an article.
    fn of(&mut self, part: usize) -> &mut u32 {
        if part == units::Field::COUNT {
            &mut self.passage
        } else {
            &mut self.article
        }
    }
}

/// The postings of a term, by the part (title, headings, body or passages): pairs of unit and frequency.
type PostingsByPart = [Vec<(u32, u32)>; PARTS];

impl PostingList {
    fn push(&mut self, part: usize, number: u32, frequency: u32) {
        let last = self.last.of(part);
        let distance = u64::from(number - *last);
        *last = number;
        let is_once = u64::from(frequency == 1);
        varint::push(
            &mut self.bytes,
            distance << 3 | (part as u64) << 1 | is_once,
        );
        if frequency != 1 {
            varint::push(&mut self.bytes, u64::from(frequency));
        }
    }

    /// Reads the postings of this list, and appends each to the list of its part.
    fn read(&self, articles: u32, parts: &mut PostingsByPart) {
        let (mut rest, mut last) = (&self.bytes[..], LastNumbers::default());
        // Each number came from 32 bits and three more.
        #[expect(clippy::cast_possible_truncation)]
        while let Some(number) = varint::take(&mut rest) {
            let part = (number >> 1) as usize % PARTS;
            let last = last.of(part);
            *last += (number >> 3) as u32;
            let frequency = if number & 1 == 1 {
                Some(1)
            } else {
                varint::take(&mut rest)
            };
            let unit = unit_of(articles, part, *last);
            parts[part].push((unit, frequency.unwrap_or(1) as u32));
        }
    }
}

impl FieldPostings {
    /// Adds the terms of a unit, and calls `added` with the number and the frequency of each.
    fn add(
        &mut self,
        part: Part,
        number: u32,
        terms: &CountedTerms,
        mut added: impl FnMut(usize, u32),
    ) {
        for (term, frequency) in terms.number_in(&mut self.terms) {
            if term == self.lists.len() {
                self.lists.push(PostingList::default());
            }
            self.lists[term].push(part.number(), number, frequency);
            added(term, frequency);
        }
    }

    fn write(
        self,
        articles: u32,
        serializer: &mut FieldSerializer<'_>,
        before: Option<(&InvertedIndexReader, &NewUnits)>,
    ) -> Result<()> {
        let Self { terms, mut lists } = self;
        let mut numbers: Vec<usize> = (0..lists.len()).collect();
        numbers.sort_unstable_by_key(|&number| terms.term(number));
        let mut new = numbers.into_iter().peekable();
        let old = before.map(|(reader, new_units)| KeptPostings::open(reader, new_units));
        let mut old = old.transpose()?;
        let mut parts = PostingsByPart::default();
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
                list.read(articles, &mut parts);
                for part in &mut parts {
                    postings.append(part);
                }
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

/// Walks over the terms of the previous segment in order, and reads their postings with the numbers of the new segment.
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

    /// Appends the postings of the current term, with the numbers of the new segment.
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
