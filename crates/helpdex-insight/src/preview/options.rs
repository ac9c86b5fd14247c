//! The options of a preview.

use helpdex::SuggestOptions;

/// The options of a preview.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct PreviewOptions {
    /// The options with which every ticket is asked; the decision about what is offered is among them.
    pub suggest: SuggestOptions,
    /// Whether every ticket is asked again; by default only those whose answer can change are.
    pub ask_all: bool,
}
