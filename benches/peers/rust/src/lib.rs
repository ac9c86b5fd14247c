//! The protocol of `benches/peers/README.md` for peers in Rust.

use std::error::Error;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write as _};
use std::path::Path;
use std::time::Instant;

use rustix::time::{ClockId, clock_gettime};

/// A result whose error ends the worker.
pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// An article, which is a line of `articles.tsv`.
pub struct Article {
    /// The id of the article, unique in the file.
    pub id: String,
    /// The language tag of the article.
    pub locale: String,
    /// The visibility of the article: `public`, `signed_in` or `internal`.
    pub visibility: String,
    /// The title, one line.
    pub title: String,
    /// The body, in Markdown.
    pub body: String,
}

/// A query, which is a line of `queries.tsv`.
pub struct Query {
    /// The language tag of the query.
    pub locale: String,
    /// The text, as the customer wrote it.
    pub text: String,
}

/// A search engine that is measured.
pub trait Peer: Sized {
    /// Writes the index.
    ///
    /// # Errors
    /// What the engine says.
    fn build(mode: &str, articles: &Path, index: &Path) -> Result<()>;
    /// Opens the index for queries.
    ///
    /// # Errors
    /// What the engine says.
    fn open(mode: &str, index: &Path) -> Result<Self>;
    /// Opens the index for queries and changes.
    ///
    /// # Errors
    /// What the engine says.
    fn open_for_changes(mode: &str, index: &Path) -> Result<Self> {
        Self::open(mode, index)
    }
    /// Returns the ids of the five best articles, best first.
    ///
    /// # Errors
    /// What the engine says.
    fn answer(&mut self, query: &Query) -> Result<Vec<String>>;
    /// Replaces the article with the same id, so that the next answer knows the new one.
    ///
    /// # Errors
    /// What the engine says.
    fn change(&mut self, article: Article) -> Result<()>;
}

/// Runs a peer by the arguments of the program: `PROGRAM MODE build|serve|update FOLDER INDEX`.
///
/// # Errors
/// What the engine says.
pub fn run<P: Peer>() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [mode, command, folder, index] = &arguments[..] else {
        return Err("usage: PROGRAM MODE build|serve|update FOLDER INDEX".into());
    };
    let (folder, index) = (Path::new(folder), Path::new(index));
    let file = folder.join("articles.tsv");
    match command.as_str() {
        "build" => {
            fs::create_dir_all(index)?;
            let cpu = cpu_us(ClockId::ProcessCPUTime);
            P::build(mode, &file, index)?;
            let cpu = cpu_us(ClockId::ProcessCPUTime) - cpu;
            let peak = peak_memory_mb()?;
            println!("{{\"cpu_s\": {}, \"peak_mb\": {peak}}}", cpu / 1e6);
        }
        "serve" => serve::<P>(mode, index, &queries(&folder.join("queries.tsv"))?)?,
        "update" => {
            let mut article = articles(&file)?.next().ok_or("no articles")??;
            let mut peer = P::open_for_changes(mode, index)?;
            let (id, word) = (article.id.clone(), "zqchanged");
            article.title = format!("{} {word}", article.title);
            let query = Query {
                locale: article.locale.clone(),
                text: word.to_owned(),
            };
            let (wall, cpu) = (Instant::now(), cpu_us(ClockId::ProcessCPUTime));
            peer.change(article)?;
            let found = peer.answer(&query)?;
            let (wall, cpu) = (wall.elapsed(), cpu_us(ClockId::ProcessCPUTime) - cpu);
            if found.first() != Some(&id) {
                return Err(format!("the changed article is not found: {found:?}").into());
            }
            let wall_ms = wall.as_secs_f64() * 1e3;
            println!("{{\"wall_ms\": {wall_ms}, \"cpu_ms\": {}}}", cpu / 1e3);
        }
        other => return Err(format!("unknown command {other:?}").into()),
    }
    Ok(())
}

fn serve<P: Peer>(mode: &str, index: &Path, queries: &[Query]) -> Result<()> {
    let (wall, cpu) = (Instant::now(), cpu_us(ClockId::ProcessCPUTime));
    let mut peer = P::open(mode, index)?;
    peer.answer(&queries[0])?;
    let (wall, cpu) = (wall.elapsed(), cpu_us(ClockId::ProcessCPUTime) - cpu);
    let wall_ms = wall.as_secs_f64() * 1e3;
    println!("{{\"wall_ms\": {wall_ms}, \"cpu_ms\": {}}}", cpu / 1e3);
    for line in io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        let ["RUN", first, count, seconds] = words[..] else {
            return Err(format!("unknown command {line:?}").into());
        };
        let (first, count): (usize, usize) = (first.parse()?, count.parse()?);
        let limit: f64 = seconds.parse()?;
        let start = Instant::now();
        let (mut times, mut found) = (String::new(), Vec::new());
        for query in &queries[first..first + count] {
            let cpu = cpu_us(ClockId::ThreadCPUTime);
            let ids = peer.answer(query)?;
            let cpu = cpu_us(ClockId::ThreadCPUTime) - cpu;
            let comma = if times.is_empty() { "" } else { ", " };
            write!(times, "{comma}{cpu}")?;
            found.push(ids);
            if start.elapsed().as_secs_f64() > limit {
                break;
            }
        }
        let found = serde_json::to_string(&found)?;
        println!("{{\"cpu_us\": [{times}], \"ids\": {found}}}");
        io::stdout().flush()?;
    }
    Ok(())
}

/// Returns the articles of a file, one at a time.
///
/// # Errors
/// When it cannot be read.
pub fn articles(file: &Path) -> Result<impl Iterator<Item = Result<Article>>> {
    let lines = BufReader::with_capacity(1 << 20, File::open(file)?).lines();
    Ok(lines.map(|line| {
        let line = line?;
        let mut fields = line.split('\t').map(str::to_owned);
        let mut next = || fields.next().ok_or("a line has five fields");
        Ok(Article {
            id: next()?,
            locale: next()?,
            visibility: next()?,
            title: next()?,
            body: with_line_breaks(&next()?),
        })
    }))
}

fn queries(file: &Path) -> Result<Vec<Query>> {
    let text = fs::read_to_string(file)?;
    let query = |line: &str| {
        let (locale, text) = line.split_once('\t')?;
        Some(Query {
            locale: locale.to_owned(),
            text: with_line_breaks(text),
        })
    };
    Ok(text.lines().filter_map(query).collect())
}

/// Replaces vertical tabs by line breaks: a field of a file holds the former, which are white space to every engine.
#[must_use]
pub fn with_line_breaks(field: &str) -> String {
    field.replace('\u{b}', "\n")
}

fn cpu_us(clock: ClockId) -> f64 {
    let time = clock_gettime(clock);
    #[expect(clippy::cast_precision_loss)]
    let (seconds, nanoseconds) = (time.tv_sec as f64, time.tv_nsec as f64);
    seconds * 1e6 + nanoseconds / 1e3
}

fn peak_memory_mb() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kilobytes.ok_or("no VmHWM")?.parse::<u64>()? / 1_024)
}
