//! Exports a corpus of articles and labelled tickets as a data set in BEIR form.
//!
//! A corpus is a folder with `articles/` (see [`read_articles`]) and `tickets/`, whose `.jsonl` files have one
//! [`LabelledTicket`] per line.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use helpdex::{Article, Error, Message, Result, Ticket, Timestamp, Visibility};
use helpdex_import::{ImportOptions, TicketLine, open_file, parse_json_lines, read_articles};
use serde_json::json;

/// The share of the tickets, in percent, that are the train split. The splits are by time: first train, then dev, then
/// test.
const TRAIN_SHARE_PERCENT: usize = 40;
/// The share of the tickets, in percent, that are the dev split.
const DEV_SHARE_PERCENT: usize = 10;

/// A ticket with the articles that answer it: a line of a tickets file, with `id`, `created_at`, `language`, and
/// `answers` or `no_answer`.
#[derive(Clone, PartialEq)]
pub struct LabelledTicket {
    /// The id of the ticket, unique in the corpus.
    pub id: String,
    /// The time at which the ticket arrived.
    pub created_at: Timestamp,
    /// The ticket as it arrived.
    pub ticket: Ticket,
    /// The language that the ticket is written in.
    pub language: String,
    /// The translation groups of the articles that answer the ticket, best first.
    pub answers: Vec<String>,
    /// The reason for which no article answers the ticket, such as `missing_article`; `None` when one does.
    pub no_answer: Option<String>,
}

impl LabelledTicket {
    /// Returns the message of the ticket if it is a plain text that is not empty.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.ticket.message {
            Message::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    fn from_line(mut line: TicketLine) -> Result<Self> {
        let missing = |what: &str| Error::invalid(format!("the labelled ticket has no {what}"));
        let created_at = line.at().ok_or_else(|| missing("created_at"))?;
        let language = line.language.take().ok_or_else(|| missing("language"))?;
        let answers = std::mem::take(&mut line.answers);
        let no_answer = line.no_answer.take();
        let ticket = line.into_ticket()?;
        let id = ticket.reference.clone().ok_or_else(|| missing("id"))?;
        if answers.is_empty() != no_answer.is_some() {
            return Err(Error::invalid(format!(
                "ticket {id:?} needs either answers or no_answer"
            )));
        }
        Ok(Self {
            id,
            created_at,
            ticket,
            language,
            answers,
            no_answer,
        })
    }
}

impl fmt::Debug for LabelledTicket {
    /// Writes the id and the labels, never the text, which is private.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LabelledTicket")
            .field("id", &self.id)
            .field("language", &self.language)
            .field("answers", &self.answers)
            .field("no_answer", &self.no_answer)
            .finish_non_exhaustive()
    }
}

/// The numbers of articles and tickets that an export wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Exported {
    /// The number of public articles.
    pub articles: usize,
    /// The number of tickets in the train split.
    pub train: usize,
    /// The number of tickets in the dev split.
    pub dev: usize,
    /// The number of tickets in the test split.
    pub test: usize,
}

/// Writes the corpus in `folder` as a data set into the folder `into`: the public articles that are visible when the
/// last ticket arrives, and the tickets; only those in `language` if it is given.
///
/// An article is relevant when its translation group answers the ticket and it is in the ticket's language, or in
/// English when the group has no article in that language. The splits are by time over all tickets of the corpus.
///
/// # Errors
/// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for an unreadable article or ticket and for a label that names no
/// public article; [`Storage`](helpdex::ErrorKind::Storage) for a file that cannot be read or written.
pub fn export(folder: &Path, into: &Path, language: Option<&str>) -> Result<Exported> {
    let tickets = read_labelled_tickets(&folder.join("tickets"))?;
    let Some(last) = tickets.last() else {
        return Err(Error::invalid("the corpus has no tickets").at_path(folder));
    };
    let articles = public_articles(&folder.join("articles"), last.created_at)?;
    let mut exported = Exported {
        articles: articles.len(),
        ..Exported::default()
    };
    let qrels = into.join("qrels");
    fs::create_dir_all(&qrels).map_err(|e| Error::storage("make the folder", &qrels, e))?;
    let mut corpus = LineWriter::create(into.join("corpus.jsonl"))?;
    for article in &articles {
        corpus.write(&corpus_line(article)?)?;
    }
    corpus.finish()?;

    let relevant = Relevant::new(&articles);
    let mut queries = LineWriter::create(into.join("queries.jsonl"))?;
    let mut judgements = BTreeMap::new();
    for split in Split::ALL {
        let mut file = LineWriter::create(qrels.join(format!("{}.tsv", split.name())))?;
        file.write("query-id\tcorpus-id\tscore")?;
        judgements.insert(split, file);
    }
    let total = tickets.len();
    for (index, ticket) in tickets.iter().enumerate() {
        if language.is_some_and(|language| language != ticket.language) {
            continue;
        }
        let split = Split::at(index, total);
        queries.write(&query_line(ticket, split))?;
        *exported.count(split) += 1;
        for article in relevant.articles(ticket)? {
            if let Some(file) = judgements.get_mut(&split) {
                file.write(&format!("{}\t{article}\t1", ticket.id))?;
            }
        }
    }
    queries.finish()?;
    for file in judgements.into_values() {
        file.finish()?;
    }
    Ok(exported)
}

/// Reads every file of labelled tickets in `folder`, in chronological order, tickets of one moment by id.
///
/// # Errors
/// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) with file and line for an invalid line;
/// [`Storage`](helpdex::ErrorKind::Storage) for a file that cannot be read.
pub fn read_labelled_tickets(folder: &Path) -> Result<Vec<LabelledTicket>> {
    let entries =
        fs::read_dir(folder).map_err(|e| Error::storage("read the tickets", folder, e))?;
    let mut tickets = Vec::new();
    for entry in entries {
        let path = entry
            .map_err(|e| Error::storage("read the tickets", folder, e))?
            .path();
        if path
            .extension()
            .is_some_and(|extension| extension == "jsonl")
        {
            read_ticket_file(&path, &mut tickets)?;
        }
    }
    tickets.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
    Ok(tickets)
}

fn read_ticket_file(path: &Path, tickets: &mut Vec<LabelledTicket>) -> Result<()> {
    let file = open_file("read the tickets", path)?;
    let lines = parse_json_lines(BufReader::new(file), path, |line| {
        LabelledTicket::from_line(TicketLine::parse(line, "a labelled ticket")?)
    });
    for ticket in lines {
        tickets.push(ticket?);
    }
    Ok(())
}

fn public_articles(folder: &Path, now: Timestamp) -> Result<Vec<Article>> {
    let files = read_articles(folder, &ImportOptions::default())?;
    if let Some(error) = files.skipped.into_first() {
        return Err(error);
    }
    let mut articles = files.articles.collect::<Result<Vec<_>>>()?;
    articles.retain(|article| {
        article.fields().visibility == Visibility::Public && article.unpublished_at(now).is_none()
    });
    Ok(articles)
}

fn corpus_line(article: &Article) -> Result<String> {
    let clean = article.clean()?;
    let mut text = String::new();
    for section in &clean.sections {
        for part in [&section.heading, &section.text] {
            if !part.is_empty() {
                if !text.is_empty() {
                    text.push_str("\n\n");
                }
                text.push_str(part);
            }
        }
    }
    let metadata = json!({
        "lang": article.locale(),
        "translation_group": article.translation_group(),
    });
    let title = &article.fields().title;
    let line = json!({"_id": article.id(), "title": title, "text": text, "metadata": metadata});
    Ok(line.to_string())
}

/// Returns the line of a ticket with its decoded message, as a helpdesk would pass it on before cleaning.
fn query_line(ticket: &LabelledTicket, split: Split) -> String {
    let clean = ticket.ticket.clean();
    let subject = match (&ticket.ticket.subject, &ticket.ticket.message) {
        (Some(subject), _) => subject,
        // Of an e-mail the cleaned subject is the only one to be had.
        (None, Message::Email(_)) => clean.subject(),
        (None, _) => "",
    };
    let text = if subject.is_empty() {
        clean.decoded().to_owned()
    } else {
        format!("{subject}\n\n{}", clean.decoded())
    };
    let mut metadata = json!({
        "split": split.name(),
        "date": ticket.created_at,
        "language": ticket.language,
    });
    if let Some(locale) = &ticket.ticket.locale {
        metadata["lang"] = json!(locale);
    }
    if let Some(kind) = &ticket.no_answer {
        metadata["oos"] = json!(true);
        metadata["oos_kind"] = json!(kind);
    }
    json!({"_id": ticket.id, "text": text, "metadata": metadata}).to_string()
}

/// The split of a data set that a ticket belongs to, by its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Split {
    Train,
    Dev,
    Test,
}

impl Split {
    const ALL: [Self; 3] = [Self::Train, Self::Dev, Self::Test];

    fn at(index: usize, total: usize) -> Self {
        if index * 100 < total * TRAIN_SHARE_PERCENT {
            Self::Train
        } else if index * 100 < total * (TRAIN_SHARE_PERCENT + DEV_SHARE_PERCENT) {
            Self::Dev
        } else {
            Self::Test
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Dev => "dev",
            Self::Test => "test",
        }
    }
}

impl Exported {
    fn count(&mut self, split: Split) -> &mut usize {
        match split {
            Split::Train => &mut self.train,
            Split::Dev => &mut self.dev,
            Split::Test => &mut self.test,
        }
    }
}

/// The right article of each translation group for each language.
struct Relevant<'a>(BTreeMap<(&'a str, &'a str), &'a str>);

impl<'a> Relevant<'a> {
    fn new(articles: &'a [Article]) -> Self {
        let by_key = articles.iter().map(|article| {
            let key = (article.translation_group(), article.locale().language());
            (key, article.id())
        });
        Self(by_key.collect())
    }

    /// Returns the ids of the articles that answer a ticket.
    fn articles(&self, ticket: &LabelledTicket) -> Result<Vec<&'a str>> {
        let groups = ticket.answers.iter();
        groups.map(|group| self.article(group, ticket)).collect()
    }

    fn article(&self, group: &str, ticket: &LabelledTicket) -> Result<&'a str> {
        let in_language = self.0.get(&(group, ticket.language.as_str()));
        let article = in_language.or_else(|| self.0.get(&(group, "en")));
        article.copied().ok_or_else(|| {
            Error::invalid(format!(
                "ticket {:?} is answered by {group:?}, which is not a public article; correct the label or publish the \
                 article",
                ticket.id
            ))
        })
    }
}

struct LineWriter {
    path: PathBuf,
    writer: BufWriter<File>,
}

impl LineWriter {
    fn create(path: PathBuf) -> Result<Self> {
        let file = File::create(&path).map_err(|e| Error::storage("write the file", &path, e))?;
        Ok(Self {
            path,
            writer: BufWriter::new(file),
        })
    }

    fn write(&mut self, line: &str) -> Result<()> {
        writeln!(self.writer, "{line}").map_err(|e| Error::storage("write the file", &self.path, e))
    }

    fn finish(mut self) -> Result<()> {
        self.writer
            .flush()
            .map_err(|e| Error::storage("write the file", &self.path, e))
    }
}
