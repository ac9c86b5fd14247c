//! Measures how often suggestions change while a ticket is typed word by word, and how often the last list differs from
//! that of `suggest`. It uses the plain-text tickets of the sample corpus, and nothing is learned.

use std::io::{self, Write as _};

use helpdex::{Audience, Decision, KnowledgeBase, Result, SuggestOptions, Suggestions, Ticket};
use helpdex_benches::{NOW, corpus_folder};
use helpdex_eval::corpus::read_labelled_tickets;
use helpdex_import::{ImportOptions, read_articles};

/// The counts over all tickets.
#[derive(Default)]
struct Counts {
    /// The number of changes of the list.
    changes: usize,
    /// The number of changes from one first article to another.
    first_changes: usize,
    /// The number of changes from some articles to none.
    vanished: usize,
}

impl Counts {
    fn add(&mut self, before: &[String], after: &[String]) {
        self.changes += usize::from(before != after);
        if let Some(first) = before.first() {
            self.vanished += usize::from(after.is_empty());
            self.first_changes += usize::from(after.first().is_some_and(|now| now != first));
        }
    }
}

fn main() -> Result<()> {
    let corpus = corpus_folder();
    let import = read_articles(corpus.join("articles"), &ImportOptions::default())?;
    let knowledge_base = KnowledgeBase::in_memory();
    let mut writer = knowledge_base.writer()?;
    writer.sync(import.articles.collect::<helpdex::Result<Vec<_>>>()?)?;
    writer.publish(NOW)?;
    for min_probability in [0.5, 0.2] {
        println!("min_probability {min_probability}");
        let options = SuggestOptions {
            decision: Decision::MinProbability(min_probability),
            ..SuggestOptions::default()
        };
        measure(&knowledge_base, &options)?;
    }
    Ok(())
}

fn measure(knowledge_base: &KnowledgeBase, options: &SuggestOptions) -> Result<()> {
    let audience = Audience::public();
    let (mut tickets, mut words) = (0, 0);
    let (mut alone, mut steady) = (Counts::default(), Counts::default());
    let (mut other_list, mut other_first) = (0, 0);
    for ticket in read_labelled_tickets(&corpus_folder().join("tickets"))? {
        let Some(text) = ticket.text() else { continue };
        let mut draft = knowledge_base.draft(&audience, NOW, options)?;
        let (mut alone_before, mut steady_before) = (Vec::new(), Vec::new());
        for end in word_ends(text) {
            let written = Ticket::from_text(&text[..end]);
            let alone_now = shown(&knowledge_base.suggest(&written, &audience, NOW, options)?);
            let steady_now = shown(&draft.suggest(&written)?);
            alone.add(&alone_before, &alone_now);
            steady.add(&steady_before, &steady_now);
            (alone_before, steady_before) = (alone_now, steady_now);
            words += 1;
        }
        tickets += 1;
        other_list += usize::from(alone_before != steady_before);
        other_first += usize::from(alone_before.first() != steady_before.first());
    }
    let mut out = io::stdout();
    let _ = writeln!(out, "{tickets} tickets, {words} texts");
    for (name, counts) in [("suggest", alone), ("draft", steady)] {
        let Counts {
            changes,
            first_changes,
            vanished,
        } = counts;
        let _ = writeln!(
            out,
            "{name}: {changes} changes of the list, {first_changes} of the first article, {vanished} times nothing any more"
        );
    }
    let _ = writeln!(
        out,
        "at the end another list {other_list} times, another first article {other_first} times"
    );
    Ok(())
}

/// Returns the end of each word, and of each character of a script without spaces.
fn word_ends(text: &str) -> impl Iterator<Item = usize> {
    let mut characters = text.char_indices().peekable();
    std::iter::from_fn(move || {
        loop {
            let (at, c) = characters.next()?;
            let ends = characters
                .peek()
                .is_none_or(|(_, next)| next.is_whitespace());
            if !c.is_whitespace() && (ends || c > '\u{0E00}') {
                return Some(at + c.len_utf8());
            }
        }
    })
}

fn shown(answer: &Suggestions) -> Vec<String> {
    let offered = answer.offered().iter();
    offered.map(|article| article.article_id.clone()).collect()
}
