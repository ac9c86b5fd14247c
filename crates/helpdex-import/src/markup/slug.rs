//! The anchors of headings, by the rule of the program that makes the page.

use std::collections::BTreeMap;

/// Which program makes the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Slugs {
    /// The rule of GitHub, which the text layer follows by itself.
    #[default]
    GitHub,
    /// The rule of Python-Markdown, for `MkDocs`.
    Python,
    /// The rule of kramdown, for Jekyll.
    Kramdown,
}

impl Slugs {
    /// Returns the anchor of a heading in plain text; `None` where the text layer makes it.
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

/// `markdown.extensions.toc.slugify`: letters of ASCII, digits, `_` and `-`; runs of spaces and dashes become one dash.
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

/// `basic_generate_id` of kramdown: from the first letter on, letters of ASCII, digits and dashes, `-` for a space.
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
