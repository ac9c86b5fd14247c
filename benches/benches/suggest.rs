//! How long does a ticket of 5, 100 and 500 words take, from what arrived to what is suggested?

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use helpdex::{Audience, KnowledgeBase, SuggestOptions};
use helpdex_benches::{NOW, help_centers, ticket, ticket_text};

fn suggest(criterion: &mut Criterion) {
    let (audience, options) = (Audience::internal(), SuggestOptions::default());
    for (name, articles) in help_centers() {
        let knowledge_base = KnowledgeBase::in_memory();
        knowledge_base.sync(articles).expect("memory has no lock");
        knowledge_base.publish(NOW).expect("memory can be written");
        for words in [5, 100, 500] {
            let ticket = ticket(ticket_text(words));
            let ask = || {
                knowledge_base
                    .suggest(black_box(&ticket), &audience, NOW, &options)
                    .expect("any ticket has an outcome")
            };
            let answer = ask();
            assert_eq!(answer.ranking.len(), 10, "many articles match");
            assert_eq!(ask().ranking, answer.ranking);
            criterion.bench_function(&format!("suggest/{name}/{words} words"), |b| {
                b.iter(|| black_box(ask()));
            });
        }
    }
}

criterion_group!(benches, suggest);
criterion_main!(benches);
