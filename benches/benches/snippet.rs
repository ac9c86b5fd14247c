//! What do the passages and explanations of five articles cost beside the search? It is the difference of an answer that
//! shows five and one that shows none, to the same ticket of 100 words.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use helpdex::{Audience, Decision, KnowledgeBase, SuggestOptions};
use helpdex_benches::{NOW, help_centers, ticket, ticket_text};

fn snippet(criterion: &mut Criterion) {
    let audience = Audience::internal();
    let ticket = ticket(ticket_text(100));
    for (name, articles) in help_centers() {
        let knowledge_base = KnowledgeBase::in_memory();
        knowledge_base.sync(articles).expect("memory has no lock");
        knowledge_base.publish(NOW).expect("memory can be written");
        let ask = |min_probability: f32| {
            let options = SuggestOptions {
                limit: 5,
                decision: Decision::MinProbability(min_probability),
                ..SuggestOptions::default()
            };
            let answer = knowledge_base.suggest(black_box(&ticket), &audience, NOW, &options);
            answer.expect("any ticket has an outcome")
        };
        // No article is certain.
        let (five, none) = (ask(0.0), ask(1.0));
        assert_eq!(five.ranking, none.ranking);
        assert!(none.offered().is_empty());
        assert_eq!(five.offered().len(), 5);
        for shown in five.offered() {
            assert!(shown.passage.is_some() && !shown.matched_terms.is_empty());
        }
        for (shown, min_probability) in [("5 shown", 0.0), ("none shown", 1.0)] {
            criterion.bench_function(&format!("snippet/{name}/{shown}"), |b| {
                b.iter(|| black_box(ask(min_probability)));
            });
        }
    }
}

criterion_group!(benches, snippet);
criterion_main!(benches);
