//! Measures the time to clean a ticket of 5, 100 and 500 words.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use helpdex_benches::ticket_text;
use helpdex_text::{Content, clean_ticket};

fn clean(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("clean");
    for words in [5, 100, 500] {
        let text = format!(
            "Hi team,\n\n{}\n\nMany thanks,\nAna\n\nSent from my iPhone",
            ticket_text(words)
        );
        let cleaned = clean_ticket(None, Content::Text(&text));
        // Of five words too few are left without the greeting, so that nothing is cut.
        let is_cut = !cleaned.text().contains("iPhone") && !cleaned.text().contains("Hi team");
        assert_eq!(is_cut, words > 5);
        assert!(
            cleaned.text().split_whitespace().count() >= words * 9 / 10,
            "what the customer says stays"
        );
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(format!("{words} words"), |b| {
            b.iter(|| black_box(clean_ticket(None, Content::Text(black_box(&text)))));
        });
    }
}

criterion_group!(benches, clean);
criterion_main!(benches);
