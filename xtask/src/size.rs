//! The size of a run.

/// The size of a run: the cases that the tests of failures take, and the tests in a browser.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    Usual,
    Full,
}
