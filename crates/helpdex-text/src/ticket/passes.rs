//! The number of passes over a text before it is given up.

/// Passes after which a text is given up as not cleanable; real messages need two or three.
///
/// Each pass removes all it finds, so that only texts made to do so need more.
const MOST_PASSES: usize = 6;

/// Passes that a text of any length gets.
const FEWEST_PASSES: usize = 3;

/// Bytes that the passes of one way to read a ticket may read in all, where that is more than the fewest passes do.
const MOST_PASSED_BYTES: usize = 384 * 1024;

/// Returns the most passes for a text of this length. Long texts get fewer, so that the longest costs no more than some shorter ones.
pub(super) fn most_passes(bytes: usize) -> usize {
    (MOST_PASSED_BYTES / bytes.max(1)).clamp(FEWEST_PASSES, MOST_PASSES)
}
