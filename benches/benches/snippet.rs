//! Measures the cost of the passages and explanations of five articles beside the search: the difference between an answer
//! that shows five and one that shows none, to the same ticket of 100 words.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use helpdex::{Decision, SuggestOptions};
use helpdex_benches::{ask, help_centers, published, ticket, ticket_text};

fn snippet(criterion: &mut Criterion) {
    let ticket = ticket(ticket_text(100));
    for (name, articles) in help_centers() {
        let knowledge_base = published(articles);
        // No article is certain.
        let (show_five, show_none) = (options(0.0), options(1.0));
        let five = ask(&knowledge_base, &ticket, &show_five);
        let none = ask(&knowledge_base, &ticket, &show_none);
        assert_eq!(five.ranking, none.ranking);
        assert!(none.offered().is_empty());
        assert_eq!(five.offered().len(), 5);
        for shown in five.offered() {
            assert!(shown.passage.is_some() && !shown.matched_terms.is_empty());
        }
        for (shown, options) in [("5 shown", show_five), ("none shown", show_none)] {
            criterion.bench_function(&format!("snippet/{name}/{shown}"), |b| {
                b.iter(|| black_box(ask(&knowledge_base, black_box(&ticket), &options)));
            });
        }
    }
}

fn options(min_probability: f32) -> SuggestOptions {
    SuggestOptions {
        limit: 5,
        decision: Decision::MinProbability(min_probability),
        ..SuggestOptions::default()
    }
}

criterion_group!(benches, snippet);
criterion_main!(benches);
