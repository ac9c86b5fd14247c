//! The number of passes over a text before cleaning gives up.

/// The most passes over a text before cleaning gives up; real messages need two or three.
///
/// Each pass removes all that it finds, so that only texts made for that purpose need more.
const MOST_PASSES: usize = 6;

/// The fewest passes that the limit allows, however long the text is.
const FEWEST_PASSES: usize = 3;

/// The most bytes that all passes of one run over a ticket may read, unless [`FEWEST_PASSES`] passes read more.
const MOST_PASSED_BYTES: usize = 384 * 1024;

/// Returns the most passes for a text of this length. Long texts get fewer, so that the longest costs no more than some shorter ones.
pub(super) fn most_passes(bytes: usize) -> usize {
    (MOST_PASSED_BYTES / bytes.max(1)).clamp(FEWEST_PASSES, MOST_PASSES)
}
