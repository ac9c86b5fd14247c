//! Divides an article into sections: its headings, each with the lines below it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::clean_article::{CleanArticle, Section};
use crate::html::{HtmlText, Mark, MarkKind, is_kept};

/// Returns the cleaned article of an HTML page, without hidden text and page furniture.
pub(super) fn article_of_html(page: HtmlText) -> CleanArticle {
    let mut sections = Vec::new();
    let mut section = lead();
    let mut headings = Vec::new();
    let mut cuts = Vec::new();
    let mut code = Vec::new();
    for mark in &page.marks {
        match mark.kind {
            MarkKind::Hidden | MarkKind::Navigation => cuts.push(mark.range.clone()),
            MarkKind::Preformatted if is_whole_lines(&page.text, &mark.range) => {
                code.push(mark.range.clone());
            }
            MarkKind::Heading { .. } => headings.push(mark),
            _ => {}
        }
    }
    let shown = Shown {
        text: &page.text,
        cuts: merged(cuts),
        code: merged(code),
    };
    let mut at = 0;
    for mark in headings {
        // A heading in a heading.
        if mark.range.start < at {
            continue;
        }
        let heading = one_line(&shown.slice(mark.range.clone()));
        // One that is hidden.
        if heading.is_empty() {
            continue;
        }
        shown.write_lines(at..mark.range.start, &mut section);
        sections.push(section);
        section = Section {
            heading,
            ..of_mark(mark)
        };
        at = mark.range.end;
    }
    shown.write_lines(at..page.text.len(), &mut section);
    sections.push(section);

    let title = take_title(&mut sections, page.title);
    sections.retain(|section| !section.heading.is_empty() || !section.text.is_empty());
    CleanArticle {
        title,
        locale: page.lang.filter(|lang| !lang.is_empty()),
        sections,
    }
}

/// Returns a plain text as an article with a single section, without heading.
pub(super) fn article_of_text(text: &str) -> CleanArticle {
    let text: String = text
        .chars()
        .map(|c| if c == '\r' { '\n' } else { c })
        .filter(|c| is_kept(*c) || matches!(c, '\n' | '\t'))
        .collect();
    let section = Section {
        text: lines(&text),
        ..lead()
    };
    CleanArticle {
        title: None,
        locale: None,
        sections: [section]
            .into_iter()
            .filter(|section| !section.text.is_empty())
            .collect(),
    }
}

/// Gives every heading without an anchor the slug that GitHub makes: the letters, digits, marks, `_` and `-` of the
/// heading in lower case, with `-` for each space, and a number behind a slug that is taken already.
pub(super) fn slug_anchors(article: &mut CleanArticle) {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    taken.extend(article.title.as_deref().map(slug));
    taken.extend(article.sections.iter().filter_map(|s| s.anchor.clone()));
    let mut next_numbers = BTreeMap::new();
    for section in &mut article.sections {
        if section.anchor.is_some() || section.level == 0 {
            continue;
        }
        let slug = slug(&section.heading);
        if slug.is_empty() {
            continue;
        }
        let next_number: &mut usize = next_numbers.entry(slug.clone()).or_insert(1);
        let mut anchor = slug.clone();
        while !taken.insert(anchor.clone()) {
            anchor = format!("{slug}-{next_number}");
            *next_number += 1;
        }
        section.anchor = Some(anchor);
    }
}

fn slug(heading: &str) -> String {
    heading
        .chars()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            ' ' => Some('-'),
            '-' | '_' => Some(c),
            _ if c.is_alphanumeric() || is_mark(c) => Some(c),
            _ => None,
        })
        .collect()
}

/// Whether a character is a combining mark, such as an accent, which belongs to the letter before it.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

fn lead() -> Section {
    Section {
        heading: String::new(),
        level: 0,
        anchor: None,
        text: String::new(),
        code: Vec::new(),
    }
}

/// Returns an empty section with the level and anchor of a heading.
fn of_mark(mark: &Mark) -> Section {
    let MarkKind::Heading { level, anchor } = &mark.kind else {
        return lead();
    };
    Section {
        level: *level,
        anchor: anchor.clone(),
        ..lead()
    }
}

/// Returns the title of a page and removes its heading; the text below that heading moves to the lead.
///
/// A page's only level 1 heading is its title. With several or none, the title is the `<title>`, and the level 1
/// heading that repeats it, or its part before the name of the site, is removed.
fn take_title(sections: &mut Vec<Section>, page_title: Option<String>) -> Option<String> {
    let mut first_level = (0..sections.len()).filter(|index| sections[*index].level == 1);
    let (first, has_more) = (first_level.next(), first_level.next().is_some());
    let heading = match (first, &page_title) {
        (None, _) => None,
        (Some(index), Some(title)) if has_more => {
            (index..sections.len()).find(|index| says_same(&sections[*index], title))
        }
        (first, _) => first,
    };
    let Some(index) = heading else {
        return page_title;
    };
    // The lead has level 0, so a section stands before every heading.
    let taken = sections.remove(index);
    let before = &mut sections[index - 1];
    let above = before.text.lines().count();
    if !before.text.is_empty() && !taken.text.is_empty() {
        before.text.push('\n');
    }
    before.text.push_str(&taken.text);
    let code = taken.code.into_iter();
    before
        .code
        .extend(code.map(|lines| above + lines.start..above + lines.end));
    Some(taken.heading)
}

/// Whether a level 1 heading repeats `title`, or its part before the name of the site.
fn says_same(section: &Section, title: &str) -> bool {
    let rest = title.strip_prefix(section.heading.as_str());
    section.level == 1
        && rest.is_some_and(|rest| {
            let rest = rest.trim_start();
            rest.is_empty() || rest.starts_with(['|', '-', '–', '—', '·', ':', '•', '»'])
        })
}

/// The text of a page without some of its ranges.
struct Shown<'a> {
    text: &'a str,
    /// The ranges that are cut, in order and disjoint.
    cuts: Vec<Range<usize>>,
    /// The ranges that are blocks of code, in order and disjoint.
    code: Vec<Range<usize>>,
}

impl Shown<'_> {
    /// Adds the lines of a range that are not cut to the section, and notes which of them are code.
    fn write_lines(&self, range: Range<usize>, section: &mut Section) {
        let first = self.code.partition_point(|code| code.end <= range.start);
        let mut at = range.start;
        let mut count = 0;
        for code in &self.code[first..] {
            if code.start >= range.end {
                break;
            }
            let (start, end) = (code.start.max(at), code.end.min(range.end));
            count += push_lines(&self.slice(at..start), &mut section.text);
            let lines = push_lines(&self.slice(start..end), &mut section.text);
            if lines > 0 {
                section.code.push(count..count + lines);
            }
            count += lines;
            at = end;
        }
        push_lines(&self.slice(at..range.end), &mut section.text);
    }

    /// Returns what is left of `range` without the cuts.
    fn slice(&self, range: Range<usize>) -> String {
        let mut shown = String::with_capacity(range.len());
        let mut at = range.start;
        let first = self.cuts.partition_point(|cut| cut.end <= range.start);
        for cut in &self.cuts[first..] {
            if cut.start >= range.end {
                break;
            }
            if cut.start > at {
                shown.push_str(&self.text[at..cut.start]);
            }
            at = at.max(cut.end);
        }
        if at < range.end {
            shown.push_str(&self.text[at..range.end]);
        }
        shown
    }
}

/// Joins overlapping and touching ranges, which are ordered by their start, so that the result is disjoint.
fn merged(ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// Whether a range begins at the start of a line and ends at the end of one.
fn is_whole_lines(text: &str, range: &Range<usize>) -> bool {
    let is_start = range.start == 0 || text[..range.start].ends_with('\n');
    is_start && (text[range.end..].is_empty() || text[range.end..].starts_with('\n'))
}

/// Returns the lines of `text` that are not blank, without white space at their ends.
fn lines(text: &str) -> String {
    let mut lines = String::with_capacity(text.len());
    push_lines(text, &mut lines);
    lines
}

/// Adds the lines of `text` that are not blank, without white space at their ends, and returns how many there are.
fn push_lines(text: &str, lines: &mut String) -> usize {
    let mut count = 0;
    for line in text
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
    {
        if !lines.is_empty() {
            lines.push('\n');
        }
        lines.push_str(line);
        count += 1;
    }
    count
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}
