//! Kills the command with `kill -9` at any moment of building and learning, and asserts that everything it acknowledged
//! is there and that no repair is needed.

use std::collections::BTreeSet;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use helpdex_tests::{Folder, Helpdex, program};
use serde_json::Value;

/// Returns the number of kills that must interrupt the command: 20, or more with `HELPDEX_FULL=1`.
fn kills_wanted() -> usize {
    if env::var_os("HELPDEX_FULL").is_some() {
        240
    } else {
        20
    }
}

/// Pseudo-random numbers from a seed: xorshift64, Marsaglia 2003.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// What the command acknowledged, and so must be in the knowledge base.
#[derive(Default)]
struct Acknowledged {
    /// The published version of the articles.
    version: u64,
    /// The version of a build that was killed, which may have been published.
    killed_version: Option<u64>,
    /// The ids of the tickets that were learned.
    tickets: BTreeSet<u64>,
    /// The ids of the tickets of a call that was killed, which may have been learned.
    killed_tickets: BTreeSet<u64>,
}

fn write_articles(folder: &Path, version: u64) {
    for number in 0..40 {
        let text = format!(
            "---\nid: a{number}\ntitle: Article {number}\nlocale: en\nvisibility: public\n---\nversion{version} of number{number} \
             tells how word{number} works\n"
        );
        fs::write(folder.join(format!("a{number}.md")), text).expect("an article can be written");
    }
}

fn write_tickets(path: &Path, tickets: &BTreeSet<u64>) {
    let mut lines = String::new();
    for ticket in tickets {
        let _ = writeln!(
            lines,
            "{{\"ticket_id\": {ticket}, \"at\": \"2026-03-01\", \"verdict\": \"linked\", \"articles\": [\"a{}\"], \
             \"text\": \"gizmo{ticket} beeps\"}}",
            ticket % 40
        );
    }
    fs::write(path, lines).expect("tickets can be written");
}

fn start(arguments: &[&str]) -> Child {
    Command::new(program())
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the command can be started")
}

/// Starts the command and kills it after a delay; returns whether it had ended before.
fn kill_after(arguments: &[&str], delay_us: u64) -> bool {
    let mut child = start(arguments);
    thread::sleep(Duration::from_micros(delay_us));
    let _ = child.kill();
    let status = child.wait().expect("the command was started");
    assert!(
        status.success() || status.code().is_none(),
        "{arguments:?}: {status}"
    );
    status.success()
}

/// Returns the version that all articles have for readers.
fn published_version(kb: &str) -> u64 {
    let answer = Helpdex::new(&[
        "suggest",
        "--kb",
        kb,
        "--json",
        "--min-probability",
        "0",
        "word7 number7",
    ])
    .run()
    .json();
    let passage = answer["offered"][0]["passage"]["text"].as_str();
    let word = passage.and_then(|text| text.split_whitespace().next());
    let version = word.and_then(|word| word.strip_prefix("version"));
    version
        .and_then(|version| version.parse().ok())
        .expect("the article tells its version")
}

#[test]
fn what_was_acknowledged_survives_kill_9_at_any_moment() {
    let seed = env::var("HELPDEX_SEED").map_or(20_261_122, |seed| seed.parse().expect("a number"));
    println!("HELPDEX_SEED={seed}");
    let mut random = Random(seed);
    let folder = Folder::new();
    let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    let (articles, kb, solved) = (path("articles"), path("kb"), path("solved.jsonl"));
    fs::create_dir(&articles).expect("a folder can be made");
    write_articles(Path::new(&articles), 1);
    let build = ["build", articles.as_str(), "--into", kb.as_str()];
    let learn = ["learn", kb.as_str(), solved.as_str()];
    let _ = Helpdex::new(&build).run().succeeded();
    let mut known = Acknowledged {
        version: 1,
        ..Acknowledged::default()
    };
    // How long a call takes here, so that kills fall into it: it halves when too late and grows when too early.
    let (mut build_us, mut learn_us) = (150_000, 60_000);
    let (mut kills, mut builds, mut calls, mut next) = (0, 0, 0, 2);
    while kills < kills_wanted() {
        calls += 1;
        assert!(calls < 50 * kills_wanted(), "no kill takes hold");
        let is_build = random.below(2) == 0;
        if is_build {
            next += 1;
            write_articles(Path::new(&articles), next);
            if kill_after(&build, random.below(build_us)) {
                (known.version, known.killed_version) = (next, None);
                build_us = build_us * 2 / 3 + 500;
            } else {
                known.killed_version = Some(next);
                build_us += build_us / 2 + 500;
                (kills, builds) = (kills + 1, builds + 1);
            }
        } else {
            let tickets: BTreeSet<u64> = (0..=random.below(30))
                .map(|i| 1_000 * calls as u64 + i)
                .collect();
            write_tickets(Path::new(&solved), &tickets);
            if kill_after(&learn, random.below(learn_us)) {
                known.tickets.extend(tickets);
                learn_us = learn_us * 2 / 3 + 500;
            } else {
                known.killed_tickets.extend(tickets);
                learn_us += learn_us / 2 + 500;
                kills += 1;
            }
        }
        check(&kb, &solved, &mut known);
    }
    // No lock is left, and nothing is to be cleaned up by hand.
    let _ = Helpdex::new(&build).run().succeeded();
    assert_eq!(published_version(&kb), next);
    println!(
        "{kills} kills, {builds} of builds, in {calls} calls; {} verdicts learned",
        known.tickets.len()
    );
}

/// Asserts that every file is intact, and that everything acknowledged is there.
fn check(kb: &str, solved: &str, known: &mut Acknowledged) {
    let report: Value = Helpdex::new(&["check", kb, "--json"]).run().json();
    let version = published_version(kb);
    assert!(
        version == known.version || Some(version) == known.killed_version,
        "version {version}, not {} or {:?}",
        known.version,
        known.killed_version
    );
    if version != known.version {
        (known.version, known.killed_version) = (version, None);
    }
    let least = known.tickets.len() as u64;
    let most = least + known.killed_tickets.len() as u64;
    let verdicts = report["verdicts"].as_u64().expect("a number");
    assert!(
        (least..=most).contains(&verdicts),
        "{verdicts} verdicts, not {least} to {most}"
    );
    // What was acknowledged is not learned twice.
    write_tickets(Path::new(solved), &known.tickets);
    let learned = Helpdex::new(&["learn", kb, solved, "--json"]).run().json();
    assert_eq!(
        (&learned["added"], &learned["repeated"]),
        (&Value::from(0), &Value::from(least))
    );
}
