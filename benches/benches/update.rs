//! How long does it take until an article that changed is found, in a folder on disk?

use std::fs;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use helpdex::{Article, ArticleFields, Audience, KnowledgeBase, SuggestOptions};
use helpdex_benches::{NOW, help_centers, ticket};

fn update(criterion: &mut Criterion) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("update");
    let (audience, options) = (Audience::internal(), SuggestOptions::default());
    let mut group = criterion.benchmark_group("update");
    group.sample_size(10);
    for (name, articles) in help_centers() {
        let _ = fs::remove_dir_all(&folder);
        let knowledge_base = KnowledgeBase::open_or_create(&folder).expect("the folder is ours");
        let base = articles[0].fields().clone();
        knowledge_base.sync(articles).expect("the folder is ours");
        knowledge_base.publish(NOW).expect("the folder is ours");
        let mut number = 0_u32;
        let mut change_until_found = || {
            number += 1;
            // A word that no version before had.
            let word = format!("zqchanged{number}");
            let changed = Article::new(ArticleFields {
                title: format!("{} {word}", base.title),
                ..base.clone()
            });
            let changed = changed.expect("a longer title is one");
            knowledge_base.upsert([changed]).expect("one process");
            knowledge_base.publish(NOW).expect("the folder is ours");
            let answer = knowledge_base.suggest(&ticket(word), &audience, NOW, &options);
            let ranking = answer.expect("any ticket has an outcome").ranking;
            assert_eq!(ranking[0].article_id, base.id);
        };
        change_until_found();
        group.bench_function(name, |b| b.iter(&mut change_until_found));
    }
    drop(group);
    fs::remove_dir_all(&folder).expect("the folder is ours");
}

criterion_group!(benches, update);
criterion_main!(benches);
