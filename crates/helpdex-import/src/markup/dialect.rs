//! The dialects of Markdown that site generators read.

use super::slug::Slugs;

/// The rules by which the Markdown of a page is read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Dialect {
    /// Whether braces hold expressions, as in MDX.
    pub mdx: bool,
    /// The rule by which headings get their anchors.
    pub slugs: Slugs,
}
