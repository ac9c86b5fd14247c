//! Reads the keys and values of front matter.

use std::collections::BTreeMap;
use std::fmt;

use helpdex::Error;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::options::DuplicateKeyPolicy;
use serde_saphyr::{Location, NonFiniteFloatPolicy, Options, Spanned};

use super::keys::ARTICLE_KEYS;
use super::restriction::is_restricting_key;

/// The value of a key of front matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FrontMatterValue {
    /// No value, `~` or `null`.
    Null,
    /// `true` or `false`. `yes` and `no` are strings, as in YAML 1.2.
    Bool(bool),
    /// A number as it is written, so that version `1.10` is not 1.1.
    Number(String),
    /// Any other scalar; a date is a string.
    String(String),
    /// A list of scalars, each as text: numbers and truth values as they are written, null as "". A mapping in the list
    /// gives its label or name; other lists and mappings in it are left out.
    List(Vec<String>),
    /// A mapping from keys to values.
    Map(BTreeMap<String, FrontMatterValue>),
}

/// The longest front matter that is parsed, in bytes: keys and values are short, and a longer text is a body.
pub const MAX_FRONT_MATTER_BYTES: usize = 64_000;

/// Parses front matter into its keys and values. Empty YAML gives an empty map.
///
/// Linear in the length of `yaml`: aliases are expanded within a budget.
///
/// # Errors
/// When the text is not YAML, is not a mapping, names a key of an article twice, or is over 64 kB or
/// the budget. The message names line and column from 1.
pub fn parse_front_matter(yaml: &str) -> Result<BTreeMap<String, FrontMatterValue>, Error> {
    parse_from_line(yaml, 1)
}

/// Parses the text of a block of front matter as keys with values; `first_line` is the line of the file on which it
/// begins, for errors.
pub(super) fn parse_from_line(
    yaml: &str,
    first_line: usize,
) -> Result<BTreeMap<String, FrontMatterValue>, Error> {
    if yaml.len() > MAX_FRONT_MATTER_BYTES {
        return Err(Error::invalid(format!(
            "front matter of {} bytes is over the limit of {MAX_FRONT_MATTER_BYTES} bytes; move the text into the body",
            yaml.len()
        )));
    }
    let document: Spanned<Node> = serde_saphyr::from_str_with_options(yaml, options())
        .map_err(|error| error_at(first_line, error.location(), &problem_of(&error)))?;
    let entries = match document.value {
        Node::Null => Vec::new(),
        Node::Mapping(entries) => entries,
        _ => {
            let problem = "expected lines of the form \"key: value\"";
            return Err(error_at(first_line, Some(document.referenced), problem));
        }
    };
    let mut values = BTreeMap::new();
    for (key, node) in entries {
        let location = node.referenced;
        let is_read = ARTICLE_KEYS.contains(&key.to_lowercase().as_str());
        // The last value counts for the programs that read the other keys.
        if (is_read || is_restricting_key(&key)) && values.contains_key(&key) {
            let problem = format!("the key {key:?} stands twice; keep one of the two");
            return Err(error_at(first_line, Some(location), &problem));
        }
        values.insert(key, value_of(node, yaml));
    }
    Ok(values)
}

/// Returns an error that names the line of the file and the column, both counted from 1.
fn error_at(first_line: usize, location: Option<Location>, problem: &str) -> Error {
    let location = location.unwrap_or(Location::UNKNOWN);
    let line = location.line().max(1) + first_line as u64 - 1;
    let column = location.column().max(1);
    Error::invalid(format!(
        "front matter, line {line}, column {column}: {problem}"
    ))
}

/// Converts a parsed node to a value.
fn value_of(node: Spanned<Node>, yaml: &str) -> FrontMatterValue {
    match node.value {
        Node::Null => FrontMatterValue::Null,
        Node::Bool(value) => FrontMatterValue::Bool(value),
        Node::Number => FrontMatterValue::Number(source_of(node.defined, yaml)),
        Node::String(text) => FrontMatterValue::String(text),
        Node::List(items) => {
            let items = items.into_iter();
            FrontMatterValue::List(items.filter_map(|item| item_of(item, yaml)).collect())
        }
        Node::Mapping(entries) => {
            let entries = entries.into_iter();
            let entries = entries.map(|(key, node)| (key, value_of(node, yaml)));
            FrontMatterValue::Map(entries.collect())
        }
    }
}

/// Returns an item of a list as text; `None` for a list, and for a mapping without a label or name.
fn item_of(item: Spanned<Node>, yaml: &str) -> Option<String> {
    match item.value {
        Node::Null => Some(String::new()),
        Node::String(text) => Some(text),
        Node::Bool(_) | Node::Number => Some(source_of(item.defined, yaml)),
        Node::List(_) => None,
        Node::Mapping(entries) => {
            let mut entries = entries.into_iter();
            let (_, named) =
                entries.find(|(key, _)| matches!(&**key, "label" | "name" | "title"))?;
            match named.value {
                Node::String(text) => Some(text),
                _ => None,
            }
        }
    }
}

/// Returns the limits of the YAML parser: front matter has no use for deep nesting or many aliases.
fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: 50_000,
            max_nodes: 20_000,
            max_aliases: 100,
            max_anchors: 100,
            max_depth: 16,
            max_documents: 1,
            max_total_scalar_bytes: 1_000_000,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 10_000,
            max_replay_stack_depth: 16,
        },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    }
}

/// Describes a YAML error, with a remedy for the common ones.
fn problem_of(error: &serde_saphyr::Error) -> String {
    match error.without_snippet() {
        serde_saphyr::Error::Budget { .. } => {
            "over the limits of front matter: one document, 16 levels, 20,000 values, 100 aliases"
                .to_owned()
        }
        other => first_line_of(other),
    }
}

/// Returns the parser's message without the location, which our own message begins with.
fn first_line_of(error: &serde_saphyr::Error) -> String {
    let message = error.to_string();
    let message = message.lines().next().unwrap_or_default();
    let location = error.location().unwrap_or(Location::UNKNOWN);
    let suffix = format!(" at line {}, column {}", location.line(), location.column());
    let end = message.rfind(&suffix).unwrap_or(message.len());
    message[..end].to_owned()
}

/// Returns a scalar as it is written in the source; "" if the parser gives no position.
fn source_of(location: Location, yaml: &str) -> String {
    let span = location.span();
    let (Some(offset), Some(length)) = (span.byte_offset(), span.byte_len()) else {
        return String::new();
    };
    let source = usize::try_from(offset)
        .ok()
        .zip(usize::try_from(length).ok())
        .and_then(|(offset, length)| yaml.get(offset..offset + length));
    source.unwrap_or_default().trim().to_owned()
}

/// A YAML value before conversion; a number is taken from the source, as it is written.
enum Node {
    Null,
    Bool(bool),
    Number,
    String(String),
    List(Vec<Spanned<Node>>),
    Mapping(Vec<(String, Spanned<Node>)>),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Number)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Number)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Number)
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut mapping = Vec::new();
        while let Some(key) = entries.next_key()? {
            mapping.push((key, entries.next_value()?));
        }
        Ok(Node::Mapping(mapping))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `yaml` and compares the debug form of its keys and values.
    fn check(yaml: &str, expected: &[(&str, &str)]) {
        let values = parse_front_matter(yaml).unwrap();
        let values: Vec<(String, String)> = values
            .into_iter()
            .map(|(key, value)| (key, format!("{value:?}")))
            .collect();
        let expected: Vec<(String, String)> = expected
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        assert_eq!(values, expected, "{yaml:?}");
    }

    fn check_error(yaml: &str, expected: &str) {
        let error = parse_front_matter(yaml).unwrap_err().to_string();
        assert!(error.starts_with("front matter, line "), "{error}");
        assert!(error.contains(expected), "{yaml:?}: {error}");
    }

    #[test]
    fn values_keep_their_kind_and_numbers_their_spelling() {
        check("", &[]);
        check("# nothing\n", &[]);
        check("title: Reset it\n", &[("title", "String(\"Reset it\")")]);
        check(
            "a: 1.10\nb: 007\nc: -3\nd: 1_000\ne: 1e3\nf: .5",
            &[
                ("a", "Number(\"1.10\")"),
                ("b", "Number(\"007\")"),
                ("c", "Number(\"-3\")"),
                ("d", "Number(\"1_000\")"),
                ("e", "Number(\"1e3\")"),
                ("f", "Number(\".5\")"),
            ],
        );
        check(
            "a: true\nb: no\nc: \"true\"",
            &[
                ("a", "Bool(true)"),
                ("b", "String(\"no\")"),
                ("c", "String(\"true\")"),
            ],
        );
        check(
            "a:\nb: ~\nc: null\nd: ''",
            &[
                ("a", "Null"),
                ("b", "Null"),
                ("c", "Null"),
                ("d", "String(\"\")"),
            ],
        );
        check(
            "a: 2024-05-01\nb: \"1.10\"",
            &[("a", "String(\"2024-05-01\")"), ("b", "String(\"1.10\")")],
        );
        check(
            "a: |\n  one\n  two\nb: >-\n  three\n  four",
            &[
                ("a", "String(\"one\\ntwo\\n\")"),
                ("b", "String(\"three four\")"),
            ],
        );
        check(
            "ключ: значение\nn: 5",
            &[("n", "Number(\"5\")"), ("ключ", "String(\"значение\")")],
        );
        check(
            "a: 1\r\nb: x\r\n",
            &[("a", "Number(\"1\")"), ("b", "String(\"x\")")],
        );
    }

    #[test]
    fn lists_are_lists_of_texts() {
        check(
            "a: [x, 1.10, true, ~, 'no']",
            &[("a", "List([\"x\", \"1.10\", \"true\", \"\", \"no\"])")],
        );
        check(
            "a:\n  - x\n  - y z\nb: []",
            &[("a", "List([\"x\", \"y z\"])"), ("b", "List([])")],
        );
        check(
            "a: [[x], {b: 1}, {label: c, permalink: /c}, d]",
            &[("a", "List([\"c\", \"d\"])")],
        );
        check(
            "a: &x 1.0\nb: [*x]",
            &[("a", "Number(\"1.0\")"), ("b", "List([\"1.0\"])")],
        );
    }

    #[test]
    fn what_other_programs_write_costs_nothing() {
        check(
            "menu:\n  main:\n    weight: 3",
            &[("menu", "Map({\"main\": Map({\"weight\": Number(\"3\")})})")],
        );
        check("head:\n  - - meta", &[("head", "List([])")]);
        check("a: 1\na: 2", &[("a", "Number(\"2\")")]);
    }

    #[test]
    fn what_front_matter_cannot_be_is_an_error_with_its_place() {
        check_error(
            "just a text",
            "line 1, column 1: expected lines of the form \"key: value\"",
        );
        check_error("- a\n- b", "expected lines");
        check_error(
            "title: x\ntitle: y",
            "line 2, column 8: the key \"title\" stands twice",
        );
        check_error("a: 'x", "line 1, column 4");
        check_error("a: 1\n\tb: 2", "found a tab");
        check_error("a: *x", "line 1, column 4");
        check_error(
            "a: 1\n---\nb: 2",
            "over the limits of front matter: one document",
        );
    }

    #[test]
    fn front_matter_that_costs_too_much_is_refused() {
        let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for n in 1..9 {
            let alias = format!("*a{}", n - 1);
            let aliases = [alias.as_str(); 9].join(", ");
            laughs = format!("{laughs}a{n}: &a{n} [{aliases}]\n");
        }
        assert!(parse_front_matter(&laughs).is_err());
        assert!(parse_front_matter(&"[".repeat(60_000)).is_err());
        assert!(parse_front_matter(&"- ".repeat(30_000)).is_err());
        assert!(parse_front_matter(&"? ".repeat(30_000)).is_err());
        assert!(parse_front_matter(&"a: &x *x\n".repeat(5_000)).is_err());
        let long = format!("a: {}", "x".repeat(64_000));
        let error = parse_front_matter(&long).unwrap_err().to_string();
        assert!(
            error.contains("64003 bytes is over the limit of 64000"),
            "{error}"
        );
    }
}
