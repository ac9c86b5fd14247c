//! Reads one small input of every source, and asserts that no mutation of it makes an importer panic.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

#[path = "../../../fuzz/src/imports.rs"]
mod imports;
mod outline;
mod whole;

use std::fs;
use std::path::Path;

use helpdex_import::{ImportOptions, Source};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use self::imports::{imports, unpack};
use self::outline::outline;
use self::whole::read_whole;

/// Returns the input of a source. It has a hidden record, a restricted one, a draft, a translation and a broken one, as
/// far as the source has such records.
fn input(source: Source) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/cases/imports");
    fs::read_to_string(folder.join(source.name())).unwrap()
}

/// Returns the lines that are expected of an input: its last section.
fn expected(input: &str) -> Vec<&str> {
    let (_, lines) = input.split_once("@@@ =>\n").unwrap();
    lines.lines().collect()
}

#[test]
fn every_source_is_detected_and_its_hidden_records_stay_hidden() {
    let mut wrong: Vec<String> = Vec::new();
    for source in Source::ALL {
        let input = input(source);
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(unpack(&input, folder.path()), Some(source));
        let options = ImportOptions {
            locale: Some("en".parse().unwrap()),
            visibility: helpdex::Visibility::Public,
            ..ImportOptions::default()
        };
        let import = read_whole(folder.path(), &options).unwrap();
        let outline = outline(&import);
        if import.source != source || outline != expected(&input) {
            wrong.push(format!(
                "\n{}, read as {} ({}):\n{}\n{}\n",
                source.name(),
                import.source.name(),
                import.detected_by,
                outline.join("\n"),
                import.skipped
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

/// A mutation of an input: a change at the first place, with the bytes from the second to the third place.
#[derive(Debug, Clone)]
enum Mutation {
    Flip(Index, u8),
    Cut(Index, Index),
    Repeat(Index, Index, usize),
    Splice(Index, Source, Index, Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let place = any::<Index>;
    prop_oneof![
        (place(), any::<u8>()).prop_map(|(at, bits)| Mutation::Flip(at, bits)),
        (place(), place()).prop_map(|(from, to)| Mutation::Cut(from, to)),
        (place(), place(), 1..200usize)
            .prop_map(|(from, to, times)| Mutation::Repeat(from, to, times)),
        (place(), select(&Source::ALL[..]), place(), place())
            .prop_map(|(at, source, from, to)| Mutation::Splice(at, source, from, to)),
    ]
}

/// Returns the range between two places of an input of `length` bytes.
fn range(from: Index, to: Index, length: usize) -> std::ops::Range<usize> {
    let (from, to) = (from.index(length + 1), to.index(length + 1));
    from.min(to)..from.max(to)
}

fn mutated(mut bytes: Vec<u8>, mutations: Vec<Mutation>) -> Vec<u8> {
    for mutation in mutations {
        match mutation {
            Mutation::Flip(at, bits) if !bytes.is_empty() => {
                let at = at.index(bytes.len());
                bytes[at] ^= bits;
            }
            Mutation::Flip(..) => {}
            Mutation::Cut(from, to) => {
                bytes.drain(range(from, to, bytes.len()));
            }
            Mutation::Repeat(from, to, times) => {
                let range = range(from, to, bytes.len());
                let part = bytes[range.clone()].repeat(times.min(20_000 / (range.len() + 1)));
                bytes.splice(range.start..range.start, part);
            }
            Mutation::Splice(at, source, from, to) => {
                let other = input(source).into_bytes();
                let part = other[range(from, to, other.len())].to_vec();
                let at = at.index(bytes.len() + 1);
                bytes.splice(at..at, part);
            }
        }
    }
    bytes
}

proptest! {
    #[test]
    fn no_change_of_an_input_breaks_the_importer_of_its_source(
        source in select(&Source::ALL[..]),
        mutations in vec(mutation(), 1..6),
    ) {
        // The first line, the name of the source, stays.
        let whole = input(source);
        let (name, files) = whole.split_once('\n').unwrap();
        let mutated = mutated(files.as_bytes().to_vec(), mutations);
        imports(&[name.as_bytes(), b"\n", &mutated].concat());
    }
}
