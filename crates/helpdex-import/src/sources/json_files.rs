//! Reads the JSON files of an export.

use helpdex::{Error, Result};
use serde_json::Value;

use crate::collector::{Collector, Origin};
use crate::input::{Input, InputFile};
use crate::json_records::for_each_record;
use crate::json_value::has;
use crate::report::LeftOut;

/// A pass over the files. Sources whose articles need data from elsewhere in the export read all files twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass {
    /// The pass that reads the data that articles need: sections, folders, collections.
    Tables,
    /// The pass that reads the articles.
    Articles,
}

/// Notes the files that are not read or cannot be read.
pub(crate) trait TakesFiles {
    /// Notes a file that the source does not read.
    fn passed_over(&mut self, file: &InputFile);
    /// Notes a file that cannot be read to its end.
    fn failed_file(&mut self, error: Error, file: &InputFile);
}

impl TakesFiles for Collector<'_> {
    fn passed_over(&mut self, file: &InputFile) {
        Collector::passed_over(self, file);
    }

    fn failed_file(&mut self, error: Error, file: &InputFile) {
        let origin = Origin {
            path: file.path.clone(),
            ..Origin::default()
        };
        self.failed(error, &origin, None);
    }
}

/// A record of an export, without an object around it that only names its kind.
pub(crate) struct Record<'a> {
    /// The name of the list that the record is in, or the plural of the key around it; "" if it has neither.
    pub list: &'a str,
    pub value: Value,
    pub file: &'a InputFile,
}

/// Whether a file may contain JSON: by its name ending, or because it is the only file.
pub(crate) fn is_json(input: &Input, file: &InputFile) -> bool {
    !input.has_folders || matches!(file.ending().as_str(), "json" | "jsonl" | "ndjson")
}

/// Calls `take` with every record of every JSON file. Files of other kinds are noted as not read, in the pass over
/// articles.
///
/// # Errors
/// [`Storage`](helpdex::ErrorKind::Storage) when a file cannot be read.
pub(crate) fn for_each_json<C: TakesFiles>(
    input: &Input,
    lists: &[&str],
    pass: Pass,
    collector: &mut C,
    take: &mut dyn FnMut(Record<'_>, &mut C),
) -> Result<()> {
    for file in &input.files {
        if !is_json(input, file) {
            if pass == Pass::Articles {
                collector.passed_over(file);
            }
            continue;
        }
        let read = file.with_reader(|reader| {
            for_each_record(reader, lists, &mut |list, value| {
                let (list, value) = unwrapped(list, value, lists);
                take(
                    Record {
                        list: &list,
                        value,
                        file,
                    },
                    collector,
                );
            })
        });
        let Err(error) = read else { continue };
        if Collector::is_fatal(&error) {
            return Err(error);
        }
        if pass == Pass::Articles {
            collector.failed_file(error, file);
        }
    }
    Ok(())
}

/// Removes the object around a single record, as in `{"article": {...}}`. Returns the plural of the key, and the
/// record.
fn unwrapped(list: &str, value: Value, lists: &[&str]) -> (String, Value) {
    if !list.is_empty() {
        return (list.to_owned(), value);
    }
    if let Value::Object(object) = &value {
        let mut wrapped = object.iter().filter(|(_, inner)| inner.is_object());
        if let (Some((key, _)), true) = (wrapped.next(), object.len() == 1) {
            let key = key.clone();
            let plural = format!("{key}s");
            if lists.contains(&plural.as_str()) || lists.contains(&key.as_str()) {
                let inner = value.get(&key).cloned().unwrap_or_default();
                return (plural, inner);
            }
        }
    }
    (String::new(), value)
}

/// Returns the place where a record was found; `id` names the record.
pub(super) fn origin(record: &Record<'_>, id: Option<&str>) -> Origin {
    Origin {
        path: record.file.path.clone(),
        line: None,
        record: id.map(str::to_owned),
    }
}

/// Adds the warning that records are tickets, which another command reads.
pub(super) fn warn_of_tickets(collector: &mut Collector<'_>, place: &str) {
    collector.warn(
        "tickets",
        "records are tickets and not articles; `helpdex tickets` reads them",
        place,
    );
}

/// Notes that a record is left out whose kind is not known but which seems to be an article: one of another helpdesk,
/// or in an unknown form.
pub(super) fn left_out_unknown(value: &Value, file: &InputFile, collector: &mut Collector<'_>) {
    const TEXTS: [&str; 6] = ["body", "content", "html", "text", "details", "description"];
    let is_named = has(value, "name") || has(value, "subject");
    let has_text = TEXTS.iter().any(|key| has(value, key));
    if has(value, "title") || (is_named && has_text) {
        let origin = Origin {
            path: file.path.clone(),
            ..Origin::default()
        };
        collector.left_out(LeftOut::NotAnArticle, &origin);
    }
}
