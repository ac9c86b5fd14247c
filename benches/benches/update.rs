//! Measures the time from a change of an article in a folder on disk until the change is found.

use std::fs;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use helpdex::{Article, ArticleFields, KnowledgeBase, SuggestOptions, Writer};
use helpdex_benches::{NOW, ask, help_centers, ticket};

fn update(criterion: &mut Criterion) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("update");
    let mut group = criterion.benchmark_group("update");
    group.sample_size(10);
    for (name, articles) in help_centers() {
        let _ = fs::remove_dir_all(&folder);
        let knowledge_base = KnowledgeBase::open_or_create(&folder).expect("the folder is ours");
        let base = articles[0].fields().clone();
        let mut writer = knowledge_base.writer().expect("the folder is ours");
        writer.sync(articles).expect("the folder is ours");
        writer.publish(NOW).expect("the folder is ours");
        change_until_found(&knowledge_base, &mut writer, &base, 0);
        let mut number = 0;
        group.bench_function(name, |b| {
            b.iter(|| {
                number += 1;
                change_until_found(&knowledge_base, &mut writer, &base, number);
            });
        });
    }
    drop(group);
    fs::remove_dir_all(&folder).expect("the folder is ours");
}

/// Changes the article to contain a word that no version before had, publishes, and asserts that the word finds it.
fn change_until_found(
    knowledge_base: &KnowledgeBase,
    writer: &mut Writer,
    base: &ArticleFields,
    number: u32,
) {
    let word = format!("zqchanged{number}");
    let changed = Article::new(ArticleFields {
        title: format!("{} {word}", base.title),
        ..base.clone()
    });
    let changed = changed.expect("a longer title is valid");
    writer.upsert([changed]).expect("nothing failed before");
    writer.publish(NOW).expect("the folder is ours");
    let answer = ask(knowledge_base, &ticket(word), &SuggestOptions::default());
    assert_eq!(answer.ranking[0].article_id, base.id);
}

criterion_group!(benches, update);
criterion_main!(benches);
