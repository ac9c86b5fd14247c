//! Measures the cost of a training with up to 100,000 solved tickets, beside the publish of the same 2,000 articles.
//!
//! The bench reads the processor time and the memory of its process from `/proc`, so it runs on Linux only.

use std::fs;

use helpdex::{Audience, FeedbackEvent, KnowledgeBase, SuggestOptions};
use helpdex_benches::{NOW, SEED, feedback_events, larger_collection, sample_articles};

const ARTICLES: usize = 2_000;
/// The numbers of tickets to learn from; `cargo test` runs only the first.
const TICKETS: [usize; 3] = [1_000, 10_000, 100_000];

fn main() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let sizes = if is_bench {
        &TICKETS[..]
    } else {
        &TICKETS[..1]
    };
    let articles = sample_articles("en").expect("the sample corpus is in the repository");
    let mut generated = larger_collection(&articles, ARTICLES, SEED).expect("parts make articles");
    generated.retain(|article| article.fields().visibility == helpdex::Visibility::Public);
    let knowledge_base = KnowledgeBase::in_memory();
    let mut writer = knowledge_base.writer().expect("nobody else has it");
    writer
        .sync(generated.iter().cloned())
        .expect("nothing failed before");
    let alone = cpu_seconds_of(|| {
        writer.publish(NOW).expect("memory can be written");
    });
    println!(
        "{} articles: {alone:.1} s, {} MB at most",
        generated.len(),
        most_memory_mb()
    );
    for &size in sizes {
        let tickets = feedback_events(&generated, size, SEED);
        let held_out = feedback_events(&generated, 200, SEED + 1);
        writer.train_on(NOW, []).expect("memory can be written");
        let unlearned = right_first(&knowledge_base, &held_out);
        let seconds = cpu_seconds_of(|| {
            let trained = writer.train_on(NOW, tickets);
            trained.expect("memory can be written");
        });
        let learned = right_first(&knowledge_base, &held_out);
        println!(
            "with {size} tickets: {seconds:.1} s, {:.1} times as long, {} MB at most; right first of 200: {learned}, {unlearned} unlearned",
            seconds / alone,
            most_memory_mb(),
        );
        assert!(learned > unlearned / 2, "what was learned helps");
    }
}

/// Returns the number of tickets whose right article comes first.
fn right_first(knowledge_base: &KnowledgeBase, tickets: &[FeedbackEvent]) -> usize {
    let (audience, options) = (Audience::public(), SuggestOptions::default());
    let right = tickets.iter().filter(|solved| {
        let answer = knowledge_base.suggest(&solved.ticket, &audience, NOW, &options);
        let ranking = answer.expect("any ticket has an outcome").ranking;
        ranking
            .first()
            .is_some_and(|first| first.article_id == solved.articles[0])
    });
    right.count()
}

/// Returns the processor time of some work in seconds, over all threads. A tick of `/proc` is a hundredth of a second
/// on Linux.
fn cpu_seconds_of(work: impl FnOnce()) -> f64 {
    let start = ticks();
    work();
    (ticks() - start) / 100.0
}

/// Returns the processor time that the process has used so far, in ticks.
fn ticks() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux has it");
    // The name of the program is in parentheses and may contain spaces; times are fields 14 and 15 of proc(5).
    let fields = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace();
    let times = fields
        .skip(11)
        .take(2)
        .filter_map(|time| time.parse::<f64>().ok());
    times.sum()
}

/// Returns the highest memory that the process has used so far, in MB.
fn most_memory_mb() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1_024
}
