//! Small JSON files that can be verified: the first line holds the BLAKE3 hash of the rest.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::storage::class_file::{damaged, other_version};

pub(crate) fn write(value: &impl Serialize) -> Result<Vec<u8>> {
    let json = serde_json::to_string_pretty(value)
        .map_err(|e| Error::internal("a file of JSON cannot be written", e))?;
    Ok(format!("{}\n{json}", blake3::hash(json.as_bytes())).into_bytes())
}

/// Verifies the hash of the file and parses its JSON.
///
/// # Errors
/// [`Damaged`](crate::ErrorKind::Damaged) for a damaged file, [`OtherVersion`](crate::ErrorKind::OtherVersion) for one of another version.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let text = std::str::from_utf8(bytes).map_err(|_| damaged("it is not UTF-8"))?;
    let (hash, json) = text
        .split_once('\n')
        .ok_or_else(|| damaged("it has no hash"))?;
    if blake3::hash(json.as_bytes()).to_hex().as_str() != hash {
        return Err(damaged("it does not match its hash"));
    }
    // What is whole and cannot be read was written by another version.
    serde_json::from_str(json).map_err(|_| other_version())
}
