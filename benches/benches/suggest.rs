//! How long does a ticket take at 300, 10,000 and, with `HELPDEX_BENCH_LARGE=1`, 100,000 articles?

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use helpdex::{Audience, KnowledgeBase, SuggestOptions, Ticket};
use helpdex_benches::{NOW, SEED, larger_collection, sample_articles, sample_tickets};

fn suggest(criterion: &mut Criterion) {
    let articles = sample_articles("en").expect("the sample corpus is in the repository");
    let tickets = sample_tickets("en").expect("the sample corpus is in the repository");
    let mut sizes = vec![300, 10_000];
    if std::env::var_os("HELPDEX_BENCH_LARGE").is_some() {
        sizes.push(100_000);
    }
    for size in sizes {
        let generated = larger_collection(&articles, size, SEED).expect("parts make articles");
        let knowledge_base = KnowledgeBase::in_memory();
        knowledge_base.sync(generated).expect("memory has no lock");
        knowledge_base.publish(NOW).expect("memory can be written");
        let ask = |text: &str| {
            let mut ticket = Ticket::from_text(text);
            ticket.locale = "en".parse().ok();
            let audience = Audience::internal();
            let options = SuggestOptions::default();
            knowledge_base
                .suggest(&ticket, &audience, NOW, &options)
                .expect("any ticket has an outcome")
        };
        for words in [5, 100, 500] {
            let text = text_of(words, &tickets);
            assert_eq!(
                ask(&text).ranking.len(),
                10,
                "a long ticket matches many articles"
            );
            criterion.bench_function(&format!("suggest/{size} articles/{words} words"), |b| {
                b.iter(|| black_box(ask(black_box(&text))));
            });
        }
    }
}

/// The first words of the tickets, one behind the other.
fn text_of(words: usize, tickets: &[helpdex::corpus::LabelledTicket]) -> String {
    let all = tickets
        .iter()
        .filter_map(|ticket| ticket.text.as_deref())
        .flat_map(str::split_whitespace);
    all.take(words).collect::<Vec<_>>().join(" ")
}

criterion_group!(benches, suggest);
criterion_main!(benches);
