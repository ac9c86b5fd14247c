//! Reads fields of JSON records as exports write them: numbers or strings, missing or null.

use helpdex::Timestamp;
use serde_json::Value;

/// Returns the text of the field `key`; `None` when it is missing or not a string.
pub(crate) fn text<'a>(record: &'a Value, key: &str) -> Option<&'a str> {
    record.get(key)?.as_str()
}

/// Returns the field `key` as an id or a name: a string that is not blank, or the digits of a whole number.
pub(crate) fn name(record: &Value, key: &str) -> Option<String> {
    name_of(record.get(key)?)
}

/// Returns a value as a name: a string that is not blank, or the digits of a whole number.
pub(crate) fn name_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        _ => None,
    }
}

/// Returns the names in the list that the field `key` holds, at most 200: texts and whole numbers, and the `name`,
/// `title` or `value` of objects.
pub(crate) fn names(record: &Value, key: &str) -> Vec<String> {
    let list = record.get(key).and_then(Value::as_array);
    let list = list.into_iter().flatten();
    list.filter_map(|entry| {
        name_of(entry).or_else(|| {
            ["name", "title", "value"]
                .iter()
                .find_map(|key| name(entry, key))
        })
    })
    .take(200)
    .collect()
}

/// Returns the field `key` as true or false; `None` when it is neither.
pub(crate) fn truth(record: &Value, key: &str) -> Option<bool> {
    record.get(key)?.as_bool()
}

/// Whether a flag that hides a record is set. Every value sets it except for `false`, `null`, 0, "", "0", "false" and
/// "no", so that a record with an unknown form of the flag stays hidden.
pub(crate) fn hides(record: &Value, key: &str) -> bool {
    match record.get(key) {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::Number(number)) => number.as_i64() != Some(0),
        Some(Value::String(text)) => {
            let text = text.trim();
            !["", "0", "false", "no"]
                .iter()
                .any(|unset| text.eq_ignore_ascii_case(unset))
        }
        Some(_) => true,
    }
}

/// Whether the field `key` has a value other than `null`.
pub(crate) fn has(record: &Value, key: &str) -> bool {
    record.get(key).is_some_and(|value| !value.is_null())
}

/// Returns the moment in a field: RFC 3339 or a date, also with a space for `T` or an offset without its colon, or Unix
/// seconds.
pub(crate) fn moment(record: &Value, key: &str) -> Option<Timestamp> {
    match record.get(key)? {
        Value::Number(number) => number.as_i64().map(Timestamp::from_unix_seconds),
        Value::String(text) => moment_of(text),
        _ => None,
    }
}

/// Returns the moment that a text states, in the forms of [`moment`].
pub(crate) fn moment_of(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(moment) = text.parse() {
        return Some(moment);
    }
    let mut text = text.replacen(' ', "T", 1);
    // "+0000" for "+00:00".
    let offset = text.len().checked_sub(5).and_then(|at| text.get(at..));
    if let Some(offset) = offset
        && offset.starts_with(['+', '-'])
        && offset[1..].bytes().all(|b| b.is_ascii_digit())
    {
        text.insert(text.len() - 2, ':');
    }
    if let Ok(moment) = text.parse() {
        return Some(moment);
    }
    if let Ok(moment) = format!("{text}Z").parse() {
        return Some(moment);
    }
    text.get(..10)?.parse().ok()
}
