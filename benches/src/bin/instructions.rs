//! The program that `cargo xtask instructions` counts: it builds the English sample corpus and answers tickets of 5, 100
//! and 500 words.
//!
//! callgrind starts a new file, for all threads, whenever `mark` is called. Every second file counts a build or an answer;
//! the files between count the preparation.

use std::hint::black_box;

use helpdex::{KnowledgeBase, SuggestOptions};
use helpdex_benches::{NOW, ask, sample_articles, ticket, ticket_text};

fn main() {
    let articles = sample_articles("en").expect("the sample corpus is in the repository");
    let count = articles.len();
    let knowledge_base = KnowledgeBase::in_memory();
    let mut writer = knowledge_base.writer().expect("nobody else has it");
    let published = counted(|| {
        writer.sync(articles).expect("nothing failed before");
        writer.publish(NOW).expect("memory can be written")
    });
    let shown: u32 = published.articles.values().sum();
    assert_eq!(shown as usize + published.left_out.len(), count);
    let options = SuggestOptions::default();
    for words in [5, 100, 500] {
        let ticket = ticket(ticket_text(words));
        // The first answer builds tables and allocates memory that later ones use.
        let first = ask(&knowledge_base, &ticket, &options);
        assert_eq!(first.ranking.len(), 10, "many articles match");
        let answer = counted(|| ask(&knowledge_base, black_box(&ticket), &options));
        assert_eq!(answer.ranking, first.ranking);
    }
}

fn counted<T>(ask: impl FnOnce() -> T) -> T {
    mark();
    let answer = black_box(ask());
    mark();
    answer
}

#[inline(never)]
fn mark() {
    black_box(());
}
