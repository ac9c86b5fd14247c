//! Measures how much longer an answer takes when there are articles that its reader may not see.
//!
//! It prints the time of an answer divided by the time without these articles, for each way of hiding them, for a ticket
//! with their words and for one without. The times are those that the answers report.

use std::io::{self, Write as _};

use helpdex::{
    Article, ArticleFields, Audience, KnowledgeBase, Result, SuggestOptions, Ticket, Timestamp,
    Visibility,
};
use helpdex_benches::{NOW, sample_articles};

const COUNTS: [usize; 3] = [1, 50, 1_000];
const TICKETS: [&str; 2] = [
    "the nebula beside the quasar shows no comet since my account was changed",
    "the printer beside the terminal shows no receipt since my account was changed",
];
/// The number of times that both knowledge bases are asked; the median counts.
const TURNS: usize = 400;

type Hide = fn(&mut ArticleFields);

/// The ways to hide articles from a signed-in reader without segments; "denied" stands for the list of denied articles.
const HIDDEN: [(&str, Hide); 4] = [
    ("internal", |fields| {
        fields.visibility = Visibility::Internal;
    }),
    ("user segment", |fields| {
        fields.user_segments = vec!["vip".to_owned()];
    }),
    ("ended", |fields| fields.valid_until = Some(NOW)),
    ("denied", |_| ()),
];

fn main() -> Result<()> {
    write("hidden articles: time with words of theirs / without");
    let without = knowledge_base(0, HIDDEN[0])?;
    for hidden in HIDDEN {
        for count in COUNTS {
            let with = knowledge_base(count, hidden)?;
            let ratios: Result<Vec<String>> = TICKETS
                .into_iter()
                .map(|text| Ok(format!("{:.2}", ratio(&with, &without, text)?)))
                .collect();
            write(&format!("{} {count}: {}", hidden.0, ratios?.join(" / ")));
        }
    }
    Ok(())
}

/// Prints a line. It is no error when nobody reads the output any more.
fn write(line: &str) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// Returns the English sample corpus for signed-in readers, with `count` hidden articles.
fn knowledge_base(count: usize, (name, hide): (&str, Hide)) -> Result<KnowledgeBase> {
    let shown = sample_articles("en")?.into_iter().map(|article| {
        Article::new(ArticleFields {
            visibility: Visibility::SignedIn,
            ..article.fields().clone()
        })
    });
    let hidden = (0..count).map(|number| {
        let mut fields = ArticleFields {
            id: format!("hidden-{number}"),
            locale: "en".to_owned(),
            title: format!("Nebula {number}"),
            body: "The quasar and the comet are seen beside the nebula of any account.".to_owned(),
            visibility: Visibility::SignedIn,
            ..ArticleFields::default()
        };
        hide(&mut fields);
        Article::new(fields)
    });
    let articles: Result<Vec<Article>> = shown.chain(hidden).collect();
    let knowledge_base = KnowledgeBase::in_memory();
    let mut writer = knowledge_base.writer()?;
    writer.sync(articles?)?;
    // Articles that end at `NOW` still exist a second earlier.
    writer.publish(Timestamp::from_unix_seconds(NOW.unix_seconds() - 1))?;
    if name == "denied" {
        knowledge_base.deny((0..count).map(|number| format!("hidden-{number}")))?;
    }
    Ok(knowledge_base)
}

fn ratio(with: &KnowledgeBase, without: &KnowledgeBase, text: &str) -> Result<f64> {
    let ticket = Ticket::from_text(text);
    let audience = Audience::signed_in(Vec::<String>::new());
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..TURNS {
        for (knowledge_base, times) in [with, without].into_iter().zip(&mut times) {
            let options = SuggestOptions::default();
            let answer = knowledge_base.suggest(&ticket, &audience, NOW, &options)?;
            times.push(answer.elapsed_us);
        }
    }
    let [with, without] = times.map(|mut times| {
        times.sort_unstable();
        times[TURNS / 2]
    });
    #[expect(
        clippy::cast_precision_loss,
        reason = "an answer takes far less than 2^53 microseconds"
    )]
    let ratio = with as f64 / without as f64;
    Ok(ratio)
}
