//! What does a letter more cost of a ticket of 100 words that is being written, beside answering it anew?

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use helpdex::{Audience, KnowledgeBase, SuggestOptions};
use helpdex_benches::{NOW, help_centers, ticket, ticket_text};

fn draft(criterion: &mut Criterion) {
    let audience = Audience::internal();
    let options = SuggestOptions::default();
    let whole = ticket_text(100);
    let one_letter_less: String = whole.chars().take(whole.chars().count() - 1).collect();
    let texts = [ticket(one_letter_less), ticket(whole)];
    for (name, articles) in help_centers() {
        let knowledge_base = KnowledgeBase::in_memory();
        knowledge_base.sync(articles).expect("memory has no lock");
        knowledge_base.publish(NOW).expect("memory can be written");
        let draft = knowledge_base.draft(&audience, NOW, &options);
        let mut draft = draft.expect("the options are in range");
        let anew = |number: usize| {
            let answer = knowledge_base.suggest(&texts[number], &audience, NOW, &options);
            answer.expect("any ticket has an outcome")
        };
        let mut longer = |number: usize| {
            let answer = draft.suggest(&texts[number]);
            answer.expect("any ticket has an outcome")
        };
        for number in [0, 1] {
            let ids = |answer: helpdex::Suggestions| -> Vec<String> {
                let ranking = answer.ranking.into_iter();
                ranking.map(|ranked| ranked.article_id).collect()
            };
            assert_eq!(ids(longer(number)), ids(anew(number)));
        }
        let mut number = 0;
        criterion.bench_function(&format!("draft/{name}/a letter more"), |b| {
            b.iter(|| {
                number = 1 - number;
                black_box(longer(number))
            });
        });
        criterion.bench_function(&format!("draft/{name}/anew"), |b| {
            b.iter(|| {
                number = 1 - number;
                black_box(anew(number))
            });
        });
    }
}

criterion_group!(benches, draft);
criterion_main!(benches);
