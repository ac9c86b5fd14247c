//! Measures the time to answer one more letter of a draft of 100 words, beside answering the whole text anew.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use helpdex::{Audience, Draft, SuggestOptions, Suggestions, Ticket};
use helpdex_benches::{NOW, ask, help_centers, published, ranked_ids, ticket, ticket_text};

fn draft(criterion: &mut Criterion) {
    let audience = Audience::internal();
    let options = SuggestOptions::default();
    let whole = ticket_text(100);
    let one_letter_less: String = whole.chars().take(whole.chars().count() - 1).collect();
    let texts = [ticket(one_letter_less), ticket(whole)];
    for (name, articles) in help_centers() {
        let knowledge_base = published(articles);
        let draft = knowledge_base.draft(&audience, NOW, &options);
        let mut draft = draft.expect("the options are in range");
        for text in &texts {
            let longer = ranked_ids(go_on(&mut draft, text));
            assert_eq!(longer, ranked_ids(ask(&knowledge_base, text, &options)));
        }
        let mut number = 0;
        criterion.bench_function(&format!("draft/{name}/a letter more"), |b| {
            b.iter(|| {
                number = 1 - number;
                black_box(go_on(&mut draft, &texts[number]))
            });
        });
        criterion.bench_function(&format!("draft/{name}/anew"), |b| {
            b.iter(|| {
                number = 1 - number;
                black_box(ask(&knowledge_base, &texts[number], &options))
            });
        });
    }
}

/// Returns the answer to the draft with this text.
fn go_on(draft: &mut Draft, text: &Ticket) -> Suggestions {
    draft.suggest(text).expect("any ticket has an outcome")
}

criterion_group!(benches, draft);
criterion_main!(benches);
