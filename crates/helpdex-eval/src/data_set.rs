//! Reads a data set in BEIR form: articles, and queries with their judgements or marked as unanswerable.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufReader;
use std::path::Path;

use helpdex::vectors::{GivenVectors, Vector};
use helpdex::{Article, ArticleFields, Error, Result, Ticket, Timestamp, Visibility};
use helpdex_import::{json_lines, open_file};
use serde::Deserialize;

use crate::vector_files::VectorFiles;

/// The number of train tickets that each article answered, which the popularity baseline needs.
pub(crate) type TrainCounts = BTreeMap<String, usize>;

/// The name of the file of articles in a data set, as BEIR has it.
const CORPUS_FILE: &str = "corpus.jsonl";
/// The name of the file of queries in a data set, as BEIR has it.
const QUERIES_FILE: &str = "queries.jsonl";
/// The name of the folder with the files of judgements in a data set, as BEIR has it.
const QRELS_FOLDER: &str = "qrels";

/// The name of the split that the engine learns from.
pub(crate) const TRAIN_SPLIT: &str = "train";

/// The name of the split that thresholds are chosen from.
const DEV_SPLIT: &str = "dev";

/// The locale of articles that state no locale.
const DEFAULT_LOCALE: &str = "en";

/// All articles of a data set, and the queries of one of its splits.
pub(crate) struct DataSet {
    pub articles: Vec<Article>,
    /// The number of articles without title and text, which are left out.
    pub empty_articles: usize,
    pub queries: Vec<JudgedQuery>,
    /// The queries of the train split, which the engine learns.
    pub train: Vec<JudgedQuery>,
    /// The queries of the dev split that are not also in the answered split.
    pub dev: Vec<JudgedQuery>,
    pub train_counts: TrainCounts,
    /// The vectors of the articles; `None` without any. Each query has its own vector.
    pub vectors: Option<GivenVectors>,
}

/// A query with its judgements.
pub(crate) struct JudgedQuery {
    pub id: String,
    pub ticket: Ticket,
    pub text: String,
    /// The time at which the query arrived; the beginning of 1970 when the data set has none.
    pub at: Timestamp,
    pub grades: BTreeMap<String, u32>,
    /// The kind of question, possibly empty, if people marked that no article answers the query; else `None`.
    pub unanswerable: Option<String>,
}

impl JudgedQuery {
    /// Whether an article was judged to answer the query.
    pub(crate) fn is_judged(&self) -> bool {
        self.grades.values().any(|grade| *grade > 0)
    }
}

#[derive(Deserialize)]
struct CorpusLine {
    #[serde(rename = "_id")]
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    metadata: CorpusMetadata,
}

#[derive(Deserialize, Default)]
struct CorpusMetadata {
    lang: Option<String>,
    translation_group: Option<String>,
}

#[derive(Deserialize)]
struct QueryLine {
    #[serde(rename = "_id")]
    id: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    metadata: QueryMetadata,
}

#[derive(Deserialize, Default)]
struct QueryMetadata {
    split: Option<String>,
    lang: Option<String>,
    #[serde(default)]
    oos: bool,
    oos_kind: Option<String>,
    date: Option<String>,
}

impl DataSet {
    /// Reads a data set. `vectors` is the folder with the vectors of its articles and queries, if there is one.
    pub(crate) fn read(folder: &Path, split: &str, vectors: Option<&Path>) -> Result<Self> {
        let qrels = folder.join(QRELS_FOLDER);
        let path = qrels.join(format!("{split}.tsv"));
        let grades = read_qrels(&path)?.ok_or_else(|| {
            Error::invalid(format!(
                "split {split:?} has no judgements; give one of {}",
                splits(&qrels)
            ))
            .at_path(&path)
        })?;
        let mut train_counts = TrainCounts::new();
        let train_grades = read_qrels(&qrels.join(format!("{TRAIN_SPLIT}.tsv")))?;
        let train_grades = train_grades.unwrap_or_default();
        for (article, _) in train_grades.values().flatten().filter(|(_, g)| **g > 0) {
            *train_counts.entry(article.clone()).or_default() += 1;
        }
        let ReadArticles {
            articles,
            empty: empty_articles,
            ids,
        } = read_articles(&folder.join(CORPUS_FILE))?;
        let queries_path = folder.join(QUERIES_FILE);
        let vectors = match vectors {
            Some(vectors) => Some(VectorFiles::read(
                vectors,
                &ids,
                count_lines(&queries_path)?,
            )?),
            None => None,
        };
        let of_queries: &[Option<Vector>] = vectors.as_ref().map_or(&[], |read| &read.queries);
        let read_split =
            |split: &str, grades| read_queries(&queries_path, split, grades, of_queries);
        let queries = read_split(split, grades)?;
        let train = read_split(TRAIN_SPLIT, train_grades)?;
        let dev_grades = read_qrels(&qrels.join(format!("{DEV_SPLIT}.tsv")))?;
        let mut dev = read_split(DEV_SPLIT, dev_grades.unwrap_or_default())?;
        let reported: BTreeSet<&str> = queries.iter().map(|query| query.id.as_str()).collect();
        dev.retain(|query| !reported.contains(query.id.as_str()));
        Ok(Self {
            articles,
            empty_articles,
            queries,
            train,
            dev,
            train_counts,
            vectors: vectors.map(|read| read.articles),
        })
    }
}

/// The articles of a corpus.
struct ReadArticles {
    articles: Vec<Article>,
    empty: usize,
    /// The id of each line.
    ids: Vec<String>,
}

/// Returns the number of lines of a file.
fn count_lines(path: &Path) -> Result<usize> {
    let mut count = 0;
    for_each_line(path, |_: serde::de::IgnoredAny| {
        count += 1;
        Ok(())
    })?;
    Ok(count)
}

fn read_articles(path: &Path) -> Result<ReadArticles> {
    let mut articles = Vec::new();
    let mut ids = Vec::new();
    let mut empty = 0;
    for_each_line(path, |line: CorpusLine| {
        ids.push(line.id.clone());
        if line.title.trim().is_empty() && line.text.trim().is_empty() {
            empty += 1;
            return Ok(());
        }
        articles.push(Article::new(ArticleFields {
            id: line.id,
            translation_group: line.metadata.translation_group,
            locale: line.metadata.lang.unwrap_or_else(|| DEFAULT_LOCALE.into()),
            title: line.title,
            body: line.text,
            visibility: Visibility::Public,
            ..ArticleFields::default()
        })?);
        Ok(())
    })?;
    Ok(ReadArticles {
        articles,
        empty,
        ids,
    })
}

/// Reads the queries of a split, in the order of the file: those whose metadata names the split, and those with grades.
/// `grades` has the judgements of the split by query id. `vectors` has one entry per line of the file.
fn read_queries(
    path: &Path,
    split: &str,
    mut grades: BTreeMap<String, BTreeMap<String, u32>>,
    vectors: &[Option<Vector>],
) -> Result<Vec<JudgedQuery>> {
    let mut queries = Vec::new();
    let mut vectors = vectors.iter();
    for_each_line(path, |line: QueryLine| {
        let vector = vectors.next().cloned().flatten();
        let grades = grades.remove(&line.id);
        if grades.is_none() && line.metadata.split.as_deref() != Some(split) {
            return Ok(());
        }
        let locale = line.metadata.lang.as_deref().map(str::parse).transpose()?;
        let at = line
            .metadata
            .date
            .as_deref()
            .and_then(|date| date.parse().ok());
        queries.push(JudgedQuery {
            id: line.id,
            ticket: Ticket {
                locale,
                vector,
                ..Ticket::from_text(line.text.clone())
            },
            text: line.text,
            at: at.unwrap_or(Timestamp::from_unix_seconds(0)),
            grades: grades.unwrap_or_default(),
            unanswerable: line
                .metadata
                .oos
                .then(|| line.metadata.oos_kind.unwrap_or_default()),
        });
        Ok(())
    })?;
    Ok(queries)
}

/// Reads the grades by query and article. The file has a header line, then lines of `query-id`, `corpus-id` and `score`
/// separated by tabs. Returns `None` when the file does not exist.
fn read_qrels(path: &Path) -> Result<Option<BTreeMap<String, BTreeMap<String, u32>>>> {
    let file = match open_file("open the judgements", path) {
        Ok(file) => file,
        Err(error) if error.is_missing_file() => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut grades: BTreeMap<String, BTreeMap<String, u32>> = BTreeMap::new();
    for line in json_lines(BufReader::new(file), path) {
        let (number, line) = line?;
        if number == 1 {
            continue;
        }
        // A line that is not UTF-8 counts as one without columns.
        let line = std::str::from_utf8(&line).unwrap_or_default();
        let mut columns = line.split('\t');
        let (query, article, grade) = (columns.next(), columns.next(), columns.next());
        let grade = grade.and_then(|grade| grade.trim().parse::<i64>().ok());
        let (Some(query), Some(article), Some(grade)) = (query, article, grade) else {
            return Err(Error::invalid(
                "the line is not query-id, corpus-id and a whole number, separated by tabs",
            )
            .at_path(path)
            .at_line(number));
        };
        grades
            .entry(query.to_owned())
            .or_default()
            .insert(article.to_owned(), u32::try_from(grade).unwrap_or(0));
    }
    Ok(Some(grades))
}

fn splits(qrels: &Path) -> String {
    let names: BTreeSet<String> = std::fs::read_dir(qrels)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some(entry.path().file_stem()?.to_string_lossy().into_owned()))
        .collect();
    if names.is_empty() {
        "the splits in the folder \"qrels\" (there is none)".to_owned()
    } else {
        names.into_iter().collect::<Vec<_>>().join(", ")
    }
}

fn for_each_line<T: for<'de> Deserialize<'de>>(
    path: &Path,
    mut take: impl FnMut(T) -> Result<()>,
) -> Result<()> {
    let file = open_file("open the file", path)?;
    for line in json_lines(BufReader::new(file), path) {
        let (number, line) = line?;
        let parsed = serde_json::from_slice(&line).map_err(|e| {
            Error::unreadable_json("an entry of a data set", &e)
                .at_path(path)
                .at_line(number)
        })?;
        take(parsed).map_err(|error| error.at_path(path).at_line(number))?;
    }
    Ok(())
}
