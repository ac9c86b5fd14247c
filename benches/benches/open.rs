//! How long does it take to open a knowledge base and get its first answer?

use std::fs;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use helpdex::{Audience, KnowledgeBase, SuggestOptions};
use helpdex_benches::{NOW, help_centers, ticket, ticket_text};

fn open(criterion: &mut Criterion) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("open");
    let ticket = ticket(ticket_text(100));
    let (audience, options) = (Audience::internal(), SuggestOptions::default());
    for (name, articles) in help_centers() {
        let _ = fs::remove_dir_all(&folder);
        let knowledge_base = KnowledgeBase::open_or_create(&folder).expect("the folder is ours");
        knowledge_base.sync(articles).expect("the folder is ours");
        knowledge_base.publish(NOW).expect("the folder is ours");
        let ask = |knowledge_base: &KnowledgeBase| {
            let answer = knowledge_base.suggest(&ticket, &audience, NOW, &options);
            answer.expect("any ticket has an outcome").ranking
        };
        let open_and_ask = || ask(&KnowledgeBase::open(&folder).expect("it was published"));
        assert_eq!(open_and_ask(), ask(&knowledge_base));
        criterion.bench_function(&format!("open/{name}"), |b| {
            b.iter(|| black_box(open_and_ask()));
        });
    }
    fs::remove_dir_all(&folder).expect("the folder is ours");
}

criterion_group!(benches, open);
criterion_main!(benches);
