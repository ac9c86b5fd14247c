//! Renders Markdown as HTML, so that the HTML in it is read at its place and by the same tokenizer.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// Renders Markdown as HTML, without the code of MDX.
pub(super) fn to_html(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM;
    let markdown = markdown.strip_prefix('\u{feff}').unwrap_or(markdown);
    let raw_text = RawTextElements::of(markdown);
    let mut is_in_module_code = false;
    let events = Parser::new_ext(markdown, options)
        .into_offset_iter()
        .filter_map(|(event, range)| {
            match event {
                Event::Start(Tag::Paragraph) if is_module_code(&markdown[range.clone()]) => {
                    is_in_module_code = true;
                }
                Event::End(TagEnd::Paragraph) if is_in_module_code => {
                    is_in_module_code = false;
                    return None;
                }
                _ => {}
            }
            if is_in_module_code {
                return None;
            }
            Some(match event {
                // The number of a footnote would be read as a part of the word before it.
                Event::FootnoteReference(_)
                | Event::Start(Tag::FootnoteDefinition(_))
                | Event::End(TagEnd::FootnoteDefinition) => return None,
                Event::Text(text) if is_directive(&text, &markdown[..range.start]) => {
                    Event::Text(directive_title(&text).to_owned().into())
                }
                Event::InlineHtml(tag) if raw_text.is_mentioned_only(&tag, range.end) => {
                    Event::Text(tag)
                }
                Event::Html(html) => Event::Html(with_notes(html)),
                Event::InlineHtml(tag) => Event::InlineHtml(with_notes(tag)),
                event => event,
            })
        });
    let mut rendered = String::with_capacity(markdown.len() * 3 / 2);
    html::push_html(&mut rendered, events);
    rendered
}

/// Marks each `aside` as a note: no sidebar of a site stands in Markdown that people write, and Notion writes callouts so.
fn with_notes(html: CowStr<'_>) -> CowStr<'_> {
    const ASIDE: &str = "<aside";
    let lower = html.to_ascii_lowercase();
    if !lower.contains(ASIDE) {
        return html;
    }
    let mut marked = String::with_capacity(html.len() + 20);
    let mut copied = 0;
    for (start, _) in lower.match_indices(ASIDE) {
        let end = start + ASIDE.len();
        marked.push_str(&html[copied..end]);
        if lower[end..].is_empty() || lower[end..].starts_with(['>', ' ', '\t', '\n', '\r']) {
            marked.push_str(" role=\"note\"");
        }
        copied = end;
    }
    marked.push_str(&html[copied..]);
    marked.into()
}

/// Whether a line begins with `text` and `text` begins with `:::`, as several site generators mark notes. `before` is
/// what precedes `text`.
fn is_directive(text: &str, before: &str) -> bool {
    if !text.starts_with(":::") {
        return false;
    }
    let before = before.trim_end_matches([' ', '>']);
    before.is_empty() || before.ends_with(['\n', '\r'])
}

/// Returns the title of a note, as in `:::note Title`; "" when there is none.
fn directive_title(directive: &str) -> &str {
    directive
        .trim_start_matches(':')
        .trim_start()
        .trim_start_matches(|c: char| c.is_alphanumeric() || c == '-')
        .trim()
}

/// Whether a paragraph is an `import`, an `export` or a comment of MDX.
///
/// The first two end at the next empty line, like a paragraph.
fn is_module_code(paragraph: &str) -> bool {
    if paragraph.starts_with("{/*") && paragraph.trim_end().ends_with("*/}") {
        return true;
    }
    begins_module_code(paragraph.lines().next().unwrap_or_default())
}

/// The words that follow `export` in code.
const EXPORTED: [&str; 9] = [
    "default",
    "const",
    "let",
    "var",
    "function",
    "class",
    "async",
    "type",
    "interface",
];

/// Whether an `import` or an `export` of MDX begins with this line, and not a sentence with that word.
#[must_use]
pub fn begins_module_code(line: &str) -> bool {
    if let Some(imported) = line.strip_prefix("import ") {
        let imported = imported.trim_start();
        return imported.starts_with(['"', '\'', '{', '*'])
            || imported.contains(" from \"")
            || imported.contains(" from '");
    }
    line.strip_prefix("export ").is_some_and(|exported| {
        let first = exported
            .split([' ', '(', '<'])
            .find(|word| !word.is_empty())
            .unwrap_or_default();
        first.starts_with(['{', '*']) || EXPORTED.contains(&first)
    })
}

/// The elements whose content the tokenizer reads as raw text, up to their end tag.
const RAW_TEXT_NAMES: [&str; 9] = [
    "script",
    "style",
    "title",
    "textarea",
    "iframe",
    "xmp",
    "noembed",
    "noframes",
    "plaintext",
];

/// The position of the last end tag of each of [`RAW_TEXT_NAMES`].
///
/// A sentence such as "paste it before the closing <title> tag" only mentions the element: read
/// as its start, it would hide the rest of the article.
struct RawTextElements([Option<usize>; RAW_TEXT_NAMES.len()]);

impl RawTextElements {
    fn of(markdown: &str) -> Self {
        let mut last_ends = [None; RAW_TEXT_NAMES.len()];
        for (offset, _) in markdown.match_indices("</") {
            if let Some(index) = raw_text_index(&markdown[offset + 2..]) {
                last_ends[index] = Some(offset);
            }
        }
        Self(last_ends)
    }

    /// Whether `tag`, which ends at byte `end`, starts a raw-text element that no end tag closes later.
    fn is_mentioned_only(&self, tag: &CowStr<'_>, end: usize) -> bool {
        tag.strip_prefix('<')
            .and_then(raw_text_index)
            .is_some_and(|index| self.0[index].is_none_or(|last_end| last_end < end))
    }
}

/// Returns the index in [`RAW_TEXT_NAMES`] of the name that `text` begins with.
fn raw_text_index(text: &str) -> Option<usize> {
    let end = text
        .bytes()
        .take(10)
        .position(|b| !b.is_ascii_alphabetic())
        .unwrap_or(text.len().min(10));
    let name = text.get(..end)?;
    RAW_TEXT_NAMES
        .iter()
        .position(|known| known.eq_ignore_ascii_case(name))
}
