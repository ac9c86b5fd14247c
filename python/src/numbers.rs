//! Reads numbers out of arrays: of numpy by the buffer protocol, of torch and others by `__array__` or `tolist`, and of lists.

use pyo3::prelude::*;
use pyo3::types::{PyMemoryView, PyString};

/// Reads rows of numbers out of an array of two dimensions, or an iterable of rows. An array of one dimension is one row.
///
/// The error says what is wrong and names the row, from 1.
pub(crate) fn rows(value: &Bound<'_, PyAny>) -> Result<Vec<Vec<f32>>, String> {
    if let Some(Array { shape, values }) = Array::of(value) {
        return match shape[..] {
            [_] => Ok(vec![values]),
            [count, 0] => Ok(vec![Vec::new(); count]),
            [_, columns] => Ok(values.chunks(columns).map(<[f32]>::to_vec).collect()),
            _ => Err(format!(
                "an array of {} dimensions; give two, a row for each text",
                shape.len()
            )),
        };
    }
    let list = listed(value);
    if let Ok(row) = list.extract::<Vec<f32>>() {
        return Ok(if row.is_empty() {
            Vec::new()
        } else {
            vec![row]
        });
    }
    let is_text = list.is_instance_of::<PyString>();
    let rows = list.try_iter().ok().filter(|_| !is_text);
    let rows = rows.ok_or_else(|| {
        format!(
            "{}; give an array of two dimensions, or a list of lists of numbers",
            kind(value)
        )
    })?;
    (1..)
        .zip(rows)
        .map(|(number, row)| {
            let row = row.map_err(|_| format!("row {number}, which cannot be read"))?;
            self::row(&row).map_err(|found| format!("{found} as row {number}; give numbers"))
        })
        .collect()
}

/// Reads the numbers of one vector. The error says what was given instead.
pub(crate) fn row(value: &Bound<'_, PyAny>) -> Result<Vec<f32>, String> {
    match Array::of(value) {
        Some(Array { shape, values }) if shape.len() == 1 => Ok(values),
        Some(Array { shape, .. }) => Err(format!("an array of {} dimensions", shape.len())),
        None => listed(value).extract().map_err(|_| kind(value)),
    }
}

/// Numbers with the sizes of their dimensions.
struct Array {
    shape: Vec<usize>,
    values: Vec<f32>,
}

impl Array {
    /// Reads an array with a buffer of 32-bit or 64-bit numbers, or one that numpy makes of the value; `None` for any other
    /// value.
    fn of(value: &Bound<'_, PyAny>) -> Option<Self> {
        Self::of_buffer(value).or_else(|| Self::of_buffer(&value.call_method0("__array__").ok()?))
    }

    fn of_buffer(value: &Bound<'_, PyAny>) -> Option<Self> {
        let view = PyMemoryView::from(value).ok()?;
        let format: String = view.getattr("format").ok()?.extract().ok()?;
        let shape: Vec<usize> = view.getattr("shape").ok()?.extract().ok()?;
        let format = format.trim_start_matches(['@', '=', NATIVE]);
        if !matches!(format, "f" | "d") || shape.is_empty() {
            return None;
        }
        // In the order of C, however the array lies in memory.
        let bytes = view.call_method0("tobytes").ok()?;
        let bytes: &[u8] = bytes.extract().ok()?;
        let values = if format == "f" {
            let (numbers, _) = bytes.as_chunks();
            numbers.iter().map(|n| f32::from_ne_bytes(*n)).collect()
        } else {
            let (numbers, _) = bytes.as_chunks();
            numbers.iter().map(|n| narrow(*n)).collect()
        };
        Some(Self { shape, values })
    }
}

/// The sign of this machine's order of bytes.
const NATIVE: char = if cfg!(target_endian = "little") {
    '<'
} else {
    '>'
};

#[expect(
    clippy::cast_possible_truncation,
    reason = "vectors have 32 bits; a number that is too large becomes infinite, which is refused"
)]
fn narrow(bytes: [u8; 8]) -> f32 {
    f64::from_ne_bytes(bytes) as f32
}

/// Returns the value as a list where it can make one, as a tensor can; else the value itself.
fn listed<'py>(value: &Bound<'py, PyAny>) -> Bound<'py, PyAny> {
    let list = value.call_method0("tolist");
    list.unwrap_or_else(|_| value.clone())
}

/// Returns the type of a value, with its article: "a str".
fn kind(value: &Bound<'_, PyAny>) -> String {
    let name = value.get_type().name();
    name.map_or_else(|_| "a value".to_owned(), |name| format!("a {name}"))
}
