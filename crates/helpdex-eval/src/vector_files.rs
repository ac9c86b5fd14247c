//! Reads the vectors of a data set that a model made beforehand.

use std::fs;
use std::path::Path;
use std::str::FromStr;

use helpdex::vectors::{GivenVectors, Vector};
use helpdex::{Error, Result};

/// The vectors of the articles and of the queries of a data set.
pub(crate) struct VectorFiles {
    pub articles: GivenVectors,
    /// One entry a line of the queries; `None` for one without a vector.
    pub queries: Vec<Option<Vector>>,
}

/// The files of a folder of vectors.
const ARTICLES_FILE: &str = "corpus.npy";
const ROWS_FILE: &str = "corpus_rows.npy";
const QUERIES_FILE: &str = "queries.npy";

impl VectorFiles {
    /// Reads `corpus.npy` with `corpus_rows.npy`, the line of the corpus that each row belongs to, and `queries.npy`.
    /// `article_ids` has one entry a line of the corpus. The name of the folder is that of the model.
    ///
    /// # Errors
    /// [`Storage`](helpdex::ErrorKind::Storage) for a file that cannot be read, [`InvalidInput`](helpdex::ErrorKind::InvalidInput)
    /// for one that holds no vectors.
    pub(crate) fn read(folder: &Path, article_ids: &[String], queries: usize) -> Result<Self> {
        let model = folder.file_name().unwrap_or_default().to_string_lossy();
        let of_articles = Matrix::read(&folder.join(ARTICLES_FILE))?;
        let of_queries = Matrix::read(&folder.join(QUERIES_FILE))?;
        let lines = read_rows(&folder.join(ROWS_FILE), of_articles.rows())?;
        if of_articles.columns != of_queries.columns || of_queries.rows() != queries {
            let message = format!(
                "there are {} vectors of {} values for {queries} queries, and vectors of {} values for articles; give one a query, of \
                 one model",
                of_queries.rows(),
                of_queries.columns,
                of_articles.columns
            );
            return Err(Error::invalid(message).at_path(folder));
        }
        let mut articles = GivenVectors::new(&model, of_articles.columns)?;
        for (line, values) in lines.into_iter().zip(of_articles.vectors()) {
            let id = usize::try_from(line)
                .ok()
                .and_then(|line| article_ids.get(line));
            let id = id.ok_or_else(|| {
                let message = format!("a row is of line {line}, which the corpus does not have");
                Error::invalid(message).at_path(&folder.join(ROWS_FILE))
            })?;
            articles.insert(id, Vector::new(&model, values)?)?;
        }
        let queries = of_queries
            .vectors()
            .map(|values| Vector::new(&model, values));
        Ok(Self {
            articles,
            queries: queries.collect::<Result<_>>()?,
        })
    }
}

/// Numbers in rows, as a file of numpy has them.
struct Matrix {
    columns: usize,
    values: Vec<f32>,
}

impl Matrix {
    fn read(path: &Path) -> Result<Self> {
        let array = Array::read(path)?;
        let [_, columns] = array.shape[..] else {
            return Err(not_an_array(path));
        };
        let values: Vec<f32> = match &*array.kind {
            "<f4" => array.numbers(f32::from_le_bytes),
            "<f2" => array.numbers(from_half),
            _ => return Err(not_an_array(path)),
        };
        if columns == 0 || values.len() != array.shape.iter().product::<usize>() {
            return Err(not_an_array(path));
        }
        Ok(Self { columns, values })
    }

    fn rows(&self) -> usize {
        self.values.len() / self.columns
    }

    fn vectors(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks(self.columns)
    }
}

/// Returns the line of each row; the row's own number where there is no such file.
fn read_rows(path: &Path, rows: usize) -> Result<Vec<i32>> {
    if !path.exists() {
        return Ok((0..).take(rows).collect());
    }
    let array = Array::read(path)?;
    let lines: Vec<i32> = array.numbers(i32::from_le_bytes);
    if array.kind == "<i4" && lines.len() == rows {
        Ok(lines)
    } else {
        Err(not_an_array(path))
    }
}

/// An array in the form of numpy: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>.
struct Array {
    kind: String,
    shape: Vec<usize>,
    data: Vec<u8>,
}

impl Array {
    fn read(path: &Path) -> Result<Self> {
        let bytes = fs::read(path).map_err(|e| Error::storage("read the vectors", path, e))?;
        Self::parse(&bytes).ok_or_else(|| not_an_array(path))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(b"\x93NUMPY")?;
        let (version, rest) = rest.split_first_chunk::<2>()?;
        let (length, rest) = if version[0] == 1 {
            let (length, rest) = rest.split_first_chunk()?;
            (usize::from(u16::from_le_bytes(*length)), rest)
        } else {
            let (length, rest) = rest.split_first_chunk()?;
            (usize::try_from(u32::from_le_bytes(*length)).ok()?, rest)
        };
        let (header, data) = rest.split_at_checked(length)?;
        let header = std::str::from_utf8(header).ok()?;
        if !header.contains("'fortran_order': False") {
            return None;
        }
        let shape = between(header, "'shape': (", ")")?
            .split(',')
            .map(str::trim);
        let shape = shape.filter(|size| !size.is_empty()).map(usize::from_str);
        Some(Self {
            kind: between(header, "'descr': '", "'")?.to_owned(),
            shape: shape.collect::<Result<_, _>>().ok()?,
            data: data.to_vec(),
        })
    }

    fn numbers<const N: usize, T>(&self, of: fn([u8; N]) -> T) -> Vec<T> {
        let (numbers, _) = self.data.as_chunks::<N>();
        numbers.iter().map(|number| of(*number)).collect()
    }
}

fn between<'t>(text: &'t str, before: &str, behind: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    let (found, _) = rest.split_once(behind)?;
    Some(found)
}

/// Reads a number of 16 bits (IEEE 754 binary16).
fn from_half(bytes: [u8; 2]) -> f32 {
    let bits = u16::from_le_bytes(bytes);
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from(bits >> 10 & 0x1f);
    let fraction = f32::from(bits & 0x3ff) / 1_024.0;
    match exponent {
        0 => sign * fraction * 2.0_f32.powi(-14),
        0x1f if fraction == 0.0 => sign * f32::INFINITY,
        0x1f => f32::NAN,
        _ => sign * (1.0 + fraction) * 2.0_f32.powi(exponent - 15),
    }
}

fn not_an_array(path: &Path) -> Error {
    Error::invalid(
        "the file is no array of numpy in rows; give float16 or float32 for vectors, and int32 for their lines",
    )
    .at_path(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes of an array as numpy writes it.
    fn array(kind: &str, shape: &str, data: &[u8]) -> Vec<u8> {
        let header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n");
        let length = u16::try_from(header.len()).unwrap().to_le_bytes();
        [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), data].concat()
    }

    #[test]
    fn vectors_of_both_widths_are_read_with_their_lines() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("my-model");
        fs::create_dir(&folder).unwrap();
        // 1, 0, 0 and -2 in 16 bits, for lines 0 and 1.
        let halves = [0x00, 0x3c, 0, 0, 0, 0, 0x00, 0xc0];
        let floats: Vec<u8> = [0.5_f32, 0.5, 0.0, 0.0]
            .iter()
            .flat_map(|f| f.to_le_bytes())
            .collect();
        fs::write(folder.join(ARTICLES_FILE), array("<f2", "(2, 2)", &halves)).unwrap();
        fs::write(
            folder.join(ROWS_FILE),
            array("<i4", "(2,)", &[0, 0, 0, 0, 1, 0, 0, 0]),
        )
        .unwrap();
        fs::write(folder.join(QUERIES_FILE), array("<f4", "(2, 2)", &floats)).unwrap();
        let ids = ["a".to_owned(), "b".to_owned()];
        let read = VectorFiles::read(&folder, &ids, 2).unwrap();
        assert!(read.queries[0].is_some() && read.queries[1].is_none());
        assert_eq!(read.queries[0].as_ref().unwrap().model(), "my-model");
        assert!(VectorFiles::read(&folder, &ids, 3).is_err());
        assert!(VectorFiles::read(&folder, &ids[..1], 2).is_err());
        fs::write(folder.join(QUERIES_FILE), b"text").unwrap();
        assert!(VectorFiles::read(&folder, &ids, 2).is_err());
    }

    #[test]
    fn numbers_of_16_bits_are_read() {
        for (bits, expected) in [
            (0x3c00_u16, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_95),
            (1, 5.960_464_5e-8),
        ] {
            assert!(
                (from_half(bits.to_le_bytes()) - expected).abs() <= f32::EPSILON * expected.abs()
            );
        }
        assert!(from_half(0x7e00_u16.to_le_bytes()).is_nan());
    }
}
