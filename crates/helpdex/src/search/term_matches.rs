//! The postings of one term, limited to the allowed articles of a view.

use std::ops::Range;

use crate::error::Result;
use crate::index::postings::{BlockReader, FoundTerm};
use crate::index::units::Field;
use crate::search::view::{View, ViewSegment};

/// The places of the postings of a term in each segment of a view; `None` in a segment without the term.
pub(super) type TermPostings<'a> = Vec<Option<FoundTerm<'a>>>;

/// The units that have a term, limited to the allowed articles of a view.
#[derive(Default)]
pub(super) struct TermMatches {
    /// The matches in each segment of the view.
    pub segments: Vec<SegmentMatches>,
    /// The number of articles that have the term in each field.
    pub counts: [usize; Field::COUNT],
    blocks: BlockReader,
}

/// The units (titles, headings and bodies) of one segment that contain a term, with its frequency in each.
#[derive(Default)]
pub(super) struct SegmentMatches {
    /// The numbers of the units, ascending; passages are left out.
    pub units: Vec<u32>,
    pub frequencies: Vec<u32>,
    pub ends: FieldEnds,
}

/// The ends of the fields within a list of units that have a term.
#[derive(Default)]
pub(super) struct FieldEnds([usize; Field::COUNT]);

impl FieldEnds {
    pub(super) fn range(&self, field: Field) -> Range<usize> {
        let number = field as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.0[before]);
        start..self.0[number]
    }
}

impl TermMatches {
    /// Returns the number of articles that have the term in its most frequent field, which is hardly less than the
    /// number that have it anywhere.
    pub(super) fn articles(&self) -> usize {
        self.counts.into_iter().max().unwrap_or(0)
    }

    /// Returns the number of units, other than passages, that have the term.
    pub(super) fn unit_count(&self) -> usize {
        self.segments.iter().map(|found| found.units.len()).sum()
    }

    /// Reads the postings of a term, and replaces those that were read before.
    pub(super) fn read(&mut self, view: &View<'_>, postings: &TermPostings<'_>) -> Result<()> {
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

    /// Adds the units of allowed articles that have the term.
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
