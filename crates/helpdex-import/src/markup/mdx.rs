//! Removes from MDX what no other Markdown has: modules, and the indentation of text in components.

use helpdex_text::begins_module_code;

/// Removes `import` and `export` statements of MDX at the start of lines.
pub(super) fn without_modules(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let mut lines = text.split_inclusive('\n');
    while let Some(line) = lines.next() {
        if !begins_module_code(line.trim_end()) {
            output.push_str(line);
            continue;
        }
        let mut depth = depth_of(line);
        let is_import = line.starts_with("import");
        let mut is_open = depth > 0 || (is_import && !line.contains(['"', '\'']));
        while is_open {
            let Some(next) = lines.next() else { break };
            depth += depth_of(next);
            // An empty line ends what never closes.
            is_open = depth > 0 && !(is_import && next.trim().is_empty());
        }
        output.push('\n');
    }
    output
}

fn depth_of(line: &str) -> i32 {
    let [opened, closed] = [['{', '(', '['], ['}', ')', ']']]
        .map(|signs| i32::try_from(line.matches(signs).count()).unwrap_or(i32::MAX));
    opened - closed
}

/// Removes the indentation of text inside components: in MDX, indented text is not code.
pub(super) fn without_component_indent(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    // The indentation of the list that is open, and that of the text of its items.
    let mut list: Option<(usize, usize)> = None;
    for line in text.lines() {
        let line = line.replace('\t', "    ");
        let inner = line.trim_start();
        let width = line.len() - inner.len();
        if inner.is_empty() {
            output.push('\n');
            continue;
        }
        list = list.filter(|(base, item)| {
            width >= *item || (width >= *base && marker_of(inner).is_some())
        });
        if list.is_none()
            && let Some(marker) = marker_of(inner)
        {
            list = Some((width, width + marker));
        }
        let cut = list.map_or(width, |(base, _)| base);
        output.push_str(&line[cut..]);
        output.push('\n');
    }
    output
}

/// The elements between whose tags MDX reads Markdown.
const BLOCKS: [&str; 16] = [
    "article",
    "aside",
    "blockquote",
    "center",
    "details",
    "div",
    "figure",
    "header",
    "main",
    "nav",
    "section",
    "summary",
    "table",
    "td",
    "th",
    "tr",
];

/// Adds an empty line between a line of HTML and the text below it: in MDX that text is Markdown, in other Markdown it
/// belongs to the HTML.
pub(super) fn with_text_apart(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let mut is_below_html = false;
    for line in text.lines() {
        let inner = line.trim();
        if is_below_html && !inner.is_empty() && !inner.starts_with('<') {
            output.push('\n');
        }
        is_below_html = inner.ends_with('>') && begins_block(inner);
        output.push_str(line);
        output.push('\n');
    }
    output
}

/// Whether a line begins with a tag of one of [`BLOCKS`].
fn begins_block(line: &str) -> bool {
    let Some(tag) = line.strip_prefix('<') else {
        return false;
    };
    let tag = tag.trim_start_matches('/');
    let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next();
    name.is_some_and(|name| BLOCKS.contains(&name))
}

/// Returns the width of the marker of a list item that a line begins with, the space behind it included.
fn marker_of(text: &str) -> Option<usize> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mark = if digits == 0 {
        text.starts_with(['-', '*', '+']).then_some(1)
    } else {
        (digits <= 9 && text[digits..].starts_with(['.', ')'])).then_some(digits + 1)
    }?;
    text[mark..].starts_with(' ').then_some(mark + 1)
}
