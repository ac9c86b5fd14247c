//! Reads vectors out of a column of a table.

use std::path::Path;

use helpdex::vectors::{GivenVectors, Vector};
use helpdex::{Error, Result};

use crate::collector::Origin;
use crate::input::{Input, InputFile, Patterns};
use crate::sources::json_files::TakesFiles;
use crate::table_rows::{Fields, LIST_FIELD, Row, TakesRows, for_each_row};

/// The names of columns that are read as each field, in lower case and reduced to letters and digits.
const FIELDS: &Fields = &[
    (
        "id",
        &["id", "articleid", "ticketid", "slug", "key", "number"],
    ),
    (
        LIST_FIELD,
        &["vector", "vectors", "embedding", "embeddings"],
    ),
];

/// The rows that are read, and the first error.
struct Reader<'a> {
    model: &'a str,
    columns: &'a [(String, String)],
    given: Option<GivenVectors>,
    failed: Option<Error>,
}

/// Reads vectors of articles or tickets by their ids, out of a table: CSV, TSV, or JSON objects whose keys are columns, such as
/// the table that the articles themselves are read from.
///
/// A row has a column `id` and a column `vector` or `embedding`: numbers in a list of JSON, or with spaces or commas between
/// them. A list of lists gives several vectors of one article, and so do several rows with one id: that of the title first, see
/// [`Embedder::of_article`](helpdex::vectors::Embedder::of_article). An empty cell, and zeros, give none. `columns` names other
/// columns, as pairs of field and column. `model` is the name of the model that made the vectors.
///
/// ```
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("articles.csv");
/// std::fs::write(&path, "id,title,embedding\npin,Reset your PIN,\"[0.5, 0.25, 0]\"\n")?;
/// let given = helpdex_import::read_vectors(&path, "my-model", &[])?;
/// let (id, vectors) = given.iter().next().unwrap();
/// assert_eq!((id, vectors[0].dimension()), ("pin", 3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Storage`](helpdex::ErrorKind::Storage) when the file cannot be read; [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for
/// a file without such columns or without a vector, and for a row that is no vector, or one of another length, with its line.
pub fn read_vectors(
    path: impl AsRef<Path>,
    model: &str,
    columns: &[(String, String)],
) -> Result<GivenVectors> {
    let path = path.as_ref();
    let input = Input::open(path, &Patterns::new(&[]))?;
    let mut reader = Reader {
        model,
        columns,
        given: None,
        failed: None,
    };
    for_each_row(&input, FIELDS, &[LIST_FIELD], &mut reader)?;
    if let Some(error) = reader.failed {
        return Err(if error.path().is_some() {
            error
        } else {
            error.at_path(path)
        });
    }
    reader.given.ok_or_else(|| {
        Error::invalid(
            "no vector is in it; give a table with a column \"id\" and a column \"vector\"",
        )
        .at_path(path)
    })
}

impl TakesFiles for Reader<'_> {
    fn passed_over(&mut self, _: &InputFile) {}

    fn failed_file(&mut self, error: Error, _: &InputFile) {
        self.failed.get_or_insert(error);
    }
}

impl TakesRows for Reader<'_> {
    fn chosen_columns(&self) -> &[(String, String)] {
        self.columns
    }

    fn columns(&mut self, _: &str) {}

    fn row(&mut self, row: &Row, origin: Origin) {
        if self.failed.is_none()
            && let Err(error) = self.read(row)
        {
            self.failed = Some(at(error, &origin));
        }
    }

    fn failed_row(&mut self, error: Error, origin: &Origin) {
        self.failed.get_or_insert_with(|| at(error, origin));
    }
}

impl Reader<'_> {
    fn read(&mut self, row: &Row) -> Result<()> {
        let cell = row.get(LIST_FIELD).map_or("", |cell| cell.trim());
        if matches!(cell, "" | "null") {
            return Ok(());
        }
        let id = row.get("id").map_or("", |id| id.trim());
        if id.is_empty() {
            return Err(Error::invalid(
                "a vector has no id; give a column \"id\" with the id of the article or ticket",
            ));
        }
        for values in numbers(cell).ok_or_else(not_numbers)? {
            let given = match &mut self.given {
                Some(given) => given,
                None => self
                    .given
                    .insert(GivenVectors::new(self.model, values.len())?),
            };
            given.insert(id, Vector::new(self.model, &values)?)?;
        }
        Ok(())
    }
}

fn not_numbers() -> Error {
    Error::invalid("the vector is no list of numbers; write it like [0.25, -0.5]")
}

/// Reads one vector or several out of a cell; `None` for a cell that has none.
fn numbers(cell: &str) -> Option<Vec<Vec<f32>>> {
    if let Ok(lists) = serde_json::from_str::<Vec<Vec<f32>>>(cell) {
        return Some(lists);
    }
    let inside = cell.trim_start_matches(['[', '(', '{']);
    let inside = inside.trim_end_matches([']', ')', '}']);
    let numbers = inside.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';'));
    let numbers = numbers.filter(|number| !number.is_empty()).map(str::parse);
    let numbers: Vec<f32> = numbers.collect::<Result<_, _>>().ok()?;
    (!numbers.is_empty()).then(|| vec![numbers])
}

fn at(error: Error, origin: &Origin) -> Error {
    let error = match &origin.record {
        Some(record) => Error::new(error.kind(), format!("{record}: {error}")),
        None => error,
    };
    let error = error.at_path(Path::new(&origin.path));
    match origin.line {
        Some(line) => error.at_line(line),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str) -> Result<GivenVectors> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        read_vectors(&path, "m", &[])
    }

    fn counts(given: &GivenVectors) -> Vec<(&str, usize)> {
        let all = given.iter();
        all.map(|(id, vectors)| (id, vectors.len())).collect()
    }

    #[test]
    fn vectors_are_read_out_of_every_form_of_table() {
        let expected = [("a", 2), ("b", 1)];
        for (name, text) in [
            (
                "t.csv",
                "id;title;Vector\na;A;\"[1, 2]\"\nb;B;1 -2e-3\na;A;(3, 4)\nc;C;\nd;D;0 0\n",
            ),
            ("t.tsv", "key\tembeddings\na\t[[1, 2], [3, 4]]\nb\t[1 2]\n"),
            (
                "t.json",
                r#"[{"id": "a", "vectors": [[1, 2], [3, 4]]}, {"id": "b", "vector": [1, 2]}, {"id": "c", "vector": null}]"#,
            ),
            (
                "t.jsonl",
                "{\"id\": \"a\", \"vectors\": [[1, 2], [3, 4]]}\n{\"id\": \"b\", \"vector\": [1, 2.5]}\n",
            ),
        ] {
            let given = read(name, text).unwrap();
            let found: Vec<_> = counts(&given);
            let found: Vec<_> = found.into_iter().filter(|(_, count)| *count > 0).collect();
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn a_row_that_is_no_vector_is_named_with_the_remedy() {
        for (text, expected) in [
            (
                "id,vector\na,1 2\nb,one two\n",
                "t.csv:3: the vector is no list of numbers",
            ),
            (
                "id,vector\na,1 2\nb,1 2 3\n",
                "t.csv:3: article \"b\": a vector is of",
            ),
            (
                "id,vector\na,1 nan\n",
                "t.csv:2: a vector of \"m\" has a value",
            ),
            ("id,vector\n,1 2\n", "t.csv:2: a vector has no id"),
            ("id,title\na,A\n", "no column is a vector"),
            ("id,vector\na,\n", "no vector is in it"),
        ] {
            let error = read("t.csv", text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
