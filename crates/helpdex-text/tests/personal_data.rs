//! Masks the labelled sentences under `personal_data/` and compares the masks with what a person labelled as private.
//!
//! `personal_data/README.md` describes the files. Run with `--nocapture` to see precision and recall by kind, and with
//! the sentences that were judged wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::Path;

use helpdex_text::{Content, Removal, RemovalKind, clean_ticket};

/// The least share of the private pieces that must be masked, in [0, 1].
const LEAST_RECALL: f64 = 0.95;

/// The least share of the masks that must cover a private piece, in [0, 1].
const LEAST_PRECISION: f64 = 0.97;

#[test]
fn what_is_private_is_masked_in_texts_and_subjects_and_what_is_searched_for_stays() {
    let mut all = Counts::default();
    let mut countries = BTreeSet::new();
    for file in ["half_a.txt", "half_b.txt"] {
        let sentences = read_sentences(file);
        let counts = check(file, &sentences, Place::Text);
        check(file, &sentences, Place::Subject);
        all.add(&counts);
        countries.extend(
            sentences
                .into_iter()
                .filter_map(|sentence| sentence.country),
        );
    }
    println!("{} countries", countries.len());
    assert!(countries.len() >= 20, "{countries:?}");
    let is: u32 = all.by_kind.values().map(|count| count.is).sum();
    assert!(
        is >= 400 && all.near_misses >= 400,
        "{is} {}",
        all.near_misses
    );
}

/// The part of a ticket that holds a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Subject,
}

/// Cleans every sentence, prints the figures, and asserts that they reach the least recall and precision.
fn check(file: &str, sentences: &[Sentence], place: Place) -> Counts {
    let mut counts = Counts::default();
    for sentence in sentences {
        if place == Place::Text || !sentence.text.contains('\n') {
            sentence.judge(place, &mut counts);
        }
    }
    println!("{file}, {place:?}: {} near misses", counts.near_misses);
    println!(
        "{:8} {:>5} {:>7} {:>11}",
        "kind", "is", "recall", "other mask"
    );
    for (kind, count) in &counts.by_kind {
        let recall = f64::from(count.masked) / f64::from(count.is);
        println!(
            "{kind:8} {:5} {recall:7.3} {:11}",
            count.is, count.other_mask
        );
    }
    let (recall, precision) = (counts.recall(), counts.precision());
    println!("all: recall {recall:.3}, precision {precision:.3}");
    assert!(
        recall >= LEAST_RECALL,
        "{file}, {place:?}: recall {recall:.3}"
    );
    assert!(
        precision >= LEAST_PRECISION,
        "{file}, {place:?}: precision {precision:.3}"
    );
    counts
}

#[derive(Default)]
struct Counts {
    by_kind: BTreeMap<String, KindCounts>,
    near_misses: u32,
    /// The number of masks over text that is not private.
    wrong: u32,
}

#[derive(Default)]
struct KindCounts {
    is: u32,
    /// The number of pieces that are masked as a whole.
    masked: u32,
    /// The number of pieces that are masked as a whole, but with a mask of another kind.
    other_mask: u32,
}

impl Counts {
    fn recall(&self) -> f64 {
        let is: u32 = self.by_kind.values().map(|count| count.is).sum();
        f64::from(self.masked()) / f64::from(is)
    }

    fn precision(&self) -> f64 {
        f64::from(self.masked()) / f64::from(self.masked() + self.wrong)
    }

    fn masked(&self) -> u32 {
        self.by_kind.values().map(|count| count.masked).sum()
    }

    fn add(&mut self, other: &Counts) {
        self.near_misses += other.near_misses;
        for (kind, count) in &other.by_kind {
            let sum = self.by_kind.entry(kind.clone()).or_default();
            sum.is += count.is;
            sum.masked += count.masked;
            sum.other_mask += count.other_mask;
        }
    }
}

/// A sentence with one private piece, or with something that looks like one.
struct Sentence {
    kind: String,
    country: Option<String>,
    text: String,
    /// The bytes of the sentence that are private; empty in a near miss.
    private: Range<usize>,
}

impl Sentence {
    fn judge(&self, place: Place, counts: &mut Counts) {
        let (masks, removed) = match place {
            Place::Text => {
                let ticket = clean_ticket(None, Content::Text(&self.text));
                let masks: Vec<Removal> = ticket
                    .removed()
                    .iter()
                    .filter(|removal| removal.kind == RemovalKind::PersonalData)
                    .cloned()
                    .collect();
                (masks, ticket.removed().to_vec())
            }
            Place::Subject => {
                let ticket = clean_ticket(Some(&self.text), Content::Text(""));
                let masks = self.masks_of_subject(ticket.subject());
                (masks.clone(), masks)
            }
        };
        for mask in &masks {
            if !self.is_private(mask) {
                counts.wrong += 1;
                println!(
                    "{place:?} {}: wrong [{}]: {}",
                    self.kind, mask.rule, self.text
                );
            }
        }
        if self.private.is_empty() {
            counts.near_misses += 1;
            return;
        }
        let count = counts.by_kind.entry(self.kind.clone()).or_default();
        count.is += 1;
        let is_masked = self.text[self.private.clone()]
            .char_indices()
            .filter(|(_, c)| c.is_alphanumeric())
            .map(|(at, _)| self.private.start + at)
            .all(|at| removed.iter().any(|removal| removal.range.contains(&at)));
        if is_masked {
            count.masked += 1;
            let has_kind = masks
                .iter()
                .any(|mask| mask.rule == self.kind && self.is_private(mask));
            count.other_mask += u32::from(!has_kind);
        } else {
            println!("{place:?} {}: not masked: {}", self.kind, self.text);
        }
    }

    /// Whether a mask covers a byte that is private.
    fn is_private(&self, mask: &Removal) -> bool {
        mask.range.clone().any(|at| self.private.contains(&at))
    }

    /// Finds the masks of a cleaned subject by comparing the text before and behind each with the original, because a
    /// subject keeps no ranges.
    fn masks_of_subject(&self, subject: &str) -> Vec<Removal> {
        let mut masks = Vec::new();
        let (mut at, mut rest) = (0, subject);
        while let Some((open, rule)) = first_mask(rest) {
            let start = at + open;
            rest = &rest[open + rule.len() + 2..];
            let next = first_mask(rest).map_or(rest, |(open, _)| &rest[..open]);
            let end = if next.is_empty() && !rest.is_empty() {
                start + 1
            } else if rest.is_empty() {
                self.text.len()
            } else {
                let found = self.text[start..].find(next);
                start + found.unwrap_or_else(|| panic!("{subject:?} of {:?}", self.text))
            };
            masks.push(Removal {
                kind: RemovalKind::PersonalData,
                range: start..end,
                rule,
            });
            at = end;
        }
        masks
    }
}

fn first_mask(text: &str) -> Option<(usize, &'static str)> {
    const RULES: [&str; 8] = [
        "email", "phone", "card", "iban", "ip", "number", "id", "secret",
    ];
    RULES
        .iter()
        .filter_map(|rule| Some((text.find(&format!("[{rule}]"))?, *rule)))
        .min()
}

fn read_sentences(file: &str) -> Vec<Sentence> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/personal_data");
    let text = fs::read_to_string(folder.join(file)).expect("the file stands in the folder");
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .enumerate()
        .map(|(i, line)| read_sentence(line, i))
        .collect()
}

/// Parses a line of a file: `+ phone fr | Rappelez-moi au ⟦06 39 98 12 34⟧ svp` or `- price | It costs 1,299.00 now`.
fn read_sentence(line: &str, number: usize) -> Sentence {
    let (head, text) = line.split_once(" | ").expect("a head and a sentence");
    let mut head = head.split(' ');
    let is_private = head.next() == Some("+");
    let kind = head.next().expect("a kind").to_owned();
    let country = head.next().filter(|country| *country != "xx");
    let text = expand(text, number);
    let (before, rest) = text.split_once('⟦').unwrap_or((&text, ""));
    let (inside, behind) = rest.split_once('⟧').unwrap_or_default();
    assert_eq!(is_private, !inside.is_empty(), "{line}");
    Sentence {
        kind,
        country: country.map(str::to_owned),
        private: before.len()..before.len() + inside.len(),
        text: format!("{before}{inside}{behind}"),
    }
}

/// Replaces escapes by their characters, and assembles secrets.
///
/// `{ghp_|a:36}` is a prefix and 36 letters and digits: `a` of all, `u` of capitals and digits, `h` of hexadecimal
/// digits, `n` of digits, `b` of base 64. So no file holds anything that a scanner takes for a secret.
fn expand(text: &str, number: usize) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once('{') {
        out.push_str(before);
        let secret = inside.split_once('}').and_then(|(inside, behind)| {
            let (prefix, body) = inside.split_once('|')?;
            let (alphabet, len) = body.split_once(':')?;
            Some((prefix, alphabet, len.parse().ok()?, behind))
        });
        if let Some((prefix, alphabet, len, behind)) = secret {
            out.push_str(prefix);
            out.push_str(&body(alphabet, len, number + out.len()));
            rest = behind;
        } else {
            out.push('{');
            rest = inside;
        }
    }
    out.push_str(rest);
    [
        ("\\n", "\n"),
        ("\\2009", "\u{2009}"),
        ("\\200b", "\u{200b}"),
    ]
    .iter()
    .fold(out, |text, (escape, c)| text.replace(escape, c))
}

/// Returns letters and digits of an alphabet in an order that only looks random: it steps through the alphabet by a
/// number prime to its length.
fn body(alphabet: &str, len: usize, seed: usize) -> String {
    let alphabet: &[u8] = match alphabet {
        "n" => b"0123456789",
        "h" => b"0123456789abcdef",
        "u" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        "b" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        _ => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    };
    (0..len)
        .map(|i| char::from(alphabet[(seed * 7 + i * (2 * i + 17)) % alphabet.len()]))
        .collect()
}
