//! The stack of the open elements of a page, from the outermost to the innermost.

use std::collections::HashMap;

use html5ever::LocalName;
use html5ever::tokenizer::Tag;

use super::elements::Role;

/// The most elements that may be open at once; deeper ones only break lines.
///
/// Chromium's HTML parser has the same limit.
pub(super) const MAX_DEPTH: usize = 512;

/// The prefix of the names of elements of Confluence's storage format, which is XML.
pub(super) const CONFLUENCE_PREFIX: &str = "ac:";

/// An element whose end tag has not come yet.
pub(super) struct Open {
    pub(super) name: LocalName,
    pub(super) role: Role,
    pub(super) is_preformatted: bool,
    pub(super) is_cell_on_one_line: bool,
    pub(super) line_ends_around: usize,
    pub(super) marks: Vec<usize>,
    /// The number of the next item of an ordered list.
    pub(super) next_number: i64,
    /// The difference between the numbers of two items of an ordered list.
    pub(super) number_step: i64,
    /// Whether a table has a heading cell, which means that its rows are data and not layout.
    pub(super) has_heading: bool,
}

impl Open {
    pub(super) fn is_table(&self) -> bool {
        self.role == Role::Table
    }

    pub(super) fn is_table_part(&self) -> bool {
        matches!(
            self.role,
            Role::Table | Role::Cell | Role::Row | Role::RowGroup
        )
    }
}

/// The open elements, with counts of those that affect the text in them.
#[derive(Default)]
pub(super) struct OpenElements {
    list: Vec<Open>,
    /// The number of open elements of each name, so that an end tag without a start tag costs no search.
    by_name: HashMap<LocalName, usize>,
    pub(super) skipped_depth: usize,
    pub(super) drawing_depth: usize,
    pub(super) preformatted_depth: usize,
    pub(super) article_depth: usize,
}

impl OpenElements {
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether an element of this name is open.
    pub(super) fn has(&self, name: &LocalName) -> bool {
        self.by_name.contains_key(name)
    }

    pub(super) fn push(&mut self, element: Open) {
        *self.by_name.entry(element.name.clone()).or_default() += 1;
        self.skipped_depth += usize::from(element.role.is_skipped());
        self.drawing_depth += usize::from(element.role == Role::Drawing);
        self.preformatted_depth += usize::from(element.is_preformatted);
        self.article_depth += usize::from(is_article(&element.name));
        self.list.push(element);
    }

    pub(super) fn pop(&mut self) -> Option<Open> {
        let element = self.list.pop()?;
        if let Some(count) = self.by_name.get_mut(&element.name) {
            *count -= 1;
            if *count == 0 {
                self.by_name.remove(&element.name);
            }
        }
        self.skipped_depth -= usize::from(element.role.is_skipped());
        self.drawing_depth -= usize::from(element.role == Role::Drawing);
        self.preformatted_depth -= usize::from(element.is_preformatted);
        self.article_depth -= usize::from(is_article(&element.name));
        Some(element)
    }

    /// Returns the index of the innermost open element for which `is_wanted` holds, unless one further in is a
    /// boundary.
    pub(super) fn nearest(
        &self,
        is_wanted: impl Fn(&Open) -> bool,
        is_boundary: impl Fn(&Open) -> bool,
    ) -> Option<usize> {
        let mut inner = self.list.iter().enumerate().rev();
        let found = inner.find(|(_, open)| is_wanted(open) || is_boundary(open));
        found
            .filter(|(_, open)| is_wanted(open))
            .map(|(index, _)| index)
    }

    /// Returns the index of the outermost open drawing.
    pub(super) fn drawing(&self) -> Option<usize> {
        self.list.iter().position(|open| open.role == Role::Drawing)
    }

    /// Returns the index and the mark of the open heading, if only inline elements and blocks are open inside it.
    pub(super) fn heading_behind_blocks(&self) -> Option<(usize, usize)> {
        let index = self
            .list
            .iter()
            .rposition(|open| !matches!(open.role, Role::Inline | Role::Block))?;
        let open = &self.list[index];
        let is_heading = matches!(open.role, Role::Heading(_));
        let mark = open.marks.last().filter(|_| is_heading)?;
        Some((index, *mark))
    }

    /// Returns the mark of the open heading, if only inline elements are open inside it.
    pub(super) fn heading_around(&self) -> Option<usize> {
        let heading = self
            .list
            .iter()
            .rev()
            .find(|open| open.role != Role::Inline)?;
        let is_heading = matches!(heading.role, Role::Heading(_));
        heading.marks.last().filter(|_| is_heading).copied()
    }

    /// Returns the ordered list that the innermost open item belongs to.
    pub(super) fn ordered_list_of_item(&mut self) -> Option<&mut Open> {
        let list = self
            .list
            .iter_mut()
            .rev()
            .skip(1)
            .find(|open| !matches!(open.role, Role::Inline | Role::Block | Role::Paragraph));
        list.filter(|list| list.role == Role::OrderedList)
    }

    /// Whether the innermost open element is Confluence's: its name begins with `ac:`.
    pub(super) fn is_in_macro(&self) -> bool {
        self.list
            .last()
            .is_some_and(|open| open.name.starts_with(CONFLUENCE_PREFIX))
    }

    pub(super) fn is_in_list(&self) -> bool {
        self.list
            .iter()
            .rev()
            .take_while(|open| open.role != Role::Cell)
            .any(|open| matches!(open.role, Role::Item | Role::Definition))
    }

    /// Whether the cell that `tag` begins belongs to a table of data. A heading cell, or a place in the table's head,
    /// makes its table one.
    pub(super) fn is_in_data_table(&mut self, tag: &Tag) -> bool {
        let is_heading_cell = &*tag.name == "th";
        let in_head = self
            .list
            .iter()
            .rev()
            .take_while(|open| open.role != Role::Table)
            .any(|open| &*open.name == "thead");
        let table = self
            .list
            .iter_mut()
            .rev()
            .find(|open| open.role == Role::Table);
        table.is_some_and(|table| {
            table.has_heading |= is_heading_cell || in_head;
            table.has_heading
        })
    }
}

/// Whether the `header` of an element with this name is part of the text.
fn is_article(name: &str) -> bool {
    matches!(name, "article" | "main")
}
