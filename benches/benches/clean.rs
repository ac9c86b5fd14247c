//! How long do cleaning and analysis of a ticket take, beside the whole of `suggest` at 10,000 articles?

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use helpdex::{Audience, KnowledgeBase, SuggestOptions, Ticket};
use helpdex_benches::{NOW, SEED, larger_collection, sample_articles, sample_tickets};
use helpdex_text::{Analysis, Analyzer, Content, clean_ticket};

fn clean(criterion: &mut Criterion) {
    let articles = sample_articles("en").expect("the sample corpus is in the repository");
    let tickets = sample_tickets("en").expect("the sample corpus is in the repository");
    let text = tickets
        .iter()
        .filter_map(|ticket| ticket.text.as_deref())
        .find(|text| (95..=105).contains(&text.split_whitespace().count()))
        .expect("a ticket has about 100 words");

    let locale = "en".parse().expect("it is a language tag");
    let analyzer = Analyzer::new(&locale);
    let mut analysis = Analysis::default();
    let mut clean_and_analyse = || {
        let clean = clean_ticket(None, Content::Text(text));
        analyzer.analyze(clean.text(), &mut analysis);
        analysis.words().count()
    };
    assert!(clean_and_analyse() > 50, "the ticket's words are left");
    criterion.bench_function("100 words/clean and analyse", |b| {
        b.iter(|| black_box(clean_and_analyse()));
    });

    let knowledge_base = KnowledgeBase::in_memory();
    let generated = larger_collection(&articles, 10_000, SEED).expect("parts make articles");
    knowledge_base.sync(generated).expect("memory has no lock");
    knowledge_base.publish(NOW).expect("memory can be written");
    let ticket = Ticket {
        locale: Some(locale.clone()),
        ..Ticket::from_text(text)
    };
    let (audience, options) = (Audience::internal(), SuggestOptions::default());
    let suggest = || {
        knowledge_base
            .suggest(&ticket, &audience, NOW, &options)
            .expect("any ticket has an outcome")
    };
    assert_eq!(
        suggest().ranking.len(),
        10,
        "a long ticket matches many articles"
    );
    criterion.bench_function("100 words/suggest at 10,000 articles", |b| {
        b.iter(|| black_box(suggest()));
    });
}

criterion_group!(benches, clean);
criterion_main!(benches);
