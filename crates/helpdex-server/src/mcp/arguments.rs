//! Reads the arguments of a call.

use rmcp::model::JsonObject;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::json_body::field;

/// Reads the arguments of a call. They are not read by the protocol's library, because its error repeats wrong values,
/// and a value may be text of a ticket.
///
/// # Errors
/// A sentence for the caller that names a field which is unknown or missing.
pub(super) fn parse<T: DeserializeOwned>(arguments: JsonObject) -> Result<T, String> {
    serde_json::from_value(Value::Object(arguments)).map_err(|error| {
        format!(
            "the arguments are not what this tool takes{}; correct them as its input schema says",
            field(&error.to_string())
        )
    })
}
