//! The vector of a text: its direction, with 8 bits per value.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The most values of a vector. The dot product of two such vectors fits in 32 bits, and no model in use has more.
pub(crate) const MAX_DIMENSION: usize = 8_192;

/// The longest name of a model, in bytes.
const MAX_NAME_BYTES: usize = 200;

/// The vector of a text by a model, scaled to unit length. It is stored with 8 bits per value and one common scale.
///
/// Its `Debug` form shows no value, because the vector of a ticket reveals something about its text.
///
/// ```
/// use helpdex::vectors::Vector;
///
/// let vector = Vector::new("my-model", &[3.0, -4.0])?.expect("it is not zero");
/// assert_eq!(vector.dimension(), 2);
/// assert!(Vector::new("my-model", &[0.0, 0.0])?.is_none());
/// assert!(Vector::new("my-model", &[f32::NAN, 1.0]).is_err());
/// # Ok::<(), helpdex::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "VectorRecord", from = "VectorRecord")]
pub struct Vector {
    model: Arc<str>,
    /// The bits of the `f32` factor by which `values` are multiplied.
    scale_bits: u32,
    values: Arc<[i8]>,
}

/// A vector as the log of tickets stores it.
#[derive(Serialize, Deserialize)]
struct VectorRecord {
    model: String,
    scale: f32,
    values: Vec<i8>,
}

impl Vector {
    /// Creates the vector of a text by the model with this name. Returns `None` for zeros, which mean that the text has
    /// no vector.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for no values or more than 8,192, for values that are not finite, and
    /// for a name of 0 or more than 200 bytes.
    pub fn new(model: &str, values: &[f32]) -> Result<Option<Self>> {
        check_model(model, values.len())?;
        if !values.iter().all(|value| value.is_finite()) {
            return Err(Error::invalid(format!(
                "a vector of {model:?} has a value that is not finite; give numbers, or zeros where there is no vector"
            )));
        }
        let largest = values
            .iter()
            .fold(0.0_f32, |most, value| most.max(value.abs()));
        if largest == 0.0 {
            return Ok(None);
        }
        let shares = values
            .iter()
            .map(|value| f64::from(*value) / f64::from(largest));
        #[expect(
            clippy::cast_possible_truncation,
            reason = "it lies within -127 and 127"
        )]
        let values: Arc<[i8]> = shares
            .map(|share| (share * LARGEST).round() as i8)
            .collect();
        // Of what is kept, so that a vector of its values is the same.
        let length = f64::from(dot(&values, &values)).sqrt();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a scale needs no more digits"
        )]
        let scale = (1.0 / length) as f32;
        Ok(Some(Self {
            model: model.into(),
            scale_bits: scale.to_bits(),
            values,
        }))
    }

    /// Returns the name of the model.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Returns the number of values.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.values.len()
    }

    pub(crate) fn scale(&self) -> f32 {
        f32::from_bits(self.scale_bits)
    }

    pub(crate) fn values(&self) -> &[i8] {
        &self.values
    }

    /// Returns the stored values, scaled to unit length. A vector that is made from them is equal to this one.
    #[must_use]
    pub fn to_values(&self) -> Vec<f32> {
        let values = self.values.iter();
        values
            .map(|value| f32::from(*value) * self.scale())
            .collect()
    }

    /// Returns the cosine of the two, in [-1, 1] but for rounding; they are of one model.
    pub(crate) fn cosine(&self, other: &Self) -> f32 {
        as_f32(dot(&self.values, &other.values)) * self.scale() * other.scale()
    }

    /// Adds the model, the scale and the values to a hash.
    pub(crate) fn hash_into(&self, hasher: &mut blake3::Hasher) {
        hasher.update(&(self.model.len() as u64).to_le_bytes());
        hasher.update(self.model.as_bytes());
        hasher.update(&self.scale_bits.to_le_bytes());
        for value in self.values.iter() {
            hasher.update(&value.to_le_bytes());
        }
    }
}

/// The integer to which the largest absolute value of a vector is scaled.
const LARGEST: f64 = 127.0;

/// Rejects the name or the dimension of a model if it is out of range.
///
/// # Errors
/// [`InvalidInput`](crate::ErrorKind::InvalidInput).
pub(crate) fn check_model(name: &str, dimension: usize) -> Result<()> {
    if name.is_empty() || name.len() > MAX_NAME_BYTES {
        return Err(Error::invalid(format!(
            "the name of a model has {} bytes; give it 1 to {MAX_NAME_BYTES}",
            name.len()
        )));
    }
    if !(1..=MAX_DIMENSION).contains(&dimension) {
        return Err(Error::invalid(format!(
            "vectors of {name:?} have {dimension} values; give 1 to {MAX_DIMENSION}"
        )));
    }
    Ok(())
}

/// Returns the error for a vector that this model did not make.
pub(crate) fn of_other_model(vector: &Vector, name: &str, dimension: usize) -> Error {
    Error::invalid(format!(
        "a vector is of the model {:?} with {} values, and the embedder's is {name:?} with {dimension}; give vectors of one model",
        vector.model(),
        vector.dimension(),
    ))
}

/// Returns the dot product of two vectors of the same dimension. It is exact, and therefore the same on every machine.
pub(crate) fn dot(a: &[i8], b: &[i8]) -> i32 {
    let products = a.iter().zip(b).map(|(a, b)| i32::from(*a) * i32::from(*b));
    products.sum()
}

#[expect(clippy::cast_precision_loss, reason = "a cosine needs no more digits")]
pub(crate) fn as_f32(sum: i32) -> f32 {
    sum as f32
}

impl fmt::Debug for Vector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vector")
            .field("model", &self.model)
            .field("dimension", &self.dimension())
            .finish_non_exhaustive()
    }
}

impl From<Vector> for VectorRecord {
    fn from(vector: Vector) -> Self {
        Self {
            model: vector.model.as_ref().to_owned(),
            scale: vector.scale(),
            values: vector.values.to_vec(),
        }
    }
}

impl From<VectorRecord> for Vector {
    fn from(record: VectorRecord) -> Self {
        Self {
            model: record.model.into(),
            scale_bits: record.scale.to_bits(),
            values: record.values.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cosine(a: &[f32], b: &[f32]) -> f32 {
        let [a, b] = [a, b].map(|values| Vector::new("test", values).unwrap().unwrap());
        as_f32(dot(a.values(), b.values())) * a.scale() * b.scale()
    }

    #[test]
    fn the_cosine_of_two_vectors_is_theirs_whatever_their_lengths() {
        assert!((cosine(&[3.0, 4.0], &[30.0, 40.0]) - 1.0).abs() < 0.01);
        assert!((cosine(&[3e-30, 4e-30], &[4e30, 3e30]) - 0.96).abs() < 0.01);
        assert!(cosine(&[1.0, 0.0], &[0.0, -2.0]).abs() < 1e-6);
        assert!((cosine(&[1.0, 2.0], &[-1.0, -2.0]) + 1.0).abs() < 0.01);
    }

    #[test]
    fn what_is_no_vector_is_refused_with_the_remedy() {
        for (name, values, remedy) in [
            ("m", vec![1.0, f32::NAN], "give numbers"),
            ("m", vec![f32::NEG_INFINITY], "give numbers"),
            ("m", Vec::new(), "give 1 to 8192"),
            ("m", vec![1.0; 8_193], "give 1 to 8192"),
            ("", vec![1.0], "give it 1 to 200"),
        ] {
            let error = Vector::new(name, &values).unwrap_err().to_string();
            assert!(error.contains(remedy), "{error}");
        }
        assert_eq!(Vector::new("m", &[0.0, -0.0]).unwrap(), None);
    }

    #[test]
    fn a_last_bit_of_difference_moves_a_cosine_by_less_than_its_rounding() {
        let values: Vec<f32> = (0_u8..100).map(|n| libm::sinf(f32::from(n))).collect();
        let moved: Vec<f32> = values.iter().map(|value| value.next_up()).collect();
        assert!((cosine(&values, &moved) - 1.0).abs() < 0.01);
    }

    #[test]
    fn a_vector_of_the_values_of_another_is_equal_to_it() {
        for seed in 1_u8..50 {
            let values: Vec<f32> = (0_u8..=255)
                .map(|n| libm::sinf(f32::from(n) * f32::from(seed)))
                .collect();
            let vector = Vector::new("m", &values).unwrap().unwrap();
            assert_eq!(Vector::new("m", &vector.to_values()).unwrap(), Some(vector));
        }
    }

    #[test]
    fn a_vector_survives_its_record_and_no_debug_form_shows_it() {
        let vector = Vector::new("m", &[0.3, -0.7]).unwrap().unwrap();
        let json = serde_json::to_string(&vector).unwrap();
        assert_eq!(serde_json::from_str::<Vector>(&json).unwrap(), vector);
        assert_eq!(
            format!("{vector:?}"),
            "Vector { model: \"m\", dimension: 2, .. }"
        );
    }
}
