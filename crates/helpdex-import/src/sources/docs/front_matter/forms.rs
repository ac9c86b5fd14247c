//! The forms of front matter: fenced TOML and JSON.

use std::collections::BTreeMap;

use helpdex::{Error, Result};

use crate::front_matter::{FrontMatterValue, MAX_FRONT_MATTER_BYTES};

/// The values of front matter, by their keys.
pub(super) type Values = BTreeMap<String, FrontMatterValue>;

/// Splits a text at the fences of its front matter.
pub(super) fn fenced<'a>(text: &'a str, fence: &str) -> Option<(&'a str, &'a str)> {
    let inner = text.strip_prefix(fence)?;
    let inner = inner
        .strip_prefix("\r\n")
        .or_else(|| inner.strip_prefix('\n'))?;
    let mut start = 0;
    for line in inner.split_inclusive('\n') {
        if line.trim_end() == fence {
            return Some((&inner[..start], &inner[start + line.len()..]));
        }
        start += line.len();
    }
    None
}

pub(super) fn of_toml(text: &str) -> Result<Values> {
    check_length(text)?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().map_or(0, |span| span.start.min(text.len()));
        let line = 2 + text[..text.floor_char_boundary(before)]
            .matches('\n')
            .count();
        Error::invalid(format!(
            "front matter in TOML: {}",
            error.message().lines().next().unwrap_or_default()
        ))
        .at_line(line)
    })?;
    Ok(table
        .into_iter()
        .map(|(key, value)| (key, toml_value(value)))
        .collect())
}

fn toml_value(value: toml::Value) -> FrontMatterValue {
    match value {
        toml::Value::String(text) => FrontMatterValue::String(text),
        toml::Value::Integer(number) => FrontMatterValue::Number(number.to_string()),
        toml::Value::Float(number) => FrontMatterValue::Number(number.to_string()),
        toml::Value::Boolean(truth) => FrontMatterValue::Bool(truth),
        toml::Value::Datetime(moment) => FrontMatterValue::String(moment.to_string()),
        toml::Value::Array(list) => FrontMatterValue::List(
            list.into_iter()
                .filter_map(|entry| match toml_value(entry) {
                    FrontMatterValue::String(text) | FrontMatterValue::Number(text) => Some(text),
                    _ => None,
                })
                .collect(),
        ),
        toml::Value::Table(table) => FrontMatterValue::Map(
            table
                .into_iter()
                .map(|(key, value)| (key, toml_value(value)))
                .collect(),
        ),
    }
}

/// Splits the object of JSON off that a text begins with.
pub(super) fn of_json_object(text: &str) -> Option<(&str, &str)> {
    let mut stream = serde_json::Deserializer::from_str(text)
        .into_iter::<serde_json::Map<String, serde_json::Value>>();
    stream.next()?.ok().filter(|object| !object.is_empty())?;
    let end = stream.byte_offset();
    text[end..]
        .starts_with(['\n', '\r'])
        .then(|| text.split_at(end))
}

pub(super) fn json_values(text: &str) -> Result<Values> {
    check_length(text)?;
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text)
        .map_err(|error| Error::invalid(format!("front matter in JSON: {error}")))?;
    Ok(object
        .into_iter()
        .map(|(key, value)| (key, json_value(value)))
        .collect())
}

fn json_value(value: serde_json::Value) -> FrontMatterValue {
    match value {
        serde_json::Value::Null => FrontMatterValue::Null,
        serde_json::Value::Bool(truth) => FrontMatterValue::Bool(truth),
        serde_json::Value::Number(number) => FrontMatterValue::Number(number.to_string()),
        serde_json::Value::String(text) => FrontMatterValue::String(text),
        serde_json::Value::Array(list) => FrontMatterValue::List(
            list.into_iter()
                .filter_map(|entry| match json_value(entry) {
                    FrontMatterValue::String(text) | FrontMatterValue::Number(text) => Some(text),
                    _ => None,
                })
                .collect(),
        ),
        serde_json::Value::Object(object) => FrontMatterValue::Map(
            object
                .into_iter()
                .map(|(key, value)| (key, json_value(value)))
                .collect(),
        ),
    }
}

fn check_length(text: &str) -> Result<()> {
    if text.len() > MAX_FRONT_MATTER_BYTES {
        return Err(Error::invalid(format!(
            "front matter has {} bytes; move the text into the body, or shorten it to {MAX_FRONT_MATTER_BYTES}",
            text.len()
        )));
    }
    Ok(())
}
