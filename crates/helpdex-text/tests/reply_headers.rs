//! Cleans messages with the headers under `reply_headers/`, and counts old messages that stay and own words that are cut.
//!
//! `reply_headers/README.md` describes the files. Run with `--nocapture` to see the cases that were judged wrong.

use std::fs;
use std::path::Path;

use helpdex_text::{Content, clean_ticket};

/// The greatest share of messages in which the old message below a header may stay, in [0, 1].
const MOST_LEFT_IN: f64 = 0.03;

/// The greatest share of messages in which words of the sender may be cut, in [0, 1].
const MOST_CUT: f64 = 0.01;

const OWN_WORDS: &str = "The printer in room twelve still shows error P-204 after that.";
const OLD_WORDS: [&str; 2] = [
    "Hold the power button for ten seconds.",
    "Does the light turn green afterwards?",
];

#[derive(Default)]
struct Counts {
    cases: u32,
    left_in: u32,
    cut: u32,
}

#[test]
fn old_messages_go_with_their_headers_and_own_words_stay() {
    let mut all = Counts::default();
    for file in ["half_a.txt", "half_b.txt", "later.txt"] {
        let counts = check_file(file);
        println!(
            "{file}: {} cases, {} left in, {} cut",
            counts.cases, counts.left_in, counts.cut
        );
        all.cases += counts.cases;
        all.left_in += counts.left_in;
        all.cut += counts.cut;
    }
    assert!(all.cases >= 200, "{} cases", all.cases);
    let (left_in, cut) = (share(all.left_in, all.cases), share(all.cut, all.cases));
    assert!(left_in <= MOST_LEFT_IN, "{left_in:.3} left in");
    assert!(cut <= MOST_CUT, "{cut:.3} cut");
}

fn share(part: u32, whole: u32) -> f64 {
    f64::from(part) / f64::from(whole)
}

fn check_file(file: &str) -> Counts {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/reply_headers")
        .join(file);
    let text = fs::read_to_string(&path).expect("the file is in the repository");
    let mut counts = Counts::default();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.splitn(4, '|').collect();
        let [_, program, form, header] = columns[..] else {
            panic!("{file}: {line:?} needs four columns");
        };
        counts.cases += 1;
        check_case(line, program, form, &header.replace('⏎', "\n"), &mut counts);
    }
    counts
}

fn check_case(line: &str, program: &str, form: &str, header: &str, counts: &mut Counts) {
    let own = if program == "own" {
        format!("{OWN_WORDS}\n\n{header}")
    } else {
        OWN_WORDS.to_owned()
    };
    let message = match (program, form) {
        ("own", _) => own.clone(),
        (_, ">") => format!(
            "{own}\n\n{header}\n\n> {}\n> {}",
            OLD_WORDS[0], OLD_WORDS[1]
        ),
        (_, ".") => format!("{own}\n\n{header}\n\n{}\n{}", OLD_WORDS[0], OLD_WORDS[1]),
        (_, "=") => format!("{own}\n\n{header} {}\n{}", OLD_WORDS[0], OLD_WORDS[1]),
        _ => panic!("{line:?}: {form:?} is no form; write >, . or ="),
    };
    let ticket = clean_ticket(None, Content::Text(&message));
    let kept = letters(ticket.text());
    // Own words may hold an address, which is masked.
    let own = letters(clean_ticket(None, Content::Text(&own.replace('\n', " "))).text());
    if kept.len() > own.len() {
        counts.left_in += 1;
        println!("left in: {line}\n    {:?}", ticket.text());
    } else if kept != own {
        counts.cut += 1;
        println!("cut: {line}\n    {:?}", ticket.text());
    }
}

/// Returns the letters and digits of a text, because line breaks and signs do not matter.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}
