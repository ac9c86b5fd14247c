//! What `cargo xtask instructions` counts: the English sample corpus is built, and tickets of 5, 100 and 500 words are
//! answered.
//!
//! callgrind writes a file of what it counted, in all threads, whenever `mark` is entered: every second file is of what
//! is asked, and those between are of what that needs.

use std::hint::black_box;

use helpdex::{Audience, KnowledgeBase, SuggestOptions};
use helpdex_benches::{NOW, sample_articles, ticket, ticket_text};

fn main() {
    let articles = sample_articles("en").expect("the sample corpus is in the repository");
    let count = articles.len();
    let knowledge_base = KnowledgeBase::in_memory();
    let published = counted(|| {
        knowledge_base.sync(articles).expect("memory has no lock");
        knowledge_base.publish(NOW).expect("memory can be written")
    });
    let shown: u32 = published.articles.values().sum();
    assert_eq!(shown as usize + published.left_out.len(), count);
    let (audience, options) = (Audience::internal(), SuggestOptions::default());
    for words in [5, 100, 500] {
        let ticket = ticket(ticket_text(words));
        let ask = || {
            let answer = knowledge_base.suggest(black_box(&ticket), &audience, NOW, &options);
            answer.expect("any ticket has an outcome").ranking
        };
        // The first answer makes tables and memory that later ones find.
        let ranking = ask();
        assert_eq!(ranking.len(), 10, "many articles match");
        assert_eq!(counted(ask), ranking);
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
