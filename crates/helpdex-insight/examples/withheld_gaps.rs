//! Takes articles away, one at a time, with their links, and counts whose tickets come back as one gap with the cause
//! `missing`.
//!
//! ```console
//! $ cargo run --release -p helpdex-insight --example withheld_gaps -- DATA_SET [MIN_SIMILARITY]
//! ```
//!
//! The data set has the BEIR form. The 40 articles of the lowest hash of their id among those with at least 8 judgements
//! are withheld. An article comes back when at least half of its unanswered tickets lie in one gap in which they are the
//! majority.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use helpdex::{
    Article, ArticleFields, Audience, FeedbackEvent, KnowledgeBase, Ticket, Timestamp, Verdict,
    Visibility,
};
use helpdex_insight::gaps::{Cause, GapOptions, GapReport, gaps};
use serde_json::Value;

const WITHHELD: usize = 40;
const MIN_JUDGEMENTS: usize = 8;

/// Articles, tickets, and the articles that answer each ticket.
struct DataSet {
    articles: Vec<Article>,
    tickets: Vec<(String, String, Timestamp)>,
    answers: BTreeMap<String, BTreeSet<String>>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("name the folder of a data set")?;
    let mut options = GapOptions::default();
    if let Some(similarity) = arguments.next() {
        options.min_similarity = similarity.parse()?;
    }
    options.max_gaps = usize::MAX;
    let data = DataSet::read(Path::new(&folder))?;
    let withheld = data.withheld();
    let (mut back, mut pure, mut of_size) = (0, Vec::new(), 0);
    let (mut shown, mut unanswered, mut purity_sum, mut in_gaps) = (0, 0, 0.0, 0);
    for article in &withheld {
        let report = data.gaps_without(article, &options)?;
        let (purity, covered) = purity(&report, &data.answers);
        purity_sum += purity;
        in_gaps += covered;
        unanswered += report.unanswered;
        shown += report.gaps.len();
        let own: BTreeSet<&str> = data
            .answers
            .iter()
            .filter(|(_, answers)| answers.contains(article))
            .map(|(ticket, _)| &**ticket)
            .collect();
        of_size += own.len();
        let found = report.gaps.iter().find_map(|gap| {
            let count = gap
                .ticket_ids
                .iter()
                .filter(|id| own.contains(&***id))
                .count();
            let is_back =
                count * 2 >= own.len() && count * 2 > gap.tickets && gap.cause == Cause::Missing;
            is_back.then(|| {
                (
                    share(count, gap.tickets),
                    share(count, own.len()),
                    gap.words.join(" "),
                )
            })
        });
        if let Some((share_of_gap, share_of_own, words)) = found {
            back += 1;
            pure.push(share_of_gap);
            println!(
                "{article}: back, purity {share_of_gap:.2}, {share_of_own:.2} of its tickets: {words}"
            );
        } else {
            println!("{article}: not back, {} tickets", own.len());
        }
    }
    let runs = share(withheld.len(), 1);
    println!(
        "{back} of {} articles come back, with a mean purity of {:.2}; {of_size} tickets of theirs",
        withheld.len(),
        pure.iter().sum::<f64>() / share(pure.len().max(1), 1)
    );
    println!(
        "gaps a run: {:.1}; their purity: {:.2}; their coverage of unanswered tickets: {:.2}",
        share(shown, withheld.len()),
        purity_sum / runs,
        share(in_gaps, unanswered)
    );
    Ok(())
}

impl DataSet {
    fn read(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let mut articles = Vec::new();
        for value in lines(&folder.join("corpus.jsonl"))? {
            articles.push(Article::new(ArticleFields {
                id: text(&value["_id"]),
                locale: value["metadata"]["lang"].as_str().unwrap_or("en").into(),
                title: text(&value["title"]),
                body: text(&value["text"]),
                visibility: Visibility::Public,
                ..ArticleFields::default()
            })?);
        }
        let mut answers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for split in ["train", "dev", "test"] {
            let qrels =
                fs::read_to_string(folder.join(format!("qrels/{split}.tsv"))).unwrap_or_default();
            for line in qrels.lines().skip(1) {
                let mut fields = line.split('\t');
                if let (Some(ticket), Some(article)) = (fields.next(), fields.next()) {
                    answers
                        .entry(ticket.into())
                        .or_default()
                        .insert(article.into());
                }
            }
        }
        let mut tickets = Vec::new();
        for value in lines(&folder.join("queries.jsonl"))? {
            let at = value["metadata"]["date"]
                .as_str()
                .unwrap_or("2020-01-01")
                .parse()?;
            tickets.push((text(&value["_id"]), text(&value["text"]), at));
        }
        tickets.retain(|(id, ..)| answers.contains_key(id));
        Ok(Self {
            articles,
            tickets,
            answers,
        })
    }

    fn withheld(&self) -> Vec<String> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for id in self.answers.values().flatten() {
            *counts.entry(id).or_default() += 1;
        }
        let mut ids: Vec<&str> = self.articles.iter().map(Article::id).collect();
        ids.retain(|id| counts.get(id).is_some_and(|count| *count >= MIN_JUDGEMENTS));
        ids.sort_by_key(|id| {
            let mut hasher = DefaultHasher::new();
            id.hash(&mut hasher);
            hasher.finish()
        });
        ids.into_iter().take(WITHHELD).map(str::to_owned).collect()
    }

    fn gaps_without(&self, withheld: &str, options: &GapOptions) -> helpdex::Result<GapReport> {
        let knowledge_base = KnowledgeBase::in_memory();
        let mut writer = knowledge_base.writer()?;
        writer.upsert(
            self.articles
                .iter()
                .filter(|article| article.id() != withheld)
                .cloned(),
        )?;
        let now = Timestamp::from_unix_seconds(4_000_000_000);
        writer.publish(now)?;
        let tickets: Vec<FeedbackEvent> = self
            .tickets
            .iter()
            .map(|(id, text, at)| {
                let mut articles: Vec<String> = self.answers[id].iter().cloned().collect();
                articles.retain(|article| article != withheld);
                FeedbackEvent {
                    ticket_id: id.clone(),
                    ticket: Ticket::from_text(text.clone()),
                    at: *at,
                    verdict: if articles.is_empty() {
                        Verdict::Unlinked
                    } else {
                        Verdict::Linked
                    },
                    articles,
                    key: None,
                }
            })
            .collect();
        let public = Audience::public();
        gaps(&knowledge_base, &tickets, &public, &public, now, options)
    }
}

/// Returns the share of the tickets in gaps that have the most frequent answer of their gap, and the number of tickets.
fn purity(report: &GapReport, answers: &BTreeMap<String, BTreeSet<String>>) -> (f64, usize) {
    let (mut same, mut all) = (0, 0);
    for gap in &report.gaps {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for id in gap.ticket_ids.iter().flat_map(|id| &answers[id]) {
            *counts.entry(id).or_default() += 1;
        }
        same += counts.values().max().copied().unwrap_or(0);
        all += gap.tickets;
    }
    (share(same, all.max(1)), all)
}

fn lines(path: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    let lines = fs::read_to_string(path)?;
    Ok(lines
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[expect(clippy::cast_precision_loss, reason = "counts of tickets")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}
