//! The anchors of headings, by the rule of the program that builds the page.

use std::collections::BTreeMap;

/// The program whose rule makes the anchors of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Slugs {
    /// GitHub, whose rule the text layer applies, so that the import makes no anchors.
    #[default]
    GitHub,
    /// Python-Markdown, which `MkDocs` uses.
    Python,
    /// kramdown, which Jekyll uses.
    Kramdown,
}

impl Slugs {
    /// Returns the anchor of a heading given as plain text; `None` when the text layer makes it. `taken` counts the
    /// anchors used so far.
    pub(super) fn of(self, heading: &str, taken: &mut BTreeMap<String, usize>) -> Option<String> {
        let slug = match self {
            Self::GitHub => return None,
            Self::Python => python(heading),
            Self::Kramdown => kramdown(heading),
        };
        if slug.is_empty() {
            return None;
        }
        let count = taken.entry(slug.clone()).or_insert(0);
        *count += 1;
        let number = *count - 1;
        Some(match (self, number) {
            (_, 0) => slug,
            (Self::Python, number) => format!("{slug}_{number}"),
            (_, number) => format!("{slug}-{number}"),
        })
    }
}

/// Returns an anchor by the rule of `markdown.extensions.toc.slugify`: ASCII letters, digits, `_` and `-`; runs of
/// spaces and dashes become one dash.
fn python(heading: &str) -> String {
    let mut slug = String::new();
    for c in heading.trim().to_lowercase().chars() {
        if c.is_ascii_alphanumeric() || c == '_' {
            slug.push(c);
        } else if (c.is_whitespace() || c == '-') && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug
}

/// Returns an anchor by the rule of kramdown's `basic_generate_id`: from the first letter on, ASCII letters, digits and
/// dashes, and `-` for a space.
fn kramdown(heading: &str) -> String {
    let text = heading.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    let kept = text
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-'));
    kept.map(|c| {
        if c == ' ' {
            '-'
        } else {
            c.to_ascii_lowercase()
        }
    })
    .collect()
}
