//! Follows the tags of a page with a stack of open elements, and writes the text of the page.

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TokenSinkResult};
use html5ever::{LocalName, local_name};

use super::attributes::{
    attribute, first_number, has_navigation_role, has_no_margin, hidden_rule, is_anchor,
    is_file_name, is_note, keeps_white_space, mail_mark, names_a_title, number_attribute,
};
use super::elements::{Role, role};
use super::html_text::{HtmlText, MarkKind};
use super::open_elements::{CONFLUENCE_PREFIX, MAX_DEPTH, Open, OpenElements};
use super::text_writer::TextWriter;

/// Content of an element that the tokenizer reads without looking for tags.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Raw {
    Dropped,
    Title,
}

#[derive(Default)]
pub(super) struct Reader {
    writer: TextWriter,
    pub(super) tag_count: usize,
    title: String,
    lang: Option<String>,
    open: OpenElements,
    raw: Option<Raw>,
    /// Whether the tag just read was `<pre>`: a line end right behind it does not count.
    is_behind_pre_tag: bool,
    /// The id of an empty element, and the length of the text when it came: it is the anchor of a heading that follows
    /// directly.
    loose_anchor: Option<(String, usize)>,
}

impl Reader {
    pub(super) fn finish(mut self) -> HtmlText {
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

    /// Whether a browser reads `<![CDATA[` here as text: in drawings, and in Confluence's macros, which are XML.
    /// Elsewhere it is a comment.
    pub(super) fn reads_cdata(&self) -> bool {
        self.open.drawing_depth > 0 || self.open.is_in_macro()
    }

    pub(super) fn text(&mut self, text: &str) {
        match self.raw {
            Some(Raw::Title) => return self.title.push_str(text),
            Some(Raw::Dropped) => return,
            None if self.open.skipped_depth > 0 => return,
            None => {}
        }
        if self.open.preformatted_depth == 0 {
            return self.writer.push_text(text);
        }
        let behind_tag = std::mem::take(&mut self.is_behind_pre_tag);
        let text = match text.strip_prefix('\n') {
            Some(rest) if behind_tag => rest,
            _ => text,
        };
        self.writer.push_preformatted(text);
    }

    pub(super) fn start_tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let mut role = role(&tag.name);
        if self.open.drawing_depth > 0 {
            if matches!(
                role,
                Role::Inline | Role::Title | Role::Script | Role::RawText
            ) {
                return TokenSinkResult::Continue;
            }
            // HTML in a drawing ends it, as browsers have it.
            if let Some(drawing) = self.open.drawing() {
                self.close_from(drawing);
            }
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

    /// Ends the open elements whose end tag may be left out before an element of this role.
    fn close_implied(&mut self, role: Role) {
        if role.line_ends_around() > 0 && self.open.has(&local_name!("p")) {
            self.close_nearest(|open| &*open.name == "p", |open| open.role != Role::Inline);
        }
        if matches!(
            role,
            Role::Paragraph | Role::List | Role::OrderedList | Role::Table | Role::Preformatted
        ) {
            self.close_heading_with_text();
        }
        match role {
            Role::Item => self.close_nearest(
                |open| open.role == Role::Item,
                |open| matches!(open.role, Role::List | Role::OrderedList) || open.is_table_part(),
            ),
            Role::Definition => self.close_nearest(
                |open| open.role == Role::Definition,
                |open| open.role == Role::List || open.is_table_part(),
            ),
            Role::Cell => self.close_nearest(
                |open| open.role == Role::Cell,
                |open| matches!(open.role, Role::Table | Role::Row),
            ),
            Role::Row => self.close_nearest(|open| open.role == Role::Row, Open::is_table),
            Role::RowGroup => {
                self.close_nearest(|open| open.role == Role::RowGroup, Open::is_table);
            }
            Role::Heading(_) => self.close_nearest(
                |open| matches!(open.role, Role::Heading(_)),
                |open| open.role != Role::Inline,
            ),
            _ => {}
        }
    }

    /// Ends an open heading that has text, because its end tag was forgotten: otherwise the text behind it would become
    /// part of it. A paragraph at the very beginning of the heading belongs to it.
    fn close_heading_with_text(&mut self) {
        let Some((index, mark)) = self.open.heading_behind_blocks() else {
            return;
        };
        if self.writer.has_text_in(mark) {
            self.close_from(index);
        }
    }

    /// Writes the beginning of an element, and puts the element on the stack if its end has an effect.
    fn open(&mut self, tag: &Tag, role: Role) {
        if &*tag.name == "html" && self.lang.is_none() {
            let lang = attribute(tag, "lang").or_else(|| attribute(tag, "xml:lang"));
            self.lang = lang.map(str::to_owned);
        }
        let line_ends_around = match role {
            Role::Paragraph if &*tag.name == "p" && has_no_margin(tag) => 1,
            Role::List | Role::OrderedList if self.open.is_in_list() => 1,
            _ => role.line_ends_around(),
        };
        let is_seen = self.open.skipped_depth == 0 && !role.is_skipped();
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
            || self.open.has(&tag.name);
        if !has_effect || self.open.len() >= MAX_DEPTH {
            return;
        }
        let element = Open {
            name: tag.name.clone(),
            role,
            is_preformatted,
            is_cell_on_one_line: role == Role::Cell && self.open.is_in_data_table(tag),
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
        for mark in element.marks.into_iter().rev() {
            self.writer.close_mark(mark);
        }
        match element.role {
            Role::Row => self.writer.close_row(),
            Role::Cell => self.writer.close_cell(element.is_cell_on_one_line),
            Role::Item => self.writer.clear_prefix(),
            _ => {}
        }
        if self.open.skipped_depth == 0 {
            self.writer.break_lines(element.line_ends_around);
        }
    }

    pub(super) fn end_tag(&mut self, name: &LocalName) {
        if self.raw.take().is_some() {
            return;
        }
        let role = role(name);
        let is_heading = matches!(role, Role::Heading(_));
        if !is_heading && !self.open.has(name) {
            // An end without a start, or of an element that was too deep for the stack.
            if self.open.skipped_depth == 0 {
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

    /// Ends the innermost element for which `is_wanted` holds, and all elements inside it; does nothing if an element
    /// for which `is_boundary` holds is further in.
    fn close_nearest(
        &mut self,
        is_wanted: impl Fn(&Open) -> bool,
        is_boundary: impl Fn(&Open) -> bool,
    ) {
        if let Some(index) = self.open.nearest(is_wanted, is_boundary) {
            self.close_from(index);
        }
    }

    fn close_from(&mut self, index: usize) {
        while self.open.len() > index {
            self.pop();
        }
    }

    /// Opens the marks of an element that has content, and returns their indices.
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
            Role::PageHeader if self.open.article_depth == 0 => Some("header"),
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

    /// Notes an id that a link can point to: for the open heading, or for the one that follows.
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
        match self.open.heading_around() {
            Some(mark) => self.writer.set_anchor(mark, id),
            None => self.loose_anchor = Some((id.to_owned(), self.writer.len())),
        }
    }

    /// Writes an element that has no content.
    fn write_empty_element(&mut self, tag: &Tag, role: Role) {
        match role {
            Role::LineBreak if self.open.preformatted_depth > 0 => {
                self.writer.push_preformatted("\n");
            }
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

    /// Gives the item that was just put on the stack its number, if its list is ordered.
    fn number_item(&mut self, tag: &Tag) {
        let Some(list) = self.open.ordered_list_of_item() else {
            return;
        };
        let number = number_attribute(tag, "value").unwrap_or(list.next_number);
        list.next_number = number + list.number_step;
        self.writer.set_prefix(format!("{number}. "));
    }
}

/// Returns `text` on one line, with single spaces.
fn one_line(text: &str) -> String {
    let mut writer = TextWriter::default();
    writer.push_text(text);
    writer.finish().0
}
