//! Measures how many tickets are answered in a second on one thread, on two, and on as many as the machine runs at once.

use std::collections::BTreeSet;
use std::hint::black_box;
use std::thread;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use helpdex::{Audience, Batch, SuggestOptions, Ticket};
use helpdex_benches::{NOW, ask, help_centers, published, sample_tickets, ticket};

fn batch(criterion: &mut Criterion) {
    let (audience, options) = (Audience::internal(), SuggestOptions::default());
    let tickets = sample_tickets("en").expect("the sample corpus is in the repository");
    let texts = tickets
        .into_iter()
        .filter_map(|labelled| labelled.text().map(str::to_owned));
    let tickets: Vec<Ticket> = texts.map(ticket).collect();
    let cores = thread::available_parallelism().expect("the machine runs this");
    let threads: BTreeSet<usize> = [1, 2, cores.get()].into_iter().collect();
    for (name, articles) in help_centers() {
        let knowledge_base = published(articles);
        let expected: Vec<String> = tickets
            .iter()
            .map(|ticket| ask(&knowledge_base, ticket, &options).suggestion_id)
            .collect();
        let mut group = criterion.benchmark_group(format!("batch/{name}"));
        group.throughput(Throughput::Elements(tickets.len() as u64));
        group.sample_size(10);
        for &threads in &threads {
            let batch = knowledge_base.batch(&audience, NOW, &options);
            let threads = threads.try_into().expect("there is a thread");
            let batch = batch
                .expect("the options are in range")
                .with_threads(threads);
            assert_eq!(answer_ids(&batch, &tickets), expected);
            group.bench_function(format!("{threads} threads"), |b| {
                b.iter(|| black_box(answer_ids(&batch, black_box(&tickets))));
            });
        }
    }
}

/// Returns the ids of the answers, in the order of the tickets.
fn answer_ids(batch: &Batch, tickets: &[Ticket]) -> Vec<String> {
    batch
        .suggest_many(tickets.iter().cloned().map(Ok))
        .map(|answer| answer.expect("any ticket has an outcome").suggestion_id)
        .collect()
}

criterion_group!(benches, batch);
criterion_main!(benches);
