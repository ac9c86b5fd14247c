//! A text that is being cleaned: the pieces that are left of the decoded text, each with the place that it came from.

use std::cmp::Reverse;
use std::ops::Range;

use super::removal::{Removal, RemovalKind};

/// The text that is left of a decoded text after some removals.
///
/// The pieces and removals partition the decoded text at all times.
#[derive(Clone)]
pub(super) struct Draft {
    text: String,
    pieces: Vec<Piece>,
    removals: Vec<Removal>,
    /// Whether this text has been searched for personal data and none was found.
    is_masked: bool,
}

/// A stretch of the draft's text that came from one stretch of the decoded text.
#[derive(Debug, Clone)]
struct Piece {
    /// The byte of the draft's text at which the piece begins.
    start: usize,
    source: Range<usize>,
    /// The mask that is the text of the piece, if it replaces personal data.
    mask: Option<Mask>,
}

#[derive(Debug, Clone, Copy)]
struct Mask {
    text: &'static str,
    rule: &'static str,
}

/// A change that a step of cleaning asks for, as a range of bytes of the draft's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) kind: RemovalKind,
    pub(super) range: Range<usize>,
    pub(super) rule: &'static str,
    /// The text that replaces the range; only personal data has one.
    pub(super) mask: Option<&'static str>,
}

impl Draft {
    pub(super) fn new(decoded: &str) -> Self {
        let pieces = if decoded.is_empty() {
            Vec::new()
        } else {
            vec![Piece {
                start: 0,
                source: 0..decoded.len(),
                mask: None,
            }]
        };
        Self {
            text: decoded.to_owned(),
            pieces,
            removals: Vec::new(),
            is_masked: false,
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether this text has been searched for personal data and none was found.
    pub(super) fn is_masked(&self) -> bool {
        self.is_masked
    }

    pub(super) fn set_masked(&mut self) {
        self.is_masked = true;
    }

    /// Whether a span of this kind has been removed.
    pub(super) fn has_removed(&self, kind: RemovalKind) -> bool {
        self.removals.iter().any(|removal| removal.kind == kind)
    }

    /// Returns the range of the draft's text that is left of a range of the decoded text; a range that was removed is
    /// empty there.
    ///
    /// Logarithmic in the number of pieces.
    pub(super) fn range_of(&self, source: &Range<usize>) -> Range<usize> {
        self.position_of(source.start)..self.position_of(source.end)
    }

    fn position_of(&self, source: usize) -> usize {
        let next = self
            .pieces
            .partition_point(|piece| piece.source.end <= source);
        let Some(piece) = self.pieces.get(next) else {
            return self.text.len();
        };
        match piece.mask {
            Some(_) => piece.start,
            None => piece.start + source.saturating_sub(piece.source.start),
        }
    }

    /// Carries out the cuts, which may be in any order. Of two that overlap, the one that starts first is carried out
    /// in full and the other is clipped.
    ///
    /// Linear in the text and the cuts, except for sorting the cuts. Returns whether anything changed.
    pub(super) fn apply(&mut self, mut cuts: Vec<Cut>) -> bool {
        cuts.sort_by_key(|cut| (cut.range.start, Reverse(cut.range.end)));
        let mut next = Draft {
            text: String::with_capacity(self.text.len()),
            pieces: Vec::with_capacity(self.pieces.len() + cuts.len()),
            removals: std::mem::take(&mut self.removals),
            is_masked: false,
        };
        let mut reader = PieceReader {
            draft: self,
            at: 0,
            piece: 0,
            offset_in_piece: 0,
        };
        let mut at = 0;
        let mut changed = false;
        for cut in cuts {
            let start = cut.range.start.max(at);
            if start >= cut.range.end {
                continue;
            }
            changed = true;
            reader.keep(start - at, &mut next);
            match cut.mask {
                Some(mask) => reader.replace(cut.range.end - start, mask, &cut, &mut next),
                None => reader.remove(cut.range.end - start, &cut, &mut next),
            }
            at = cut.range.end;
        }
        let rest = reader.draft.text.len() - at;
        reader.keep(rest, &mut next);
        next.is_masked = self.is_masked && !changed;
        *self = next;
        changed
    }

    /// Returns the text that is left, and every removal in the order of the decoded text.
    pub(super) fn finish(self) -> (String, Vec<Removal>) {
        let mut removals = self.removals;
        for piece in &self.pieces {
            if let Some(mask) = piece.mask {
                removals.push(Removal {
                    kind: RemovalKind::PersonalData,
                    range: piece.source.clone(),
                    rule: mask.rule,
                });
            }
        }
        removals.sort_by_key(|removal| (removal.range.start, Reverse(removal.range.end)));
        let mut ordered: Vec<Removal> = Vec::with_capacity(removals.len());
        for removal in removals {
            let Some(last) = ordered.last_mut() else {
                ordered.push(removal);
                continue;
            };
            if removal.range.end <= last.range.end {
                // A mask stands for a range out of which something had been removed before.
                continue;
            }
            let is_continuation = last.range.end == removal.range.start
                && (last.kind, last.rule) == (removal.kind, removal.rule)
                && last.kind != RemovalKind::PersonalData;
            if is_continuation {
                last.range.end = removal.range.end;
            } else {
                ordered.push(removal);
            }
        }
        (self.text, ordered)
    }
}

/// Walks over a draft's pieces once, from the front.
struct PieceReader<'d> {
    draft: &'d Draft,
    at: usize,
    piece: usize,
    offset_in_piece: usize,
}

impl PieceReader<'_> {
    fn keep(&mut self, len: usize, next: &mut Draft) {
        self.walk(len, |source, text, mask| {
            let start = next.text.len();
            next.text.push_str(text);
            match next.pieces.last_mut() {
                Some(last)
                    if last.mask.is_none() && mask.is_none() && last.source.end == source.start =>
                {
                    last.source.end = source.end;
                }
                _ => next.pieces.push(Piece {
                    start,
                    source,
                    mask,
                }),
            }
        });
    }

    fn remove(&mut self, len: usize, cut: &Cut, next: &mut Draft) {
        self.walk(len, |range, _, _| {
            next.removals.push(Removal {
                kind: cut.kind,
                range,
                rule: cut.rule,
            });
        });
    }

    fn replace(&mut self, len: usize, mask: &'static str, cut: &Cut, next: &mut Draft) {
        let mut whole: Option<Range<usize>> = None;
        self.walk(len, |range, _, _| match &mut whole {
            Some(whole) => whole.end = range.end,
            None => whole = Some(range),
        });
        if let Some(source) = whole {
            let start = next.text.len();
            next.text.push_str(mask);
            next.pieces.push(Piece {
                start,
                source,
                mask: Some(Mask {
                    text: mask,
                    rule: cut.rule,
                }),
            });
        }
    }

    /// Calls `each` with the next `len` bytes of the draft's text, piece by piece.
    ///
    /// A mask is never split: it belongs to whoever walks over its first byte.
    fn walk(&mut self, mut len: usize, mut each: impl FnMut(Range<usize>, &str, Option<Mask>)) {
        while len > 0 {
            let Some(piece) = self.draft.pieces.get(self.piece) else {
                return;
            };
            let piece_len = piece
                .mask
                .map_or(piece.source.len(), |mask| mask.text.len());
            let taken = len.min(piece_len - self.offset_in_piece);
            if let Some(mask) = piece.mask {
                if self.offset_in_piece == 0 {
                    each(piece.source.clone(), mask.text, Some(mask));
                }
            } else {
                let start = piece.source.start + self.offset_in_piece;
                let text = &self.draft.text[self.at..self.at + taken];
                each(start..start + taken, text, None);
            }
            self.at += taken;
            self.offset_in_piece += taken;
            len -= taken;
            if self.offset_in_piece == piece_len {
                self.piece += 1;
                self.offset_in_piece = 0;
            }
        }
    }
}
