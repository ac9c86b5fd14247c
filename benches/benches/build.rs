//! Measures the time to build a help center of 1,000 articles.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use helpdex::KnowledgeBase;
use helpdex_benches::{NOW, SEED, larger_collection, sample_articles};

fn build(criterion: &mut Criterion) {
    let articles = sample_articles("en").expect("the sample corpus is in the repository");
    let generated = larger_collection(&articles, 1_000, SEED).expect("parts make articles");
    let size_bytes: usize = generated.iter().map(|a| a.fields().body.len()).sum();
    let mut group = criterion.benchmark_group("build");
    group.throughput(Throughput::Bytes(size_bytes as u64));
    group.sample_size(10);
    group.bench_function("1,000 articles", |b| {
        b.iter_batched(
            || generated.clone(),
            |articles| {
                let knowledge_base = KnowledgeBase::in_memory();
                let mut writer = knowledge_base.writer().expect("nobody else has it");
                writer.sync(articles).expect("nothing failed before");
                let published = writer.publish(NOW).expect("memory can be written");
                assert_eq!(
                    published.articles.values().sum::<u32>(),
                    1_000 - u32::try_from(published.left_out.len()).expect("there are 1,000")
                );
                black_box(knowledge_base)
            },
            BatchSize::LargeInput,
        );
    });
}

criterion_group!(benches, build);
criterion_main!(benches);
