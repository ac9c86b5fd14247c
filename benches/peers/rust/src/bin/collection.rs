//! Writes the collection that all peers index and the queries that they are asked: `collection LOCALE ARTICLES QUERIES
//! FOLDER`.
//!
//! `articles.tsv` is a generated help center. `queries.tsv` holds QUERIES tickets of 5 words, as many of 100, and as
//! many of 500. `facts.json` says how long the texts are, and how many postings a query has.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;

use helpdex::{Article, ArticleFields, Locale};
use helpdex_benches::{SEED, larger_collection, sample_articles, sample_tickets};
use helpdex_peers::Result;
use helpdex_text::{Analysis, Analyzer};
use oorandom::Rand64;

/// The numbers of words of the queries, one for each kind of query.
const LENGTHS: [usize; 3] = [5, 100, 500];
/// The number of words of which one, on average, has two letters swapped.
const TYPO_EACH: u64 = 50;

/// The greeting and the closing of a ticket, by language.
const FRAMES: [(&str, &str, &str); 3] = [
    ("en", "Hi team,", "Many thanks and best regards,\nAna"),
    ("lt", "Laba diena,", "Ačiū iš anksto, pagarbiai\nAna"),
    (
        "tr",
        "Merhaba,",
        "Şimdiden teşekkürler, iyi çalışmalar\nAna",
    ),
];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [locale, articles, queries, folder] = &arguments[..] else {
        return Err("usage: collection LOCALE ARTICLES QUERIES FOLDER".into());
    };
    let (articles, queries): (usize, usize) = (articles.parse()?, queries.parse()?);
    let folder = Path::new(folder);
    fs::create_dir_all(folder)?;
    let articles = published(larger_collection(
        &sample_articles(locale)?,
        articles,
        SEED,
    )?)?;
    let texts = Texts::new(locale, &articles)?;
    let mut random = Rand64::new(SEED.into());
    let queries: Vec<Vec<String>> = LENGTHS
        .iter()
        .map(|&words| {
            let ticket = |_| texts.ticket(words, &mut random);
            (0..queries).map(ticket).collect()
        })
        .collect();

    let mut file = BufWriter::new(File::create(folder.join("articles.tsv"))?);
    for article in &articles {
        let fields = article.fields();
        writeln!(
            file,
            "{}\t{}\t{}\t{}\t{}",
            fields.id,
            fields.locale,
            fields.visibility.name(),
            one_line(&fields.title),
            one_line(&fields.body)
        )?;
    }
    file.flush()?;
    let mut file = BufWriter::new(File::create(folder.join("queries.tsv"))?);
    for query in queries.iter().flatten() {
        writeln!(file, "{locale}\t{}", one_line(query))?;
    }
    file.flush()?;
    fs::write(
        folder.join("facts.json"),
        facts(locale, &articles, &queries)?,
    )?;
    Ok(())
}

/// Returns the same articles, all of them published, so that every peer indexes the articles that Helpdex shows.
fn published(articles: Vec<Article>) -> Result<Vec<Article>> {
    let publish = |article: Article| {
        Ok(Article::new(ArticleFields {
            status: helpdex::article::Status::Published,
            user_segments: Vec::new(),
            ..article.fields().clone()
        })?)
    };
    articles.into_iter().map(publish).collect()
}

/// The texts that queries are made of.
struct Texts<'a> {
    articles: Vec<Vec<&'a str>>,
    /// The words of each sample ticket, as customers write.
    tickets: Vec<Vec<String>>,
    greeting: &'static str,
    closing: &'static str,
}

impl<'a> Texts<'a> {
    fn new(locale: &str, articles: &'a [Article]) -> Result<Self> {
        let frame = FRAMES.iter().find(|(code, ..)| *code == locale);
        let (_, greeting, closing) = frame.ok_or("no greeting in this language")?;
        let words = |text: &'a str| text.split_whitespace().filter(|w| is_word(w));
        let of_article = |article: &'a Article| {
            let fields = article.fields();
            words(&fields.title).chain(words(&fields.body)).collect()
        };
        let tickets = sample_tickets(locale)?.into_iter();
        let of_ticket = |text: String| text.split_whitespace().map(str::to_owned).collect();
        Ok(Self {
            articles: articles.iter().map(of_article).collect(),
            tickets: tickets.filter_map(|t| t.text).map(of_ticket).collect(),
            greeting,
            closing,
        })
    }

    /// Returns a query: runs of words from one article and from sample tickets in turn, with typing errors; a long one
    /// also has a greeting, an order number and a closing.
    fn ticket(&self, words: usize, random: &mut Rand64) -> String {
        let article = draw(random, &self.articles);
        // People repeat themselves: there are a few tickets behind a query.
        let tickets: Vec<&Vec<String>> = (0..=words / 100)
            .map(|_| draw(random, &self.tickets))
            .collect();
        let mut text: Vec<String> = Vec::new();
        let is_long = words >= 50;
        if is_long {
            text.extend(self.greeting.split_whitespace().map(str::to_owned));
            text.push(format!("#{}", random.rand_range(10_000..1_000_000)));
        }
        let closing: Vec<&str> = self.closing.split_whitespace().collect();
        let wanted = if is_long {
            words - closing.len()
        } else {
            words
        };
        let mut is_of_article = true;
        while text.len() < wanted {
            let length = if is_long {
                index(random, 8) + 5
            } else {
                index(random, 2) + 2
            };
            if is_of_article {
                text.extend(run(random, article, length).iter().map(|&w| w.to_owned()));
            } else {
                let ticket = *draw(random, &tickets);
                text.extend(run(random, ticket, length).iter().cloned());
            }
            is_of_article = !is_of_article;
        }
        text.truncate(wanted);
        for word in &mut text {
            if random.rand_range(0..TYPO_EACH) == 0 {
                *word = swapped(word, random);
            }
        }
        let text = text.join(" ");
        if is_long {
            format!("{text}\n{}", self.closing)
        } else {
            text
        }
    }
}

/// Whether a word is neither a mark of Markdown nor a link.
fn is_word(word: &str) -> bool {
    word.chars().any(char::is_alphanumeric) && !word.contains("](")
}

/// Returns the word with two neighbouring letters swapped.
fn swapped(word: &str, random: &mut Rand64) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() > 3 {
        let at = index(random, letters.len() - 2) + 1;
        letters.swap(at, at - 1);
    }
    letters.into_iter().collect()
}

fn run<'a, T>(random: &mut Rand64, words: &'a [T], length: usize) -> &'a [T] {
    let length = length.min(words.len());
    let start = index(random, words.len() - length + 1);
    &words[start..start + length]
}

fn draw<'a, T>(random: &mut Rand64, from: &'a [T]) -> &'a T {
    &from[index(random, from.len())]
}

fn index(random: &mut Rand64, end: usize) -> usize {
    let drawn = random.rand_range(0..end as u64);
    usize::try_from(drawn).expect("it is below a size")
}

fn one_line(text: &str) -> String {
    text.replace('\t', " ").replace(['\r', '\n'], "\u{b}")
}

/// Returns the sizes of the collection, and for each length of query the mean number of its distinct terms and of their
/// postings in title and body, with and without function words.
fn facts(locale: &str, articles: &[Article], queries: &[Vec<String>]) -> Result<String> {
    let locale: Locale = locale.parse()?;
    let analyzer = Analyzer::new(&locale);
    let mut analysis = Analysis::default();
    let mut terms_of = |text: &str| -> BTreeSet<(String, bool)> {
        analyzer.analyze(text, &mut analysis);
        let words = analysis.words();
        words
            .map(|word| (word.term.to_owned(), word.is_function_word))
            .collect()
    };
    let mut by_term: BTreeMap<String, usize> = BTreeMap::new();
    let mut text_bytes = 0;
    for article in articles {
        let fields = article.fields();
        text_bytes += fields.title.len() + fields.body.len();
        for text in [&fields.title, &fields.body] {
            for (term, _) in terms_of(text) {
                *by_term.entry(term).or_default() += 1;
            }
        }
    }
    let mut kinds = Vec::new();
    for (words, queries) in LENGTHS.iter().zip(queries) {
        let (mut terms, mut content_terms, mut postings, mut content_postings) = (0, 0, 0, 0);
        for query in queries {
            for (term, is_function_word) in terms_of(query) {
                let frequency = by_term.get(&term).copied().unwrap_or(0);
                terms += 1;
                postings += frequency;
                if !is_function_word {
                    content_terms += 1;
                    content_postings += frequency;
                }
            }
        }
        kinds.push(serde_json::json!({
            "words": words,
            "queries": queries.len(),
            "terms": terms / queries.len(),
            "content_terms": content_terms / queries.len(),
            "postings": postings / queries.len(),
            "content_postings": content_postings / queries.len(),
        }));
    }
    let facts = serde_json::json!({
        "articles": articles.len(),
        "text_bytes": text_bytes,
        "distinct_terms": by_term.len(),
        "queries": kinds,
    });
    Ok(facts.to_string())
}
