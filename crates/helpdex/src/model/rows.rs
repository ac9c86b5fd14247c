//! A sparse matrix of weights.

/// A sparse matrix of weights: for each row, pairs of class and weight.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Rows {
    /// The index in `entries` behind the last entry of each row.
    pub(super) ends: Vec<u32>,
    /// Pairs of class and weight. They are interleaved so that reading a row touches one cache line instead of two.
    pub(super) entries: Vec<(u32, f32)>,
}

impl Rows {
    pub(crate) fn row(&self, index: usize) -> impl Iterator<Item = (usize, f32)> {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        let range = start as usize..self.ends[index] as usize;
        let entries = self.entries[range].iter();
        entries.map(|&(class, value)| (class as usize, value))
    }

    pub(crate) fn push(&mut self, class: u32, value: f32) {
        self.entries.push((class, value));
    }

    pub(crate) fn end_row(&mut self) {
        // A model has at most some ten million values.
        self.ends
            .push(u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
    }

    pub(super) fn check(&self, rows: usize, classes: usize) -> bool {
        self.ends.len() == rows
            && self.ends.is_sorted()
            && self.ends.last().map_or(0, |end| *end as usize) == self.entries.len()
            && self
                .entries
                .iter()
                .all(|&(class, value)| (class as usize) < classes && value.is_finite())
    }
}
