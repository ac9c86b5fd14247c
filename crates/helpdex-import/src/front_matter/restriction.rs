//! Recognises keys and lines that seem to restrict who may read an article, even when they are misspelled.

use std::collections::BTreeMap;

/// The words by which a key of any program's front matter restricts who may read an article. A key with one of them, or
/// with one a typing error away, restricts.
const RESTRICTING_WORDS: [&str; 21] = [
    "visibility",
    "visible",
    "access",
    "private",
    "internal",
    "restricted",
    "restriction",
    "restrictions",
    "confidential",
    "permission",
    "permissions",
    "audience",
    "audiences",
    "hidden",
    "hide",
    "unlisted",
    "unpublished",
    "draft",
    "secret",
    "protected",
    "embargo",
];

/// The keys of Helpdex itself that may restrict who reads an article, without their underscores. A key that is a typing
/// error away from one of them restricts too.
const RESTRICTING_KEYS: [&str; 5] = [
    "status",
    "published",
    "usersegments",
    "validfrom",
    "validuntil",
];

/// Words that are a typing error away from a restricting word but mean something else.
const OTHER_WORDS: [&str; 3] = ["interval", "publisher", "publishers"];

/// The longest key that is checked, in characters; no word or key of the tables is half as long.
const MAX_KEY_CHARS: usize = 60;

/// Whether a key of front matter seems to restrict who may read the article: its name or a word of it is one that does
/// so in help centers, such as `access`, `private` or `draft`, or a typing error away from one. A known word of nine
/// letters or more may have two typing errors (a letter left out, added, replaced or swapped with the next), one of
/// five to eight letters one.
///
/// ```
/// use helpdex_import::front_matter::is_restricting_key;
///
/// assert!(is_restricting_key("visiblity") && is_restricting_key("accessLevel"));
/// assert!(!is_restricting_key("author"));
/// ```
#[must_use]
pub fn is_restricting_key(key: &str) -> bool {
    if key.chars().count() > MAX_KEY_CHARS {
        return false;
    }
    let words = words_of(key);
    let joined = words.concat();
    words
        .iter()
        .any(|word| is_spelled_like_any(word, &RESTRICTING_WORDS))
        || is_spelled_like_any(&joined, &RESTRICTING_WORDS)
        || is_spelled_like_any(&joined, &RESTRICTING_KEYS)
}

/// A line of a file that seems to restrict who may read the article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestrictingLine {
    /// The number of the line in the file, from 1.
    pub line: usize,
    /// The restricting key as it is written in the line.
    pub key: String,
}

/// The fewest lines at the head of a file that are checked, even if a heading stands among them.
pub(super) const HEAD_LINES: usize = 20;

/// Returns the first line at the head of a file that seems to restrict who may read the article: a [restricting
/// key](is_restricting_key), then `:` or `=` and one or two words, such as `visibility: internal`, in whatever brackets
/// or comment signs. The head ends before the first heading, but has at least 20 lines.
///
/// It serves files that state no visibility, so that such a line is not missed because it stands outside of front
/// matter. Linear in the length of the head.
///
/// Two kinds of lines of reStructuredText and `MyST` are no such lines: the options of a directive, such as the `:hidden:`
/// of a table of contents, and link targets, such as `.. _internals:`. The options of `meta` are, since they describe
/// the page.
#[must_use]
pub fn restricting_line(file: &str) -> Option<RestrictingLine> {
    let mut is_below_heading = false;
    let mut directive: Option<Directive> = None;
    for (number, line) in (1..).zip(file.lines()) {
        if is_below_heading && number > HEAD_LINES {
            return None;
        }
        if directive.is_some_and(|directive| directive.has_option(line)) {
            continue;
        }
        directive = Directive::opened_by(line);
        if is_link_target(line) {
            continue;
        }
        if let Some(key) = restricting_entries(line).next() {
            let key = key.to_owned();
            return Some(RestrictingLine { line: number, key });
        }
        is_below_heading |= is_heading(line);
    }
    None
}

/// A directive that does not describe the page.
#[derive(Debug, Clone, Copy)]
enum Directive {
    /// Of reStructuredText, such as `.. toctree::`, with its indentation in bytes. Its options are indented more.
    Rst { indent: usize },
    /// Of `MyST`, such as ```` ```{toctree} ```` and `:::{toctree}`.
    Myst,
}

impl Directive {
    /// Returns the directive that a line opens; `None` for another line, and for `meta`.
    fn opened_by(line: &str) -> Option<Self> {
        let text = line.trim_start();
        let (name, directive) = if let Some(rest) = text.strip_prefix(".. ") {
            let indent = line.len() - text.len();
            (rest.split_once("::")?.0.trim(), Self::Rst { indent })
        } else {
            let fences = ["```", ":::", "~~~"];
            let rest = fences.iter().find_map(|fence| text.strip_prefix(fence))?;
            let rest = rest.trim_start_matches(['`', ':', '~']);
            (rest.strip_prefix('{')?.split_once('}')?.0, Self::Myst)
        };
        let is_sign = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '+' | '.');
        let is_name = !name.is_empty() && name.chars().all(is_sign);
        (is_name && name != "meta").then_some(directive)
    }

    /// Whether the line below the directive, or below an option of it, is an option of it.
    fn has_option(self, line: &str) -> bool {
        let text = line.trim_start();
        let is_inside = match self {
            Self::Rst { indent } => line.len() - text.len() > indent,
            // A line of three colons ends the directive, or opens another one.
            Self::Myst => !text.starts_with(":::"),
        };
        text.starts_with(':') && is_inside
    }
}

/// Whether a line is a link target of reStructuredText, such as `.. _internals:`.
fn is_link_target(line: &str) -> bool {
    line.trim_start().starts_with(".. _")
}

/// Returns the keys of a line that restrict readers and have a restricting value.
pub(super) fn restricting_entries(line: &str) -> impl Iterator<Item = &str> {
    entries(line).filter_map(|(key, value)| {
        let value = value.trim_matches(|c: char| !c.is_alphanumeric());
        let words = value.split_whitespace().count();
        let restricts = match key.to_ascii_lowercase().as_str() {
            // Keys that Helpdex reads: as a rule they say that the article is published.
            "status" => is_any(value, &["draft", "archived"]),
            "published" => is_any(value, &["false", "no"]),
            "draft" => words <= 2 && !is_any(value, &["false", "no"]),
            "user_segments" | "valid_from" | "valid_until" => false,
            _ if is_mark(key) && is_any(value, &["false", "no", "off"]) => false,
            // The key last: its spelling is compared with many words.
            _ => words <= 2 && !is_any(value, &OPEN_VALUES) && is_restricting_key(key),
        };
        restricts.then_some(key)
    })
}

/// Splits a line into keys and values; a line in brackets or in a comment may have several.
pub(super) fn entries(line: &str) -> impl Iterator<Item = (&str, &str)> {
    let line = line.trim();
    let is_list = line.starts_with(['{', '[', '<']);
    let entries = line.split(move |c| is_list && matches!(c, ',' | ';'));
    entries.filter_map(|entry| {
        let entry = entry.trim_start_matches(|c: char| !c.is_alphanumeric());
        let (key, value) = entry.split_once([':', '=', '\u{FF1A}'])?;
        let key = key.trim_end_matches(|c: char| !c.is_alphanumeric());
        (!key.is_empty() && !key.contains(char::is_whitespace)).then_some((key, value))
    })
}

/// Words of a key that mark an article as kept from readers, so that a value such as `false` says that it is not.
const MARKS: [&str; 11] = [
    "private",
    "internal",
    "restricted",
    "confidential",
    "hidden",
    "hide",
    "unlisted",
    "unpublished",
    "secret",
    "protected",
    "embargo",
];

/// Whether a key is such a mark letter for letter, as in `hidden` or `isPrivate`.
fn is_mark(key: &str) -> bool {
    let mut words = words_of(key);
    words.retain(|word| word != "is");
    !words.is_empty() && words.iter().all(|word| MARKS.contains(&word.as_str()))
}

/// The values of a visibility key that mean that everybody may see the article.
const OPEN_VALUES: [&str; 5] = ["public", "everyone", "everybody", "anyone", "all"];

fn is_any(value: &str, of: &[&str]) -> bool {
    of.iter().any(|known| value.eq_ignore_ascii_case(known))
}

/// Whether a line alone looks like a heading of Markdown or HTML, or like the underline of one.
fn is_heading(line: &str) -> bool {
    let line = line.trim_start();
    let marks = line.trim_start_matches('#');
    let is_markdown = (1..=6).contains(&(line.len() - marks.len())) && marks.starts_with(' ');
    let start = line.as_bytes();
    is_markdown || matches!(start, [b'<', b'h' | b'H', b'1'..=b'6', ..]) || is_underline(line)
}

/// Whether a line is the underline of a Markdown heading: more than three characters, all `=` or all `-`.
fn is_underline(line: &str) -> bool {
    let line = line.trim_end();
    line.len() > 3 && (line.bytes().all(|b| b == b'=') || line.bytes().all(|b| b == b'-'))
}

/// Splits a key into its words, in lower case: `accessLevel`, `access-level` and `access_level` have two.
fn words_of(key: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in key.chars() {
        if !c.is_alphanumeric() || (was_lower && c.is_uppercase()) {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a word equals one of the `known` words or is a typing error away from it; [`OTHER_WORDS`] never do.
fn is_spelled_like_any(word: &str, known: &[&str]) -> bool {
    !OTHER_WORDS.contains(&word) && known.iter().any(|known| is_spelled_like(word, known))
}

/// Whether a word is a known word with few typing errors: at most two if the known word has nine letters or more, one
/// from five, none in shorter ones, because people spell short words rightly and many short words resemble each other.
fn is_spelled_like(word: &str, known: &str) -> bool {
    let most = match known.len() {
        ..=4 => 0,
        5..=8 => 1,
        _ => 2,
    };
    let word: Vec<char> = word.chars().collect();
    let known: Vec<char> = known.chars().collect();
    word.len().abs_diff(known.len()) <= most && typing_errors(&word, &known) <= most
}

/// Returns the Damerau-Levenshtein distance of two words: the number of letters left out, added, replaced or swapped
/// with their neighbour, even if others were added between the swapped ones (Lowrance and Wagner, Journal of the ACM
/// 22(2), 1975).
fn typing_errors(a: &[char], b: &[char]) -> usize {
    let most = a.len() + b.len();
    // One row and one column are before the first letters, and one more before those is out of reach.
    let mut table = vec![vec![most; b.len() + 2]; a.len() + 2];
    for (i, row) in table.iter_mut().skip(1).enumerate() {
        row[1] = i;
    }
    for (j, cell) in table[1].iter_mut().skip(1).enumerate() {
        *cell = j;
    }
    let mut last_row: BTreeMap<char, usize> = BTreeMap::new();
    for i in 1..=a.len() {
        let mut last_column = 0;
        for j in 1..=b.len() {
            let (row, column) = (last_row.get(&b[j - 1]).copied().unwrap_or(0), last_column);
            let swapped = table[row][column] + (i - row - 1) + 1 + (j - column - 1);
            let is_same = a[i - 1] == b[j - 1];
            if is_same {
                last_column = j;
            }
            table[i + 1][j + 1] = (table[i][j] + usize::from(!is_same))
                .min(table[i + 1][j] + 1)
                .min(table[i][j + 1] + 1)
                .min(swapped);
        }
        last_row.insert(a[i - 1], i);
    }
    table[a.len() + 1][b.len() + 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_restricts_is_known_in_any_spelling() {
        for key in [
            "visibility",
            "visiblity",
            "visibilty",
            "vsibilty",
            "visiblitiy",
            // Two letters are swapped, and one was put in between.
            "visiblmiity",
            "article_visibility",
            "access",
            "acess",
            "accessLevel",
            "is-private",
            "privat",
            "internal_only",
            "Confidentail",
            "permissions",
            "audience",
            "drafts",
            "hiden",
            "hide",
            "unlistd",
            "statsu",
            "publish",
            "user-segments",
            "user_segment",
            "valid-until",
            "vaild_until",
        ] {
            assert!(is_restricting_key(key), "{key}");
        }
    }

    #[test]
    fn a_key_of_another_meaning_does_not_restrict() {
        for key in [
            "title",
            "author",
            "date",
            "lastmod",
            "weight",
            "layout",
            "address",
            "external",
            "interval",
            "publisher",
            "process",
            "image",
            "header",
            "sidebar",
            "slug",
            "tags",
            "category",
            "privacy",
            "accent",
            "type",
            "url",
            "aliases",
            "description",
            "",
        ] {
            assert!(!is_restricting_key(key), "{key}");
        }
        assert!(!is_restricting_key(&"visibility_".repeat(100_000)));
    }

    #[track_caller]
    fn check(file: &str, expected: Option<(usize, &str)>) {
        let found = restricting_line(file);
        let found = found.as_ref().map(|found| (found.line, &*found.key));
        assert_eq!(found, expected, "{file:?}");
    }

    #[test]
    fn a_restricting_line_at_the_head_is_found_whatever_stands_around_it() {
        check("visibility: internal\n# Title", Some((1, "visibility")));
        check("text\n\n  visiblity : staff only\n", Some((3, "visiblity")));
        check("<!-- access: private -->\ntext", Some((1, "access")));
        check("<!--\nprivate: true\n-->", Some((2, "private")));
        check(
            "{\n  \"visibility\": \"internal\",\n}",
            Some((2, "visibility")),
        );
        check("{title: x, visibility: internal}", Some((1, "visibility")));
        check(
            "+++\nvisibility = \"internal\"\n+++",
            Some((2, "visibility")),
        );
        check("> **Visibility:** internal", Some((1, "Visibility")));
        check("visibility\u{FF1A}internal", Some((1, "visibility")));
        check("# Title\n\nvisibility: internal", Some((3, "visibility")));
        let late = format!("{}visibility: internal", "text\n".repeat(500));
        check(&late, Some((501, "visibility")));
    }

    #[test]
    fn prose_is_no_restricting_line() {
        check("Visibility: choose who can see your calendar", None);
        check("Access: Settings, Team, Roles, Edit", None);
        check("visibility: public", None);
        check(
            "draft: false\nstatus: published\npublished: yes\nvalid_from: 2026-01-01\nuser_segments: gold",
            None,
        );
        check("title: x\nstatus: draft", Some((2, "status")));
        check("published: no", Some((1, "published")));
        check("draft: true", Some((1, "draft")));
        check("How to change the visibility: internal notes", None);
        check("see https://example.org/private", None);
        let late = format!("# Title\n{}visibility: internal", "text\n".repeat(20));
        check(&late, None);
        check("", None);
    }

    #[test]
    fn options_of_directives_and_link_targets_are_no_restricting_lines() {
        check(
            "Title\n=====\n\n.. toctree::\n    :hidden:\n\n    index",
            None,
        );
        check(".. contents:: Secret\n   :local:\n   :hidden:\n", None);
        check(".. py:method:: x\n   :private:\n", None);
        check("# Title\n\n```{toctree}\n:maxdepth: 1\n:hidden:\n```", None);
        check(":::{toctree}\n:hidden:\n:::", None);
        check(".. _internals:\n.. _secretManagement:\n\nTitle\n====", None);
        // What describes the page, a comment, and what follows the options count.
        check(
            ".. meta::\n   :visibility: internal\n",
            Some((2, "visibility")),
        );
        check(".. visibility: internal\n", Some((1, "visibility")));
        check(":visibility: internal\n", Some((1, "visibility")));
        check(
            ".. note::\n   :class: x\n\n   Visibility: internal",
            Some((4, "Visibility")),
        );
        check("```\n:hidden:\n```", Some((2, "hidden")));
        // A field behind a directive is none of its options, and the name of a directive may restrict.
        check(
            ".. toctree::\n:visibility: internal\n",
            Some((2, "visibility")),
        );
        check(
            ":::{note}\n:::\n:visibility: internal\n",
            Some((3, "visibility")),
        );
        check(".. visibility:: internal\n", Some((1, "visibility")));
    }

    #[test]
    fn typing_errors_are_counted() {
        let errors = |a: &str, b: &str| {
            let chars = |text: &str| text.chars().collect::<Vec<char>>();
            typing_errors(&chars(a), &chars(b))
        };
        assert_eq!(errors("", "abc"), 3);
        assert_eq!(errors("abc", "abc"), 0);
        assert_eq!(errors("acb", "abc"), 1);
        assert_eq!(errors("ab", "abc"), 1);
        assert_eq!(errors("xbcd", "abc"), 2);
        assert_eq!(errors("kitten", "sitting"), 3);
    }
}
