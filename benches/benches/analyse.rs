//! Measures the time to analyse a text of 5, 100 and 500 words into terms and grams.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use helpdex_benches::ticket_text;
use helpdex_text::{Analysis, Analyzer};

fn analyse(criterion: &mut Criterion) {
    let locale = "en".parse().expect("it is a language tag");
    let analyzer = Analyzer::new(&locale);
    let mut analysis = Analysis::default();
    let mut group = criterion.benchmark_group("analyse");
    for words in [5, 100, 500] {
        let text = ticket_text(words);
        let (word_count, gram_count) = terms(&analyzer, &text, &mut analysis);
        assert!(word_count >= words && gram_count > words);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(format!("{words} words"), |b| {
            b.iter(|| black_box(terms(&analyzer, black_box(&text), &mut analysis)));
        });
    }
}

/// Returns the numbers of words and grams of a text.
fn terms(analyzer: &Analyzer, text: &str, analysis: &mut Analysis) -> (usize, usize) {
    analyzer.analyze(text, analysis);
    (analysis.words().count(), analysis.grams().count())
}

criterion_group!(benches, analyse);
criterion_main!(benches);
