//! Measures the time from a ticket of 5, 100 and 500 words to its suggestions.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use helpdex::SuggestOptions;
use helpdex_benches::{ask, help_centers, published, ticket, ticket_text};

fn suggest(criterion: &mut Criterion) {
    let options = SuggestOptions::default();
    for (name, articles) in help_centers() {
        let knowledge_base = published(articles);
        for words in [5, 100, 500] {
            let ticket = ticket(ticket_text(words));
            let answer = ask(&knowledge_base, &ticket, &options);
            let again = ask(&knowledge_base, &ticket, &options);
            assert_eq!(answer.ranking.len(), 10, "many articles match");
            assert_eq!(again.ranking, answer.ranking);
            criterion.bench_function(&format!("suggest/{name}/{words} words"), |b| {
                b.iter(|| black_box(ask(&knowledge_base, black_box(&ticket), &options)));
            });
        }
    }
}

criterion_group!(benches, suggest);
criterion_main!(benches);
