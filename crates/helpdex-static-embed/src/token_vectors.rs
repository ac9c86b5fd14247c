//! The vectors of the tokens, as `model.safetensors` holds them.

use std::path::Path;

use helpdex::{Error, Result};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

/// The names that the table of vectors has: that of `Model2Vec`, and that of Sentence Transformers.
const TABLES: [&str; 2] = ["embeddings", "embedding.weight"];

/// A vector for each token.
pub(crate) struct TokenVectors {
    dimension: usize,
    /// One row behind the other.
    values: Vec<f32>,
    /// The row of each token; `None` where its number is that of the token.
    rows: Option<Vec<usize>>,
    /// The weight of each token; `None` where all have weight 1.
    weights: Option<Vec<f32>>,
}

impl TokenVectors {
    /// Reads the file of the form of safetensors: a table `embeddings`, and for a vocabulary that was reduced a `mapping` of tokens
    /// to rows and `weights` of tokens.
    pub(crate) fn open(path: &Path, token_count: usize) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|e| Error::storage("the vectors", path, e))?;
        let tensors = SafeTensors::deserialize(&bytes).map_err(|error| {
            odd(path, "it is no file of the form of safetensors").caused_by(error)
        })?;
        let table = TABLES.iter().find_map(|name| tensors.tensor(name).ok());
        let table = table.ok_or_else(|| odd(path, "it has no table \"embeddings\""))?;
        let &[row_count, dimension] = table.shape() else {
            return Err(odd(path, "its table \"embeddings\" has not two dimensions"));
        };
        let rows = match tensors.tensor("mapping") {
            Ok(mapping) => Some(row_numbers(path, &mapping)?),
            Err(_) => None,
        };
        let weights = match tensors.tensor("weights") {
            Ok(weights) => Some(numbers(path, &weights)?),
            Err(_) => None,
        };
        let vectors = Self {
            dimension,
            values: numbers(path, &table)?,
            rows,
            weights,
        };
        let tokens = vectors.rows.as_ref().map_or(row_count, Vec::len);
        if tokens < token_count {
            let what =
                format!("it has vectors of {tokens} tokens, and the vocabulary has {token_count}");
            return Err(odd(path, &what));
        }
        let weights = vectors.weights.as_ref().map_or(tokens, Vec::len);
        if weights < tokens {
            return Err(odd(path, "its \"weights\" are fewer than its tokens"));
        }
        if vectors.rows.iter().flatten().any(|row| *row >= row_count) {
            return Err(odd(
                path,
                "its \"mapping\" has other numbers than those of rows",
            ));
        }
        Ok(vectors)
    }

    /// Returns the number of values of a vector.
    pub(crate) fn dimension(&self) -> usize {
        self.dimension
    }

    /// Adds the mean of the vectors of these tokens to `into`; zeros without tokens.
    pub(crate) fn add_mean(&self, tokens: &[u32], into: &mut Vec<f32>) {
        let start = into.len();
        into.resize(start + self.dimension, 0.0);
        let mean = &mut into[start..];
        let mut count = 0.0_f32;
        for token in tokens.iter().map(|token| *token as usize) {
            let row = self.rows.as_ref().map_or(token, |rows| rows[token]);
            let weight = self.weights.as_ref().map_or(1.0, |weights| weights[token]);
            let values = &self.values[row * self.dimension..][..self.dimension];
            for (sum, value) in mean.iter_mut().zip(values) {
                *sum += weight * value;
            }
            count += 1.0;
        }
        for sum in mean {
            *sum /= count.max(1.0);
        }
    }
}

fn odd(path: &Path, what: &str) -> Error {
    Error::invalid(format!(
        "the static model cannot be used: {what}; give a folder in the form of Model2Vec"
    ))
    .at_path(path)
}

/// Returns the numbers of a tensor of floating point numbers or bytes.
fn numbers(path: &Path, tensor: &TensorView<'_>) -> Result<Vec<f32>> {
    let data = tensor.data();
    Ok(match tensor.dtype() {
        Dtype::F64 => {
            #[expect(clippy::cast_possible_truncation, reason = "32 bits are enough")]
            let numbers = chunks(data).map(|bytes| f64::from_le_bytes(bytes) as f32);
            numbers.collect()
        }
        Dtype::F32 => chunks(data).map(f32::from_le_bytes).collect(),
        Dtype::F16 => chunks(data).map(half_to_f32).collect(),
        Dtype::I8 => chunks(data)
            .map(|byte| i8::from_le_bytes(byte).into())
            .collect(),
        other => {
            return Err(odd(
                path,
                &format!("its numbers are of the type {other:?}, not F64, F32, F16 or I8"),
            ));
        }
    })
}

/// Returns the whole numbers of a tensor.
fn row_numbers(path: &Path, tensor: &TensorView<'_>) -> Result<Vec<usize>> {
    let data = tensor.data();
    let numbers: Option<Vec<usize>> = match tensor.dtype() {
        Dtype::I64 => chunks(data)
            .map(|bytes| i64::from_le_bytes(bytes).try_into().ok())
            .collect(),
        Dtype::I32 => chunks(data)
            .map(|bytes| i32::from_le_bytes(bytes).try_into().ok())
            .collect(),
        _ => None,
    };
    numbers.ok_or_else(|| odd(path, "its \"mapping\" has other numbers than those of rows"))
}

fn chunks<const N: usize>(data: &[u8]) -> impl Iterator<Item = [u8; N]> {
    data.as_chunks().0.iter().copied()
}

/// Returns the value of a number of 16 bits (IEEE 754 binary16).
fn half_to_f32(bytes: [u8; 2]) -> f32 {
    let bits = u32::from(u16::from_le_bytes(bytes));
    let (sign, exponent, fraction) = (bits >> 15 << 31, bits >> 10 & 0x1F, bits & 0x3FF);
    match exponent {
        0 => {
            // A subnormal number, or zero: a multiple of 2^-24.
            #[expect(clippy::cast_precision_loss, reason = "it has 10 bits")]
            let size = fraction as f32 / 16_777_216.0;
            f32::from_bits(sign | size.to_bits())
        }
        0x1F => f32::from_bits(sign | 0x7F80_0000 | fraction << 13),
        _ => f32::from_bits(sign | (exponent + 112) << 23 | fraction << 13),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_16_bits_are_read_as_ieee_754_says() {
        for (bits, expected) in [
            (0x0000_u16, 0.0_f32),
            (0x3C00, 1.0),
            (0xC000, -2.0),
            (0x3555, 0.333_251_95),
            (0x7BFF, 65_504.0),
            // The smallest normal and the smallest subnormal number.
            (0x0400, 6.103_515_6e-5),
            (0x0001, 5.960_464_5e-8),
            (0x7C00, f32::INFINITY),
        ] {
            let found = half_to_f32(bits.to_le_bytes());
            assert_eq!(found.to_bits(), expected.to_bits(), "{bits:#06x}");
        }
        assert!(half_to_f32(0x7E00_u16.to_le_bytes()).is_nan());
    }
}
