//! Separates front matter from the rest of a file, and refuses files with broken front matter.

use helpdex::Error;

use super::block::FrontMatterBlock;
use super::keys::ARTICLE_KEYS;
use super::restriction::{HEAD_LINES, entries, restricting_entries};

/// Separates the front matter of a file: the text between a first line `---` and the next line `---` or `...`.
///
/// Returns the block, if there is one, and the rest of the file. A byte order mark before the first line is left out in
/// either case; lines may end in LF or CR LF. If the text behind a first line `---` reads as prose, that line is a
/// divider of the text and the whole file is the rest: so it is when the first line is not `key: value` and none of the
/// first 20 lines has a key of front matter.
///
/// ```
/// use helpdex_import::front_matter::split_front_matter;
///
/// let (block, body) = split_front_matter("---\ntitle: Passwords\n---\n# Reset it\n")?;
/// assert_eq!(block.unwrap().yaml, "title: Passwords\n");
/// assert_eq!(body, "# Reset it\n");
/// # Ok::<(), helpdex::Error>(())
/// ```
///
/// # Errors
/// When the file begins with something that was to be front matter and cannot be read as such, so
/// that nobody publishes by accident what it was to hide: a block that nothing closes, a fence that
/// stands behind a blank line, is indented or has more dashes, front matter in TOML (`+++`) or JSON
/// (`;;;` or `{`), and one that is an HTML comment. The message names the line and the remedy.
pub fn split_front_matter(file: &str) -> Result<(Option<FrontMatterBlock<'_>>, &str), Error> {
    let file = file.strip_prefix('\u{feff}').unwrap_or(file);
    let Some(opening) = Opening::of(file) else {
        return Ok((None, file));
    };
    let inside = &file[opening.end..];
    if opening.shape == Shape::Fence {
        return match closing_line(inside) {
            Some((end, _)) if !begins_as_mapping(&inside[..end]) => {
                opening.prose(file, &inside[..end])
            }
            Some((end, body)) => {
                let block = FrontMatterBlock {
                    yaml: &inside[..end],
                    first_line: 2,
                };
                Ok((Some(block), &inside[body..]))
            }
            None => opening.prose(file, inside),
        };
    }
    opening.prose(file, &file[opening.start..])
}

/// The first line of a file that is not blank, if front matter may begin with it.
struct Opening {
    shape: Shape,
    /// The number of this line in the file, from 1.
    line: usize,
    /// The byte of the file at which this line begins.
    start: usize,
    /// The byte of the file at which the next line begins.
    end: usize,
}

/// The form of the line that may open front matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// `---` on the first line: the proper opening.
    Fence,
    /// `---` with blank lines before it.
    LateFence,
    /// `---` with white space before it.
    IndentedFence,
    /// Any other line of dashes, also of long ones, or dashes with the name of a language behind them.
    OtherDashes,
    /// `+++`: front matter in TOML.
    Toml,
    /// `;;;` or `{`: front matter in JSON.
    Json,
    /// `<!--`: front matter inside an HTML comment.
    Comment,
}

impl Opening {
    fn of(file: &str) -> Option<Self> {
        let mut start = 0;
        for (line, text) in (1..).zip(file.split_inclusive('\n')) {
            let end = start + text.len();
            if !text.trim().is_empty() {
                let shape = Shape::of(text, line)?;
                return Some(Self {
                    shape,
                    line,
                    start,
                    end,
                });
            }
            start = end;
        }
        None
    }

    /// Returns the whole file as text without front matter, if what stands behind the fence does not read as front
    /// matter; else an error.
    fn prose<'a>(
        &self,
        file: &'a str,
        inside: &str,
    ) -> Result<(Option<FrontMatterBlock<'a>>, &'a str), Error> {
        if !self.shape.reads_as_front_matter(inside) {
            return Ok((None, file));
        }
        Err(Error::invalid(format!(
            "front matter, line {}: {}",
            self.line,
            self.shape.remedy()
        )))
    }
}

impl Shape {
    fn of(text: &str, line: usize) -> Option<Self> {
        let trimmed = text.trim();
        let language = trimmed.trim_start_matches(is_dash);
        // An editor may have made one long dash of three.
        let has_long_dash = trimmed.starts_with(|c| is_dash(c) && c != '-');
        if trimmed == "---" {
            return Some(match line {
                1 if text.trim_end() == "---" => Self::Fence,
                1 => Self::IndentedFence,
                _ => Self::LateFence,
            });
        }
        let is_language = language.bytes().all(|b| b.is_ascii_alphabetic());
        if is_language && (trimmed.starts_with("---") || has_long_dash) {
            return Some(Self::OtherDashes);
        }
        match trimmed.as_bytes() {
            [b'+', b'+', b'+', ..] => Some(Self::Toml),
            [b';', b';', b';', ..] | [b'{', ..] => Some(Self::Json),
            [b'<', b'!', b'-', b'-', ..] => Some(Self::Comment),
            _ => None,
        }
    }

    /// Whether its first line that says something is `key: value`, where such a fence has no other use, or a line at its
    /// head has a key that front matter has.
    fn reads_as_front_matter(self, inside: &str) -> bool {
        let mut head = inside.lines().take(HEAD_LINES);
        let has_other_use = matches!(self, Self::Json | Self::Comment);
        let mut first = inside.lines().filter(|line| says_something(line));
        let first = if self == Self::Fence {
            first.next()
        } else {
            first.nth(1)
        };
        let begins = !has_other_use && first.is_some_and(is_entry);
        begins || head.any(has_known_key)
    }

    fn remedy(self) -> &'static str {
        match self {
            Self::Fence => {
                "it is not lines of the form \"key: value\" that a line \"---\" ends; correct it, or write \"***\" for a divider"
            }
            Self::LateFence => {
                "it stands behind blank lines; remove them, or write \"***\" for a divider"
            }
            Self::IndentedFence => {
                "its \"---\" is indented; remove the space before it, or write \"***\" for a divider"
            }
            Self::OtherDashes => {
                "it begins with a line that is not \"---\"; write three dashes and nothing else, or \"***\" for a divider"
            }
            Self::Toml => {
                "it is TOML (\"+++\"), which is not read; write YAML between two lines \"---\""
            }
            Self::Json => {
                "it is JSON, which is not read; write YAML between two lines \"---\", or a line of text before the brace"
            }
            Self::Comment => {
                "it is an HTML comment, which is not read; write YAML between two lines \"---\""
            }
        }
    }
}

/// Returns the byte of `inside` at which the closing line of front matter begins, and the byte at which the next line
/// begins; `None` without a closing line.
fn closing_line(inside: &str) -> Option<(usize, usize)> {
    let mut start = 0;
    for line in inside.split_inclusive('\n') {
        let end = start + line.len();
        if matches!(line.trim_end(), "---" | "...") {
            return Some((start, end));
        }
        start = end;
    }
    None
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Whether the text can be a YAML mapping, by its first line that is neither blank nor a comment; true when there is no
/// such line.
fn begins_as_mapping(yaml: &str) -> bool {
    let first = yaml
        .lines()
        .map(str::trim)
        .find(|line| says_something(line));
    first.is_none_or(|line| line.contains(':') || line.starts_with(['{', '?', '%', '&', '!']))
}

/// Whether a line is neither blank nor a comment of YAML or TOML.
fn says_something(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#')
}

/// Whether a line is `key: value` or `key = value`; a web address such as `https://…` is not.
fn is_entry(line: &str) -> bool {
    entries(line).any(|(_, value)| !value.starts_with("//"))
}

/// Whether a line has a key of an article, or one that restricts readers.
fn has_known_key(line: &str) -> bool {
    restricting_entries(line).next().is_some()
        || entries(line).any(|(key, _)| {
            let known = ARTICLE_KEYS.iter().chain(&OTHER_KEYS);
            known
                .into_iter()
                .any(|known| key.eq_ignore_ascii_case(known))
        })
}

/// Further keys by which front matter of site generators is recognised.
const OTHER_KEYS: [&str; 3] = ["categories", "layout", "publishDate"];

#[cfg(test)]
mod tests {
    use super::*;

    /// Splits `file` and compares the YAML, if there is any, and the rest.
    #[track_caller]
    fn check(file: &str, yaml: Option<&str>, rest: &str) {
        let (block, body) = split_front_matter(file).unwrap();
        assert_eq!(
            (block.map(|block| block.yaml), body),
            (yaml, rest),
            "{file:?}"
        );
    }

    #[track_caller]
    fn check_refused(file: &str, expected: &str) {
        let error = split_front_matter(file).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{file:?}: {error}");
    }

    #[test]
    fn front_matter_is_split_off() {
        check("---\na: 1\n---\nbody", Some("a: 1\n"), "body");
        check(
            "\u{feff}---\r\na: 1\r\n--- \r\nbody",
            Some("a: 1\r\n"),
            "body",
        );
        check("---\na: 1\n...\n", Some("a: 1\n"), "");
        check("---\n---", Some(""), "");
        check(
            "---\n# comment\n\na: |\n  ---\n---\nb",
            Some("# comment\n\na: |\n  ---\n"),
            "b",
        );
        check(
            "---\na: 1\n---\nbody\n---\nb: 2\n---\n",
            Some("a: 1\n"),
            "body\n---\nb: 2\n---\n",
        );
    }

    #[test]
    fn a_file_without_front_matter_is_all_body() {
        for file in [
            "",
            "\n \n",
            "a",
            "---",
            "----",
            "\n---\n",
            "a\n---\nb: 1\n---\n",
            "---\nA line of prose\n---\nb",
            "---\n\nA line of prose.\nNote: it has a colon.\n",
            "---\n\n# Reset it\n\nPress the button.\n",
            "- a list\n- of: two",
            "-\n",
            "\u{2014} a quote, said: somebody",
            "{% include note.html text=\"x\" %}\n",
            "{{ toc }}\n",
            "{\"error\": 17}\n",
            "<!-- TODO: shorten -->\n# Title",
            "+++\n",
            "+++ added\ntext",
            "---\nhttps://example.org/\n",
        ] {
            check(file, None, file);
        }
        check("\u{feff}a", None, "a");
    }

    #[test]
    fn what_was_to_be_front_matter_and_is_not_is_refused_with_line_and_remedy() {
        let fields = "title: x\nvisibility: internal\n";
        check_refused(
            &format!("---\n{fields}"),
            "front matter, line 1: it is not lines",
        );
        check_refused("---\na: 1\n", "front matter, line 1: it is not lines");
        check_refused(
            "---\nprose\nvisibility: internal\n---\n",
            "front matter, line 1: it is not lines",
        );
        check_refused(
            &format!("\n\n---\n{fields}---\n"),
            "front matter, line 3: it stands behind blank lines; remove them",
        );
        check_refused(
            &format!(" ---\n{fields}---\n"),
            "front matter, line 1: its \"---\" is indented",
        );
        for fence in [
            "----",
            "---yaml",
            "\u{2014}",
            "\u{2013}\u{2013}\u{2013}",
            "-----",
        ] {
            check_refused(
                &format!("{fence}\n{fields}{fence}\n"),
                "front matter, line 1: it begins with a line that is not",
            );
        }
        check_refused(
            "+++\ntitle = \"x\"\n+++\n",
            "front matter, line 1: it is TOML",
        );
        check_refused(
            "\n+++\ndraft = true\n+++\n",
            "front matter, line 2: it is TOML",
        );
        for json in [
            "{\n  \"title\": \"x\"\n}\n",
            "{ \"visibility\": \"internal\" }\n",
            ";;;\n\"title\": \"x\"\n;;;\n",
        ] {
            check_refused(json, "front matter, line 1: it is JSON");
        }
        for comment in [
            "<!-- visibility: internal -->\ntext",
            "<!--\ntitle: x\n-->\ntext",
        ] {
            check_refused(comment, "front matter, line 1: it is an HTML comment");
        }
    }

    #[test]
    fn errors_of_a_block_name_the_line_of_the_file() {
        let (block, _) = split_front_matter("---\na: 1\nb: {c: 2\n---\n").unwrap();
        let error = block.unwrap().parse().unwrap_err().to_string();
        assert!(
            error.starts_with("front matter, line 3, column 4:"),
            "{error}"
        );
    }
}
