//! Converts the directives of reStructuredText to what a reader sees of them.

use super::Reader;
use super::lines::field;

/// The directives whose content a reader does not see.
const DROPPED: [&str; 22] = [
    "toctree",
    "raw",
    "contents",
    "meta",
    "index",
    "highlight",
    "currentmodule",
    "module",
    "default-role",
    "role",
    "todo",
    "todolist",
    "sectnum",
    "tabularcolumns",
    "cssclass",
    "class",
    "automodule",
    "autoclass",
    "autofunction",
    "ifconfig",
    "graphviz",
    "mermaid",
];

/// The directives whose content is code.
const CODE: [&str; 10] = [
    "code-block",
    "code",
    "sourcecode",
    "literalinclude",
    "parsed-literal",
    "prompt",
    "doctest",
    "testcode",
    "math",
    "productionlist",
];

/// The directives with a title behind their name.
const TITLED: [&str; 16] = [
    "admonition",
    "topic",
    "sidebar",
    "rubric",
    "tab",
    "tab-item",
    "group-tab",
    "dropdown",
    "card",
    "grid-item-card",
    "details",
    "collapse",
    "table",
    "list-table",
    "csv-table",
    "centered",
];

impl Reader<'_, '_> {
    pub(super) fn directive(
        &mut self,
        name: &str,
        argument: &str,
        body: &[String],
        prefix: &str,
        depth: usize,
    ) {
        let name = name.to_ascii_lowercase();
        let options = body.iter().take_while(|line| field(line).is_some()).count();
        let (options, content) = body.split_at(options);
        if DROPPED.contains(&name.as_str()) || (name == "only" && !argument.contains("html")) {
            return;
        }
        if CODE.contains(&name.as_str()) {
            if let Some(caption) = option(options, "caption") {
                self.title(caption, prefix);
            }
            self.code(content, prefix);
            return;
        }
        match name.as_str() {
            "include" => {
                self.include(argument, options, prefix, depth);
                return;
            }
            "image" | "figure" | "thumbnail" => {
                if let Some(alt) = option(options, "alt") {
                    let alt = self.inline(alt);
                    self.write(prefix, &alt);
                    self.write(prefix, "");
                }
            }
            "list-table" => {
                self.title(argument, prefix);
                self.list_table(content, prefix);
                return;
            }
            "csv-table" => {
                self.title(argument, prefix);
                self.csv_table(option(options, "header"), content, prefix);
                return;
            }
            _ if TITLED.contains(&name.as_str()) => self.title(argument, prefix),
            _ if name.contains(':') || argument.contains('(') => {
                // What a domain documents, such as a function.
                self.write(prefix, &format!("`{}`", argument.replace('`', "")));
                self.write(prefix, "");
            }
            _ if !argument.is_empty() => {
                let mut inner = vec![argument.to_owned()];
                inner.extend(content.iter().cloned());
                self.blocks(&inner, prefix, depth + 1);
                return;
            }
            _ => {}
        }
        self.blocks(content, prefix, depth + 1);
    }

    fn include(&mut self, path: &str, options: &[String], prefix: &str, depth: usize) {
        let text = self.context.include(path).unwrap_or_default();
        let text = between_marks(
            &text,
            option(options, "start-after"),
            option(options, "end-before"),
        );
        let lines: Vec<String> = text
            .lines()
            .map(|line| line.trim_end().replace('\t', "        "))
            .collect();
        self.blocks(&lines, prefix, depth + 1);
    }

    fn title(&mut self, title: &str, prefix: &str) {
        if !title.is_empty() {
            let title = self.inline(title);
            self.write(prefix, &format!("**{title}**"));
            self.write(prefix, "");
        }
    }

    pub(super) fn code(&mut self, lines: &[String], prefix: &str) {
        let first = lines.iter().position(|line| !line.is_empty());
        let last = lines.iter().rposition(|line| !line.is_empty());
        if let (Some(first), Some(last)) = (first, last) {
            self.write(prefix, "````");
            for line in &lines[first..=last] {
                self.write(prefix, line);
            }
            self.write(prefix, "````");
            self.write(prefix, "");
        }
    }
}

/// Returns the text behind the mark `after` and before the mark `before`; a mark that does not occur has no effect.
fn between_marks<'t>(text: &'t str, after: Option<&str>, before: Option<&str>) -> &'t str {
    let text = match after.and_then(|mark| text.split_once(mark)) {
        Some((_, rest)) => rest,
        None => text,
    };
    match before.and_then(|mark| text.split_once(mark)) {
        Some((rest, _)) => rest,
        None => text,
    }
}

/// Returns the value of an option of a directive; `None` if the option is not set.
fn option<'t>(options: &'t [String], wanted: &str) -> Option<&'t str> {
    let mut all = options.iter().filter_map(|line| field(line));
    all.find(|(name, _)| *name == wanted)
        .map(|(_, value)| value)
}
