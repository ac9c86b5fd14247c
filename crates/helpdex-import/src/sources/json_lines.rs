//! Reads articles from lines of JSON in the form of Helpdex.

use std::io::BufReader;

use helpdex::{Error, ErrorKind, Result};
use serde_json::Value;

use crate::article_line::ArticleLine;
use crate::collector::{Collector, Found, Origin};
use crate::input::{Input, InputFile};
use crate::json_lines::{json_lines, parse_object};
use crate::probe::Probe;
use crate::restriction::Restriction;

/// Whether a file may contain lines of JSON: by its name ending, or because it is the only file.
fn is_lines(input: &Input, file: &InputFile) -> bool {
    !input.has_folders || matches!(file.ending().as_str(), "jsonl" | "ndjson")
}

/// Whether a file begins with a line that is an article.
pub(crate) fn is_of_articles(head: &str) -> bool {
    let line = head
        .trim_start_matches('\u{feff}')
        .lines()
        .find(|line| !line.trim().is_empty());
    let line = line.unwrap_or_default().trim();
    let has_key = ["\"locale\"", "\"body\"", "\"title\""]
        .iter()
        .any(|key| line.contains(key));
    line.starts_with('{') && line.contains("\"id\"") && has_key
}

/// Detects lines of articles by their keys. In a folder with pages, the source of the pages reads the lines too.
pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    if probe.has_pages() {
        return None;
    }
    let path = probe.head_with(|file, head| {
        let is_named = matches!(file.ending().as_str(), "jsonl" | "ndjson");
        is_lines(probe.input, file)
            && (is_of_articles(head) || (is_named && !probe.input.has_folders))
    })?;
    Some(format!("lines of JSON in {path}"))
}

pub(crate) fn read(input: &Input, collector: &mut Collector<'_>) -> Result<()> {
    for file in &input.files {
        if !is_lines(input, file) {
            collector.passed_over(file);
            continue;
        }
        read_file(input, file, collector)?;
    }
    Ok(())
}

/// Reads the articles in the lines of a file.
pub(crate) fn read_file(
    input: &Input,
    file: &InputFile,
    collector: &mut Collector<'_>,
) -> Result<()> {
    let place = input.place_of(&file.path);
    file.with_reader(|reader| {
        for line in json_lines(BufReader::new(reader), &place) {
            match line {
                Ok((number, line)) => read_line(&file.path, number, &line, collector),
                Err(error) if error.kind() == ErrorKind::Storage => return Err(error),
                Err(error) => collector.failed(error, &Origin::default(), None),
            }
        }
        Ok(())
    })
}

fn read_line(path: &str, number: usize, line: &[u8], collector: &mut Collector<'_>) {
    let origin = Origin {
        path: path.to_owned(),
        line: Some(number),
        record: None,
    };
    let line: ArticleLine = match parse_object(line) {
        Ok(line) => line,
        Err(error) => {
            let id = serde_json::from_slice::<Value>(line).ok();
            let id = id.and_then(|value| crate::json_value::name(&value, "id"));
            let error = Error::invalid(format!("the line is not an article in JSON: {error}"));
            collector.failed(error, &origin, id);
            return;
        }
    };
    let states_visibility = line.states_visibility();
    let fields = line.into_fields();
    // Its line is one of the text, and the record has one of its own.
    let restriction = Restriction::of_text(&fields.body).filter(|_| !states_visibility);
    let restriction = restriction.map(|restriction| Restriction {
        line: 0,
        ..restriction
    });
    collector.article(Found {
        fields,
        origin,
        states_visibility,
        restriction,
        is_of_path: false,
    });
}
