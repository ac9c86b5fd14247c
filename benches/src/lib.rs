//! Data for the benches: the sample corpus, larger help centers made from it, and tickets that their articles solved.

#[cfg(target_os = "linux")]
pub mod service;

use std::path::{Path, PathBuf};

use helpdex::{
    Article, ArticleFields, Audience, FeedbackEvent, KnowledgeBase, Result, SuggestOptions,
    Suggestions, Ticket, Timestamp, Verdict,
};
use helpdex_eval::corpus::{LabelledTicket, read_labelled_tickets};
use helpdex_import::{ImportOptions, read_articles};
use oorandom::Rand64;

/// The moment at which benches publish and ask.
pub const NOW: Timestamp = Timestamp::from_unix_seconds(1_795_132_800);

/// The seed of every bench.
pub const SEED: u64 = 1;

/// The folder of the sample corpus.
#[must_use]
pub fn corpus_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus")
}

/// Returns the articles of the sample corpus in one locale.
///
/// # Errors
/// When the corpus cannot be read.
pub fn sample_articles(locale: &str) -> Result<Vec<Article>> {
    let mut files = read_articles(corpus_folder().join("articles"), &ImportOptions::default())?;
    if let Some(error) = std::mem::take(&mut files.skipped).into_first() {
        return Err(error);
    }
    let mut articles = files.articles.collect::<Result<Vec<_>>>()?;
    articles.retain(|article| article.locale().as_str() == locale);
    Ok(articles)
}

/// Returns the plain-text tickets of the sample corpus in one language, in chronological order.
///
/// # Errors
/// When the corpus cannot be read.
pub fn sample_tickets(language: &str) -> Result<Vec<LabelledTicket>> {
    let mut tickets = read_labelled_tickets(&corpus_folder().join("tickets"))?;
    tickets.retain(|ticket| ticket.language == language && ticket.text().is_some());
    Ok(tickets)
}

/// Returns the English help centers of the benches with their names, smallest first: the sample corpus and 10,000
/// articles, with `HELPDEX_BENCH_LARGE` set also 100,000. `cargo test` gets the sample corpus alone.
///
/// # Panics
/// When the sample corpus cannot be read.
pub fn help_centers() -> impl Iterator<Item = (String, Vec<Article>)> {
    let is_measured = std::env::args().any(|argument| argument == "--bench");
    let is_large = std::env::var_os("HELPDEX_BENCH_LARGE").is_some();
    let generated = [(10_000, is_measured), (100_000, is_measured && is_large)];
    let sample = sample_articles("en").expect("the sample corpus is in the repository");
    let sizes = generated.into_iter().filter(|&(_, is_asked)| is_asked);
    let larger: Vec<usize> = sizes.map(|(size, _)| size).collect();
    let first = (format!("sample of {}", sample.len()), sample.clone());
    let larger = larger.into_iter().map(move |size| {
        let articles = larger_collection(&sample, size, SEED).expect("parts make articles");
        (format!("{size} articles"), articles)
    });
    std::iter::once(first).chain(larger)
}

/// Returns the first `words` words of the English sample tickets, joined.
///
/// # Panics
/// When the sample corpus cannot be read.
#[must_use]
pub fn ticket_text(words: usize) -> String {
    let tickets = sample_tickets("en").expect("the sample corpus is in the repository");
    let texts = tickets.iter().filter_map(|ticket| ticket.text());
    let all: Vec<&str> = texts.flat_map(str::split_whitespace).take(words).collect();
    all.join(" ")
}

/// Returns a knowledge base in memory with these articles, published.
///
/// # Panics
/// Never: memory can be written.
#[must_use]
pub fn published(articles: Vec<Article>) -> KnowledgeBase {
    let knowledge_base = KnowledgeBase::in_memory();
    let mut writer = knowledge_base.writer().expect("nobody else has it");
    writer.sync(articles).expect("nothing failed before");
    writer.publish(NOW).expect("memory can be written");
    drop(writer);
    knowledge_base
}

/// Returns the answer to a ticket for agents.
///
/// # Panics
/// When the options are out of range.
#[must_use]
pub fn ask(
    knowledge_base: &KnowledgeBase,
    ticket: &Ticket,
    options: &SuggestOptions,
) -> Suggestions {
    knowledge_base
        .suggest(ticket, &Audience::internal(), NOW, options)
        .expect("any ticket has an outcome")
}

/// Returns the ids of the ranked articles, best first.
#[must_use]
pub fn ranked_ids(answer: Suggestions) -> Vec<String> {
    let ranking = answer.ranking.into_iter();
    ranking.map(|ranked| ranked.article_id).collect()
}

/// Returns an English ticket with this text.
#[must_use]
pub fn ticket(text: impl Into<String>) -> Ticket {
    Ticket {
        locale: "en".parse().ok(),
        ..Ticket::from_text(text)
    }
}

/// Returns a help center of `count` articles, made of titles and sections drawn from `articles`. Each title gets a word of
/// its own, so that no two articles are equal. Equal arguments give equal articles.
///
/// The lengths are those of `articles`. Sections repeat, so words are more frequent than in a real help center of this
/// size, and scoring takes at least as long.
///
/// # Errors
/// Never for articles that were valid: their parts make valid articles.
pub fn larger_collection(articles: &[Article], count: usize, seed: u64) -> Result<Vec<Article>> {
    let parts: Vec<&str> = articles
        .iter()
        .flat_map(|article| sections(&article.fields().body))
        .collect();
    let mut random = Rand64::new(seed.into());
    (0..count)
        .map(|number| {
            let base = draw(&mut random, articles).fields();
            let length = draw(&mut random, articles).fields().body.len();
            let mut body = String::new();
            while body.len() < length {
                let section: &&str = draw(&mut random, &parts);
                body.push_str(section);
                body.push_str("\n\n");
            }
            Article::new(ArticleFields {
                id: format!("generated-{number:06}"),
                title: format!("{} {}", base.title, own_word(number)),
                body,
                translation_group: None,
                valid_from: None,
                valid_until: None,
                url: None,
                ..base.clone()
            })
        })
        .collect()
}

/// Returns `count` tickets of about 60 words that these articles solved. Half of the words are drawn from the article,
/// half from all articles. A tenth of the articles has about half of the tickets, and some have none. Equal arguments give
/// equal tickets.
///
/// Words are drawn with replacement, so tickets share more words than real ones do.
#[must_use]
pub fn feedback_events(articles: &[Article], count: usize, seed: u64) -> Vec<FeedbackEvent> {
    let words: Vec<Vec<&str>> = articles
        .iter()
        .map(|article| {
            let fields = article.fields();
            let title = fields.title.split_whitespace();
            title.chain(fields.body.split_whitespace()).collect()
        })
        .collect();
    let mut random = Rand64::new(seed.into());
    (0..count)
        .map(|number| {
            // The cube of an even share: Pareto's rule, nearly.
            let share = random.rand_float();
            #[expect(
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss
            )]
            let article = (share * share * share * articles.len() as f64) as usize;
            let length = random.rand_range(40..80);
            let text: Vec<&str> = (0..length)
                .map(|place| {
                    let from = if place % 2 == 0 {
                        &words[article]
                    } else {
                        draw(&mut random, &words)
                    };
                    *draw(&mut random, from)
                })
                .collect();
            FeedbackEvent {
                ticket_id: format!("ticket-{number:06}"),
                ticket: Ticket {
                    locale: Some(articles[article].locale().clone()),
                    requester: Some(format!("requester-{}", random.rand_range(0..count as u64))),
                    ..Ticket::from_text(text.join(" "))
                },
                at: Timestamp::from_unix_seconds(
                    NOW.unix_seconds() - 60 * random.rand_range(0..1_000_000).cast_signed(),
                ),
                verdict: Verdict::Linked,
                articles: vec![articles[article].id().to_owned()],
                key: None,
            }
        })
        .collect()
}

/// Cuts a body before each of its headings.
fn sections(body: &str) -> impl Iterator<Item = &str> {
    let mut starts = vec![0];
    starts.extend(body.match_indices("\n## ").map(|(at, _)| at + 1));
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([body.len()]).collect();
    starts
        .into_iter()
        .zip(ends)
        .map(|(start, end)| body[start..end].trim())
        .filter(|section| !section.is_empty())
}

/// Returns a word of letters that is unique for the number.
fn own_word(number: usize) -> String {
    let mut word = String::from("zq");
    let mut rest = number;
    loop {
        let letter = b'a' + u8::try_from(rest % 26).expect("a remainder of 26 fits a byte");
        word.push(char::from(letter));
        rest /= 26;
        if rest == 0 {
            return word;
        }
    }
}

fn draw<'a, T>(random: &mut Rand64, from: &'a [T]) -> &'a T {
    let index = random.rand_range(0..from.len() as u64);
    &from[usize::try_from(index).expect("an index of a slice fits its size")]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_larger_collection_is_the_same_for_its_seed_and_has_no_article_twice() {
        let articles = sample_articles("en").unwrap();
        let one = larger_collection(&articles, 500, SEED).unwrap();
        let again = larger_collection(&articles, 500, SEED).unwrap();
        let other = larger_collection(&articles, 500, SEED + 1).unwrap();
        assert_eq!(one, again);
        assert_ne!(one, other);
        let titles: BTreeSet<&str> = one.iter().map(|a| a.fields().title.as_str()).collect();
        assert_eq!(titles.len(), 500);
    }

    #[test]
    fn solved_tickets_are_the_same_for_their_seed_and_a_tenth_of_the_articles_has_half() {
        let articles = sample_articles("en").unwrap();
        let tickets = feedback_events(&articles, 2_000, SEED);
        assert!(tickets == feedback_events(&articles, 2_000, SEED));
        let of_first = articles[..articles.len() / 10].iter().map(Article::id);
        let of_first: BTreeSet<&str> = of_first.collect();
        let counted = tickets
            .iter()
            .filter(|t| of_first.contains(&*t.articles[0]))
            .count();
        // The cube root of a tenth is 0.46.
        assert!((800..1_050).contains(&counted), "{counted}");
    }

    #[test]
    fn sections_begin_at_headings() {
        let cut: Vec<&str> = sections("lead\n\n## One\n\n1\n\n## Two\n\n2\n").collect();
        assert_eq!(cut, ["lead", "## One\n\n1", "## Two\n\n2"]);
    }
}
