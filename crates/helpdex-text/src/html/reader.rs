//! Follows the tags of a page with a stack of open elements, and writes its text.

use std::cell::RefCell;
use std::collections::HashMap;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::{LocalName, local_name};

use super::attributes::{
    attribute, has_navigation_role, has_no_margin, hidden_rule, is_note, keeps_white_space,
    mail_mark,
};
use super::elements::{Role, role};
use super::text_writer::TextWriter;
use super::{HtmlText, MarkKind};
use crate::budget::{Budget, Ended};

/// How many elements may be open at once; deeper ones only break lines.
///
/// Chromium's HTML parser has the same limit.
pub(super) const MAX_DEPTH: usize = 512;

/// Elements of Confluence's storage format, which are XML.
const CONFLUENCE_PREFIX: &str = "ac:";

/// Tags of a page that are read, up to 16 KiB more: a mail of 5 MB that quotes for years has some 200,000, and half a
/// million take about a second.
const MOST_TAGS: usize = 500_000;

/// Bytes that the tokenizer is given at once.
const PIECE_BYTES: usize = 16 * 1024;

/// Reads HTML whose tags have a bounded number of attributes, until the budget ends.
pub(super) fn read(html: &str, budget: &mut Budget<'_>) -> Result<HtmlText, Ended> {
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    let mut rest = html;
    while !rest.is_empty() && tokenizer.sink.reader.borrow().tag_count < MOST_TAGS {
        let (piece, behind) = rest.split_at(rest.floor_char_boundary(PIECE_BYTES));
        budget.spend(piece.len())?;
        input.push_back(StrTendril::from_slice(piece));
        // The tokenizer pauses behind each script, for a browser to run it.
        while !input.is_empty() {
            let _ = tokenizer.feed(&input);
        }
        rest = behind;
    }
    // At the limit the end would make text of half a tag.
    if rest.is_empty() {
        tokenizer.end();
    }
    Ok(tokenizer.sink.reader.into_inner().finish())
}

/// The tokenizer hands out its tokens through a shared reference.
#[derive(Default)]
struct Sink {
    reader: RefCell<Reader>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut reader = self.reader.borrow_mut();
        match token {
            Token::CharacterTokens(text) => reader.text(&text),
            Token::TagToken(tag) => {
                reader.tag_count += 1;
                match tag.kind {
                    TagKind::StartTag => return reader.start_tag(&tag),
                    TagKind::EndTag => reader.end_tag(&tag.name),
                }
            }
            Token::NullCharacterToken
            | Token::CommentToken(_)
            | Token::DoctypeToken(_)
            | Token::ParseError(_)
            | Token::EOFToken => {}
        }
        TokenSinkResult::Continue
    }

    /// True where a browser reads `<![CDATA[`: in drawings, and in Confluence's macros, which are
    /// XML. Elsewhere it is a comment.
    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        let reader = self.reader.borrow();
        reader.drawing_depth > 0
            || reader
                .open
                .last()
                .is_some_and(|element| element.name.starts_with(CONFLUENCE_PREFIX))
    }
}

/// An element whose end tag has not come.
struct Open {
    name: LocalName,
    role: Role,
    is_preformatted: bool,
    is_cell_on_one_line: bool,
    line_ends_around: usize,
    marks: Vec<usize>,
    /// For an ordered list: the number of the next item, and the step to the one after.
    next_number: i64,
    number_step: i64,
    /// For a table: whether it has a heading, so that its rows are data and not layout.
    has_heading: bool,
}

/// Text that the tokenizer reads without looking for tags.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Raw {
    Dropped,
    Title,
}

#[derive(Default)]
struct Reader {
    writer: TextWriter,
    tag_count: usize,
    title: String,
    lang: Option<String>,
    open: Vec<Open>,
    /// How many open elements have a name, so that an end tag without a start costs nothing.
    open_by_name: HashMap<LocalName, usize>,
    raw: Option<Raw>,
    skipped_depth: usize,
    drawing_depth: usize,
    preformatted_depth: usize,
    article_depth: usize,
    /// The next line end is the one behind `<pre>`, which does not count.
    is_behind_pre_tag: bool,
    /// The id of an empty element and the length of the text there: the anchor of a heading that
    /// follows at once.
    loose_anchor: Option<(String, usize)>,
}

impl Reader {
    fn finish(mut self) -> HtmlText {
        self.close_from(0);
        let (text, marks) = self.writer.finish();
        let title = one_line(&self.title);
        HtmlText {
            text,
            title: (!title.is_empty()).then_some(title),
            lang: self.lang,
            marks,
        }
    }

    fn text(&mut self, text: &str) {
        match self.raw {
            Some(Raw::Title) => return self.title.push_str(text),
            Some(Raw::Dropped) => return,
            None if self.skipped_depth > 0 => return,
            None => {}
        }
        if self.preformatted_depth == 0 {
            return self.writer.push_text(text);
        }
        let behind_tag = std::mem::take(&mut self.is_behind_pre_tag);
        let text = match text.strip_prefix('\n') {
            Some(rest) if behind_tag => rest,
            _ => text,
        };
        self.writer.push_preformatted(text);
    }

    fn start_tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let mut role = role(&tag.name);
        if self.drawing_depth > 0 {
            if matches!(
                role,
                Role::Inline | Role::Title | Role::Script | Role::RawText
            ) {
                return TokenSinkResult::Continue;
            }
            // HTML in a drawing ends it, as browsers have it.
            self.close_until(|role| role == Role::Drawing);
        }
        let raw = match role {
            Role::Script => Some(RawKind::ScriptData),
            Role::RawText => Some(RawKind::Rawtext),
            Role::EscapableRawText | Role::Title => Some(RawKind::Rcdata),
            _ => None,
        };
        if let Some(kind) = raw {
            // `<iframe ... />` is written in Markdown and XHTML for an element without content.
            if tag.self_closing {
                return TokenSinkResult::Continue;
            }
            let is_title = role == Role::Title && self.title.is_empty();
            self.raw = Some(if is_title { Raw::Title } else { Raw::Dropped });
            return TokenSinkResult::RawData(kind);
        }
        if role == Role::Skipped && &*tag.name == "ac:parameter" && names_a_title(tag) {
            role = Role::Block;
        }
        self.close_implied(role);
        self.open(tag, role);
        if role == Role::Plaintext {
            return TokenSinkResult::Plaintext;
        }
        TokenSinkResult::Continue
    }

    /// Ends the elements whose end tag may be left out before an element of this role.
    fn close_implied(&mut self, role: Role) {
        if role.line_ends_around() > 0 && self.open_by_name.contains_key(&local_name!("p")) {
            self.close_nearest(|open| &*open.name == "p", |open| open.role != Role::Inline);
        }
        if matches!(
            role,
            Role::Paragraph | Role::List | Role::OrderedList | Role::Table | Role::Preformatted
        ) {
            self.close_heading_with_text();
        }
        let is_table_part = |open: &Open| {
            matches!(
                open.role,
                Role::Table | Role::Cell | Role::Row | Role::RowGroup
            )
        };
        let is_table = |open: &Open| open.role == Role::Table;
        match role {
            Role::Item => self.close_nearest(
                |open| open.role == Role::Item,
                |open| matches!(open.role, Role::List | Role::OrderedList) || is_table_part(open),
            ),
            Role::Definition => self.close_nearest(
                |open| open.role == Role::Definition,
                |open| open.role == Role::List || is_table_part(open),
            ),
            Role::Cell => self.close_nearest(
                |open| open.role == Role::Cell,
                |open| matches!(open.role, Role::Table | Role::Row),
            ),
            Role::Row => self.close_nearest(|open| open.role == Role::Row, is_table),
            Role::RowGroup => self.close_nearest(|open| open.role == Role::RowGroup, is_table),
            Role::Heading(_) => self.close_nearest(
                |open| matches!(open.role, Role::Heading(_)),
                |open| open.role != Role::Inline,
            ),
            _ => {}
        }
    }

    /// Ends a heading whose end tag was forgotten, so that it does not take the text behind it
    /// in. A paragraph at its very beginning belongs to it.
    fn close_heading_with_text(&mut self) {
        let heading = self
            .open
            .iter()
            .rposition(|open| !matches!(open.role, Role::Inline | Role::Block));
        let Some(index) = heading else { return };
        let has_text = matches!(self.open[index].role, Role::Heading(_))
            && self.open[index]
                .marks
                .last()
                .is_some_and(|mark| self.writer.has_text_in(*mark));
        if has_text {
            self.close_from(index);
        }
    }

    /// Writes what an element begins with, and puts it on the stack if its end matters.
    fn open(&mut self, tag: &Tag, role: Role) {
        if &*tag.name == "html" && self.lang.is_none() {
            let lang = attribute(tag, "lang").or_else(|| attribute(tag, "xml:lang"));
            self.lang = lang.map(str::to_owned);
        }
        let line_ends_around = match role {
            Role::Paragraph if &*tag.name == "p" && has_no_margin(tag) => 1,
            Role::List | Role::OrderedList if self.is_in_list() => 1,
            _ => role.line_ends_around(),
        };
        let is_seen = self.skipped_depth == 0 && !role.is_skipped();
        if is_seen {
            self.writer.break_lines(line_ends_around);
            self.note_anchor(tag);
        }
        if role.is_void() || tag.self_closing {
            if is_seen {
                self.write_empty_element(tag, role);
            }
            return;
        }
        let marks = if is_seen {
            self.open_marks(tag, role)
        } else {
            Vec::new()
        };
        let is_preformatted = role == Role::Preformatted || keeps_white_space(tag);
        let has_effect = role != Role::Inline
            || !marks.is_empty()
            || is_preformatted
            || tag.name.starts_with(CONFLUENCE_PREFIX)
            || self.open_by_name.contains_key(&tag.name);
        if !has_effect || self.open.len() >= MAX_DEPTH {
            return;
        }
        let element = Open {
            name: tag.name.clone(),
            role,
            is_preformatted,
            is_cell_on_one_line: role == Role::Cell && self.is_in_data_table(tag),
            line_ends_around,
            marks,
            next_number: first_number(tag),
            number_step: if attribute(tag, "reversed").is_some() {
                -1
            } else {
                1
            },
            has_heading: false,
        };
        self.push(element);
        if is_seen && role == Role::Item {
            self.number_item(tag);
        }
    }

    fn push(&mut self, element: Open) {
        *self.open_by_name.entry(element.name.clone()).or_default() += 1;
        self.skipped_depth += usize::from(element.role.is_skipped());
        self.drawing_depth += usize::from(element.role == Role::Drawing);
        self.preformatted_depth += usize::from(element.is_preformatted);
        self.article_depth += usize::from(is_article(&element.name));
        match element.role {
            Role::Row => self.writer.open_row(),
            Role::Cell => self.writer.open_cell(element.is_cell_on_one_line),
            Role::Preformatted => self.is_behind_pre_tag = true,
            _ => {}
        }
        self.open.push(element);
    }

    fn pop(&mut self) {
        let Some(element) = self.open.pop() else {
            return;
        };
        if let Some(count) = self.open_by_name.get_mut(&element.name) {
            *count -= 1;
            if *count == 0 {
                self.open_by_name.remove(&element.name);
            }
        }
        self.skipped_depth -= usize::from(element.role.is_skipped());
        self.drawing_depth -= usize::from(element.role == Role::Drawing);
        self.preformatted_depth -= usize::from(element.is_preformatted);
        self.article_depth -= usize::from(is_article(&element.name));
        for mark in element.marks.into_iter().rev() {
            self.writer.close_mark(mark);
        }
        match element.role {
            Role::Row => self.writer.close_row(),
            Role::Cell => self.writer.close_cell(element.is_cell_on_one_line),
            Role::Item => self.writer.clear_prefix(),
            _ => {}
        }
        if self.skipped_depth == 0 {
            self.writer.break_lines(element.line_ends_around);
        }
    }

    fn end_tag(&mut self, name: &LocalName) {
        if self.raw.take().is_some() {
            return;
        }
        let role = role(name);
        let is_heading = matches!(role, Role::Heading(_));
        if !is_heading && !self.open_by_name.contains_key(name) {
            // An end without a start, or of an element that was too deep for the stack.
            if self.skipped_depth == 0 {
                self.writer.break_lines(role.line_ends_around());
            }
            return;
        }
        let crosses_cells = matches!(
            role,
            Role::Table | Role::RowGroup | Role::Row | Role::Cell | Role::Block
        ) && &**name != "div";
        self.close_nearest(
            |open| {
                if is_heading {
                    matches!(open.role, Role::Heading(_))
                } else {
                    open.name == *name
                }
            },
            |open| open.role == Role::Table || (open.role == Role::Cell && !crosses_cells),
        );
    }

    /// Ends the innermost element that `is_wanted`, and what is open in it, unless an element
    /// that `is_boundary` is further in.
    fn close_nearest(
        &mut self,
        is_wanted: impl Fn(&Open) -> bool,
        is_boundary: impl Fn(&Open) -> bool,
    ) {
        for (index, open) in self.open.iter().enumerate().rev() {
            if is_wanted(open) {
                return self.close_from(index);
            }
            if is_boundary(open) {
                return;
            }
        }
    }

    /// Ends elements until none has a role that is wanted.
    fn close_until(&mut self, is_wanted: impl Fn(Role) -> bool) {
        if let Some(index) = self.open.iter().position(|open| is_wanted(open.role)) {
            self.close_from(index);
        }
    }

    fn close_from(&mut self, index: usize) {
        while self.open.len() > index {
            self.pop();
        }
    }

    /// Begins the marks of an element that has content.
    fn open_marks(&mut self, tag: &Tag, role: Role) -> Vec<usize> {
        let mut marks = Vec::new();
        if self.open.len() >= MAX_DEPTH {
            return marks;
        }
        if let Some(rule) = hidden_rule(tag) {
            marks.push(self.writer.open_mark(MarkKind::Hidden, rule));
        }
        let furniture = match role {
            Role::Navigation => Some("navigation_element"),
            Role::PageHeader if self.article_depth == 0 => Some("header"),
            Role::Aside if !is_note(tag) => Some("aside"),
            _ if has_navigation_role(tag) => Some("navigation_role"),
            _ => None,
        };
        if let Some(rule) = furniture {
            marks.push(self.writer.open_mark(MarkKind::Navigation, rule));
        }
        match mail_mark(tag) {
            Some((MarkKind::Divider, found_by)) => self.writer.mark_divider(found_by),
            Some((kind, found_by)) => marks.push(self.writer.open_mark(kind, found_by)),
            None => {}
        }
        if role == Role::Preformatted {
            marks.push(self.writer.open_mark(MarkKind::Preformatted, "pre"));
        }
        if let Role::Heading(level) = role {
            let anchor = attribute(tag, "id")
                .filter(|id| is_anchor(id))
                .map(str::to_owned);
            let loose = self.loose_anchor.take();
            let anchor = anchor.or_else(|| {
                loose.and_then(|(id, offset)| (offset == self.writer.len()).then_some(id))
            });
            let kind = MarkKind::Heading { level, anchor };
            marks.push(self.writer.open_mark(kind, "heading"));
        }
        marks
    }

    /// Notes an id that a link can point to: for the heading around it, or the one that follows.
    fn note_anchor(&mut self, tag: &Tag) {
        let is_link = &*tag.name == "a";
        if !is_link && !matches!(&*tag.name, "section" | "span") {
            return;
        }
        let name = if is_link {
            attribute(tag, "name")
        } else {
            None
        };
        let Some(id) = attribute(tag, "id").or(name).filter(|id| is_anchor(id)) else {
            return;
        };
        let heading = self
            .open
            .iter()
            .rev()
            .take_while(|open| matches!(open.role, Role::Inline | Role::Heading(_)))
            .find(|open| matches!(open.role, Role::Heading(_)));
        match heading.and_then(|open| open.marks.last()) {
            Some(mark) => self.writer.set_anchor(*mark, id),
            None => self.loose_anchor = Some((id.to_owned(), self.writer.len())),
        }
    }

    /// Writes an element that has no content.
    fn write_empty_element(&mut self, tag: &Tag, role: Role) {
        match role {
            Role::LineBreak if self.preformatted_depth > 0 => self.writer.push_preformatted("\n"),
            Role::LineBreak => self.writer.push_line_break(),
            Role::Divider => {
                if let Some((MarkKind::Divider, rule)) = mail_mark(tag) {
                    self.writer.mark_divider(rule);
                }
            }
            Role::Image => self.write_image(tag),
            _ => {}
        }
    }

    fn write_image(&mut self, tag: &Tag) {
        let alt = attribute(tag, "alt").or_else(|| attribute(tag, "ac:alt"));
        let alt = one_line(alt.unwrap_or_default());
        if alt.is_empty() || is_file_name(&alt) || hidden_rule(tag).is_some() {
            return;
        }
        self.writer.push_space();
        self.writer.push_text(&alt);
        self.writer.push_space();
    }

    /// Gives the item that was just put on the stack its number, when its list is ordered.
    fn number_item(&mut self, tag: &Tag) {
        let list = self
            .open
            .iter_mut()
            .rev()
            .skip(1)
            .find(|open| !matches!(open.role, Role::Inline | Role::Block | Role::Paragraph));
        let Some(list) = list.filter(|list| list.role == Role::OrderedList) else {
            return;
        };
        let number = number_attribute(tag, "value").unwrap_or(list.next_number);
        list.next_number = number + list.number_step;
        self.writer.set_prefix(format!("{number}. "));
    }

    fn is_in_list(&self) -> bool {
        self.open
            .iter()
            .rev()
            .take_while(|open| open.role != Role::Cell)
            .any(|open| matches!(open.role, Role::Item | Role::Definition))
    }

    /// Whether a cell that `tag` begins belongs to a table with a heading; a heading cell makes
    /// its table one.
    fn is_in_data_table(&mut self, tag: &Tag) -> bool {
        let is_heading_cell = &*tag.name == "th";
        let in_head = self
            .open
            .iter()
            .rev()
            .take_while(|open| open.role != Role::Table)
            .any(|open| &*open.name == "thead");
        let table = self
            .open
            .iter_mut()
            .rev()
            .find(|open| open.role == Role::Table);
        table.is_some_and(|table| {
            table.has_heading |= is_heading_cell || in_head;
            table.has_heading
        })
    }
}

/// Whether an `id` is one by the HTML standard, so that a link can point to it.
fn is_anchor(id: &str) -> bool {
    !id.is_empty() && !id.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Elements whose `header` is a part of the text.
fn is_article(name: &str) -> bool {
    matches!(name, "article" | "main")
}

/// Whether a parameter of a Confluence macro is its visible title.
fn names_a_title(tag: &Tag) -> bool {
    attribute(tag, "ac:name") == Some("title")
}

fn first_number(tag: &Tag) -> i64 {
    number_attribute(tag, "start").unwrap_or(1)
}

/// A number of a list, which is at most 32 bits wide in HTML, so that counting on cannot overflow.
fn number_attribute(tag: &Tag, name: &str) -> Option<i64> {
    let number: i32 = attribute(tag, name)?.trim().parse().ok()?;
    Some(i64::from(number))
}

/// `text` on one line, with single spaces.
fn one_line(text: &str) -> String {
    let mut writer = TextWriter::default();
    writer.push_text(text);
    writer.finish().0
}

/// Whether an alternative text is only the name of the image's file.
fn is_file_name(alt: &str) -> bool {
    let extension = alt.rsplit_once('.').map(|(_, extension)| extension);
    !alt.contains(' ')
        && extension.is_some_and(|extension| {
            ["png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "avif"]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(extension))
        })
}
