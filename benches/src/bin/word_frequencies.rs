//! Makes the table of word frequencies that helpdex-text ships from the lists that `benches/word_frequencies.py`
//! prints.
//!
//! `python3 benches/word_frequencies.py | cargo run --release -p helpdex-benches --bin word_frequencies`
//!
//! The counts of all words that the analyzer turns into the same term are summed. A word that becomes several terms, as
//! Chinese and Thai words may, counts for each of them.

use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::path::Path;

use helpdex_text::{Analysis, Analyzer, Locale, encode_word_frequencies};

/// The number of terms that are kept of a language other than English, which keeps the table below 1 MB.
const KEPT_TERMS: usize = 10_000;
/// The number of terms that are kept of English, which names most products and their parts, also in tickets in other
/// languages.
const KEPT_ENGLISH_TERMS: usize = 20_000;

fn main() -> Result<(), Box<dyn Error>> {
    let languages = count_terms(io::stdin().lock())?;
    let table = encode_word_frequencies(&languages, |code| match code {
        "en" => KEPT_ENGLISH_TERMS,
        _ => KEPT_TERMS,
    });
    println!("{} languages, {} bytes", languages.len(), table.len());
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    std::fs::write(
        crates.join("helpdex-text/data/word_frequencies/table.bin"),
        table,
    )?;
    Ok(())
}

/// Returns the occurrences of each term among a billion words, by language.
fn count_terms(
    lines: impl io::BufRead,
) -> Result<BTreeMap<String, BTreeMap<String, f64>>, Box<dyn Error>> {
    let mut languages: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
    let mut analyzers: BTreeMap<String, Analyzer> = BTreeMap::new();
    let mut analysis = Analysis::default();
    for line in lines.lines() {
        let line = line?;
        let [language, word, count] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err(format!("not a line of three fields: {line:?}").into());
        };
        let count: f64 = count.parse()?;
        if !analyzers.contains_key(language) {
            let analyzer = Analyzer::new(&language.parse::<Locale>()?);
            analyzers.insert(language.to_owned(), analyzer);
        }
        analyzers[language].analyze(word, &mut analysis);
        let terms = languages.entry(language.to_owned()).or_default();
        for word in analysis.words() {
            *terms.entry(word.term.to_owned()).or_default() += count;
        }
    }
    Ok(languages)
}
