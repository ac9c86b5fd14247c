//! Measures the time to open a knowledge base and get its first answer.

use std::fs;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use helpdex::{KnowledgeBase, SuggestOptions, Suggestions, Ticket};
use helpdex_benches::{NOW, ask, help_centers, ticket, ticket_text};

fn open(criterion: &mut Criterion) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("open");
    let ticket = ticket(ticket_text(100));
    for (name, articles) in help_centers() {
        let _ = fs::remove_dir_all(&folder);
        let knowledge_base = KnowledgeBase::open_or_create(&folder).expect("the folder is ours");
        let mut writer = knowledge_base.writer().expect("the folder is ours");
        writer.sync(articles).expect("the folder is ours");
        writer.publish(NOW).expect("the folder is ours");
        let answer = ask(&knowledge_base, &ticket, &SuggestOptions::default());
        assert_eq!(open_and_ask(&folder, &ticket).ranking, answer.ranking);
        criterion.bench_function(&format!("open/{name}"), |b| {
            b.iter(|| black_box(open_and_ask(&folder, &ticket)));
        });
    }
    fs::remove_dir_all(&folder).expect("the folder is ours");
}

fn open_and_ask(folder: &Path, ticket: &Ticket) -> Suggestions {
    let knowledge_base = KnowledgeBase::open(folder).expect("it was published");
    ask(&knowledge_base, ticket, &SuggestOptions::default())
}

criterion_group!(benches, open);
criterion_main!(benches);
