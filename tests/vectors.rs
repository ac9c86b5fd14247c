//! Tests of the `helpdex` command with vectors: by a program, and out of a table.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use helpdex_tests::{Finished, Folder, Helpdex};
use serde_json::{Value, json};

const MATTERS: [&str; 5] = ["refund", "invoice", "password", "printer", "parcel"];

/// A program that knows no meaning: it answers each text of a line with the same vector, by counting the commas between texts.
const PROGRAM: &str = r#"
while read -r line; do
  printf '[[1, 2, 3]'
  printf '%s' "${line#*texts}" | grep -o '","' | while read -r comma; do printf ', [1, 2, 3]'; done
  echo ']'
done
"#;

/// A program that knows what [`vector`] knows.
const KNOWING: &str = r#"
while read -r line; do
  printf '%s\n' "${line#*texts}" | awk '{
    count = split(tolower($0), texts, "\",\"")
    answer = "["
    for (i = 1; i <= count; i++) {
      gsub("money", "refund", texts[i])
      answer = answer (i > 1 ? ", [" : "[")
      shown = split("refund invoice password printer parcel change delete", words, " ")
      for (j = 1; j <= shown; j++) answer = answer (j > 1 ? ", " : "") (index(texts[i], words[j]) ? "1" : "0.1")
      answer = answer "]"
    }
    print answer "]"
  }'
done
"#;

/// Returns a vector that is near to those of texts with the same matter, which customers call "money" in place of "refund".
fn vector(text: &str) -> Vec<f32> {
    let text = text.to_lowercase().replace("money", "refund");
    let matters = MATTERS.iter().map(|matter| text.contains(matter));
    let ways = ["change", "delete"].map(|way| text.contains(way));
    let shown = matters.chain(ways);
    shown
        .map(|is_there| if is_there { 1.0 } else { 0.1 })
        .collect()
}

/// A folder with a table of articles and their vectors, a file of tickets, and the program.
fn help_center() -> Folder {
    let folder = Folder::new();
    let mut table = "id,title,body,locale,visibility,embedding\n".to_owned();
    for (number, matter) in (0..).zip(MATTERS) {
        for way in ["Change", "Delete"] {
            let title = format!("{way} the {matter}");
            writeln!(
                table,
                "{way} {number},{title},Press the button.,en,public,\"{:?}\"",
                vector(&title)
            )
            .unwrap();
        }
    }
    let text = "I want my money deleted";
    let ticket = |id: &str, verdict: &str| {
        json!({
            "ticket_id": id,
            "text": text,
            "requester": id,
            "at": "2026-03-01",
            "verdict": verdict,
            "articles": ["Delete 0"],
            "vector": {"model": "m", "values": vector("delete the money")},
        })
    };
    let tickets = ["a", "b", "c"].map(|id| format!("{}\n", ticket(id, "linked")));
    for (name, content) in [
        ("articles.csv", table),
        ("tickets.jsonl", tickets.concat()),
        ("embed.sh", PROGRAM.to_owned()),
        ("knowing.sh", KNOWING.to_owned()),
    ] {
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

fn path(folder: &Folder, name: &str) -> String {
    let path: PathBuf = folder.path().join(name);
    path.to_str().unwrap().to_owned()
}

/// Runs a command line whose words in capitals stand for files and programs of the folder.
fn run(folder: &Folder, line: &str) -> Finished {
    let arguments: Vec<String> = line
        .split(' ')
        .map(|word| match word {
            "ARTICLES" => path(folder, "articles.csv"),
            "KB" => path(folder, "kb"),
            "TICKETS" => path(folder, "tickets.jsonl"),
            "SET" => path(folder, "set"),
            "PROGRAM" => format!("sh '{}'", path(folder, "embed.sh")),
            "KNOWING" => format!("sh '{}'", path(folder, "knowing.sh")),
            "ENDS" => "exit 3".to_owned(),
            "TEXT" => "I want my money deleted".to_owned(),
            "HANGS" => "read -r line; cat".to_owned(),
            other => other.to_owned(),
        })
        .collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Helpdex::new(&arguments).run()
}

/// Runs a command line that fails, perhaps after warnings, with an error that says this.
#[track_caller]
fn fails(folder: &Folder, line: &str, error: &str) {
    let finished = run(folder, line);
    assert_eq!(finished.code, 1, "{line}: {finished:?}");
    let last = finished.stderr.lines().last().unwrap();
    assert!(
        last.starts_with("error: ") && last.contains(error),
        "{line}: {last}"
    );
}

#[track_caller]
fn succeeds(folder: &Folder, line: &str) {
    let finished = run(folder, line);
    assert_eq!(finished.code, 0, "{line}: {finished:?}");
}

const BUILD: &str = "build ARTICLES --into KB";
const BACKTEST: &str = "backtest TICKETS --articles ARTICLES --periods 2";
const BY_TABLE: &str = "--vectors ARTICLES --embed-model m";
const BY_PROGRAM: &str = "--embed-command PROGRAM --embed-model m";

#[test]
fn a_column_of_the_table_of_articles_finds_what_says_it_in_other_words() {
    let folder = help_center();
    let built = run(&folder, &format!("{BUILD} {BY_TABLE} --json")).json();
    assert_eq!(built["vectors"]["given"], 10, "{built}");
    let asked = run(&folder, "suggest --kb KB --tickets TICKETS").succeeded();
    let first: Value = serde_json::from_str(asked.lines().next().unwrap()).unwrap();
    assert_eq!(first["vectors"], "used", "{first}");
    assert_eq!(first["ranking"][0]["article_id"], "Delete 0");
    let coverage = |line: &str| {
        let report = run(&folder, line).json();
        report["figures"]["coverage"]["value"].as_f64().unwrap()
    };
    let by_words = coverage(&format!("{BACKTEST} --json"));
    assert!(coverage(&format!("{BACKTEST} {BY_TABLE} --json")) > by_words);
}

#[test]
fn a_file_of_vectors_needs_the_name_of_the_model_and_rows_of_one_length() {
    let folder = help_center();
    let unnamed = run(&folder, &format!("{BUILD} --vectors ARTICLES"));
    assert_eq!(unnamed.code, 2);
    assert!(unnamed.stderr.contains("--embed-model"), "{unnamed:?}");
    let table = folder.path().join("odd.csv");
    fs::write(&table, "id,embedding\na,1 2\nb,1\n").unwrap();
    let line = format!("{BUILD} --embed-model m --vectors {}", table.display());
    fails(&folder, &line, "odd.csv:3");
    assert!(!folder.path().join("kb").exists());
}

#[test]
fn a_program_embeds_articles_and_tickets_in_every_command() {
    let folder = help_center();
    fails(
        &folder,
        &format!("{BUILD} --embed-command PROGRAM"),
        "--embed-model NAME",
    );
    let built = run(&folder, &format!("{BUILD} {BY_PROGRAM} --json")).json();
    // Ten titles, and a passage below each.
    assert_eq!(built["vectors"]["embedded"], 20, "{built}");
    let again = run(&folder, &format!("{BUILD} {BY_PROGRAM}")).succeeded();
    assert!(
        again.contains("vectors of m: 0 made, 20 kept, 0 given"),
        "{again}"
    );
    // Its vectors are all alike, so that nothing goes by them, and the answer says so.
    for line in [
        format!("suggest --kb KB refund --json {BY_PROGRAM}"),
        "suggest --kb KB refund --json --embed-command PROGRAM".to_owned(),
        format!("suggest --articles ARTICLES refund --json {BY_PROGRAM}"),
    ] {
        assert_eq!(
            run(&folder, &line).json()["vectors"],
            "not_trusted",
            "{line}"
        );
    }
    succeeds(&folder, "learn KB TICKETS");
    for line in ["train KB", BACKTEST] {
        succeeds(&folder, &format!("{line} {BY_PROGRAM}"));
    }
}

#[test]
fn an_explanation_shows_the_sentence_that_is_nearest() {
    let folder = help_center();
    let program = "--embed-command KNOWING --embed-model m";
    succeeds(&folder, &format!("{BUILD} {program}"));
    let suggest = "suggest --kb KB TEXT --embed-command KNOWING";
    let shown = run(&folder, &format!("{suggest} --explain")).succeeded();
    for part in [
        "the refund",
        "It is matched by meaning.",
        "nearest sentence: Press the button.",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let plain = run(&folder, suggest).succeeded();
    assert!(!plain.contains("nearest sentence"), "{plain}");
}

#[test]
fn a_data_set_is_evaluated_with_a_program() {
    let folder = help_center();
    fs::create_dir_all(folder.path().join("set/qrels")).unwrap();
    for (name, text) in [
        (
            "corpus.jsonl",
            r#"{"_id": "pin", "title": "Reset your PIN"}"#,
        ),
        (
            "queries.jsonl",
            r#"{"_id": "1", "text": "I forgot the PIN"}"#,
        ),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\n1\tpin\t1\n"),
    ] {
        fs::write(folder.path().join("set").join(name), text).unwrap();
    }
    succeeds(&folder, &format!("eval SET {BY_PROGRAM}"));
}

#[test]
fn a_failing_program_fails_a_build_and_an_answer_is_made_without_it() {
    let folder = help_center();
    let failing = format!("{BUILD} --embed-command ENDS --embed-model m");
    fails(&folder, &failing, "the program has ended");
    succeeds(&folder, &format!("{BUILD} {BY_PROGRAM}"));
    // The generation before stays, with its vectors.
    let failing = format!("{BUILD} --embed-command ENDS --embed-model other");
    fails(&folder, &failing, "the program has ended");
    let suggest = "suggest --kb KB refund --min-probability 0.01";
    for (program, name, sentence) in [
        (
            "--embed-command PROGRAM",
            "not_trusted",
            "do not go with their words",
        ),
        ("--embed-command ENDS", "failed", "the embedder failed"),
        (
            "--embed-command HANGS --embed-patience-ms 1",
            "late",
            "the embedder was late",
        ),
        (
            "--embed-command PROGRAM --embed-model other",
            "other_model",
            "the ticket's is of another model",
        ),
    ] {
        let asked = run(&folder, &format!("{suggest} {program}"));
        assert_eq!(asked.code, 0, "{asked:?}");
        let is_told = asked
            .stderr
            .contains("the answer was made without vectors: ");
        assert!(is_told && asked.stderr.contains(sentence), "{asked:?}");
        assert!(asked.stdout.contains("the refund"), "{asked:?}");
        let answer = run(&folder, &format!("{suggest} {program} --json")).json();
        assert_eq!(answer["vectors"], name);
    }
}
