//! Tests of what the author of a file can do to the files of others, and of what is never published by accident.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

mod whole;

use std::fs;
use std::path::Path;

use helpdex::article::Status;
use helpdex::{Article, Visibility};
use helpdex_import::{ErrorList, ImportOptions, LeftOut};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use self::whole::{Whole, read_whole};

fn read_public(folder: &Path) -> Whole {
    let options = ImportOptions {
        visibility: Visibility::Public,
        locale: Some("en".parse().unwrap()),
        ..ImportOptions::default()
    };
    read_whole(folder, &options).unwrap()
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[track_caller]
fn check_names(errors: &ErrorList, parts: &[&str]) {
    let text = errors.to_string();
    for part in parts {
        assert!(text.contains(part), "{part:?} is missing: {text}");
    }
}

#[test]
fn a_file_cannot_take_the_id_of_a_file_that_has_it_by_its_path() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        "aaa/x.md",
        "---\nid: bob/reset\n---\n# Of the thief\n",
    );
    write(folder.path(), "bob/reset.md", "# Of the owner\n");
    let files = read_public(folder.path());
    let titles: Vec<&str> = files.articles.iter().map(|a| &*a.fields().title).collect();
    assert_eq!(titles, ["Of the owner"]);
    assert_eq!(files.skipped.count(), 1);
    check_names(
        &files.skipped,
        &["aaa/x.md", "bob/reset.md", "id of its own"],
    );
}

#[test]
fn nobody_takes_the_id_of_a_file_that_cannot_be_read_for_the_moment() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        "aaa/x.md",
        "---\nid: bob/reset\n---\n# Of the thief\n",
    );
    write(
        folder.path(),
        "bob/reset.md",
        "---\nvalid_from: soon\n---\n",
    );
    let files = read_public(folder.path());
    assert!(files.articles.is_empty(), "{:?}", files.articles);
    check_names(
        &files.skipped,
        &["aaa/x.md", "bob/reset.md has the same id", "\"soon\""],
    );
}

#[test]
fn of_files_with_an_id_that_is_of_no_path_or_of_two_none_has_it() {
    for (first, second) in [("a/x.md", "b/y.md"), ("shared.html", "shared.md")] {
        let folder = tempfile::tempdir().unwrap();
        for name in [first, second] {
            write(folder.path(), name, "---\nid: shared\n---\n# Title\n");
        }
        write(folder.path(), "other.md", "# Other\n");
        let files = read_public(folder.path());
        let ids: Vec<&str> = files.articles.iter().map(Article::id).collect();
        assert_eq!(ids, ["other"]);
        assert_eq!(files.skipped.count(), 2);
        check_names(&files.skipped, &[first, second]);
    }
}

#[test]
fn a_file_that_is_too_large_for_an_article_is_refused_by_its_length() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "good.md", "# Good\n");
    let file = fs::File::create(folder.path().join("large.md")).unwrap();
    file.set_len(1 << 40).unwrap();
    let files = read_public(folder.path());
    assert_eq!(files.articles.len(), 1);
    check_names(
        &files.skipped,
        &["large.md", "1099511627776 bytes", "split it"],
    );
}

#[cfg(unix)]
#[test]
fn links_and_special_files_are_named_and_never_followed() {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), "secret.md", "# Secret\n");
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "good.md", "# Good\n");
    symlink(outside.path().join("secret.md"), root.join("outside.md")).unwrap();
    symlink(root.join("good.md"), root.join("inside.md")).unwrap();
    symlink(root, root.join("loop")).unwrap();
    symlink("/dev/zero", root.join("zero.txt")).unwrap();
    symlink(root.join("gone.md"), root.join("dangling.md")).unwrap();
    symlink(root.join("good.md"), root.join("no-article")).unwrap();
    let _socket = UnixListener::bind(root.join("socket.md")).unwrap();
    let files = read_public(root);
    let ids: Vec<&str> = files.articles.iter().map(Article::id).collect();
    assert_eq!(ids, ["good"]);
    assert!(files.skipped.is_empty());
    assert_eq!(files.not_followed.count(), 6, "{}", files.not_followed);
    for name in ["outside.md", "inside.md", "loop", "zero.txt", "dangling.md"] {
        check_names(
            &files.not_followed,
            &[&format!("{name}: it is a symbolic link")],
        );
    }
    check_names(
        &files.not_followed,
        &["socket.md: it is a pipe, a device or a socket"],
    );
    let error = read_whole("/dev/zero", &ImportOptions::default()).unwrap_err();
    assert!(error.to_string().contains("not a file"), "{error}");
}

#[test]
fn of_many_bad_lines_a_hundred_are_kept_and_the_rest_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lines.jsonl");
    fs::write(&path, "x\n".repeat(200_000)).unwrap();
    let files = read_whole(&path, &ImportOptions::default()).unwrap();
    assert_eq!(
        (files.skipped.kept().len(), files.skipped.count()),
        (100, 200_000)
    );
    check_names(&files.skipped, &["lines.jsonl:100: ", "and 199900 more"]);
}

// ---------------------------------------------------------------------------------------------------------------------
// Nobody publishes by accident

#[test]
fn a_key_or_a_line_that_seems_to_hide_an_article_makes_it_internal_and_is_named() {
    for (text, place, key) in [
        (
            "---\ntitle: x\nvisiblity: internal\n---\ntext",
            "a.md:3",
            "visiblity",
        ),
        ("---\naccess: internal\n---\ntext", "a.md:2", "access"),
        ("---\nprivate: true\n---\ntext", "a.md:2", "private"),
        ("---\nunlisted:\n---\ntext", "a.md:2", "unlisted"),
        (
            "---\nsearch_engine: never\n---\ntext",
            "a.md:2",
            "search_engine",
        ),
        ("+++\naudience = \"staff\"\n+++\ntext", "a.md:2", "audience"),
        (
            "---\ntitle: x\n---\nvisibility: internal\n\n# T",
            "a.md:4",
            "visibility",
        ),
        ("text\n\nvisibility: internal\n", "a.md:3", "visibility"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "a.md", text);
        let files = read_public(folder.path());
        assert!(files.skipped.is_empty(), "{text:?}: {}", files.skipped);
        assert_eq!(
            files.articles[0].fields().visibility,
            Visibility::Internal,
            "{text:?}"
        );
        check_names(
            &files.made_internal,
            &[
                place,
                &format!("{key:?} reads as if"),
                "; write `visibility",
            ],
        );
    }
    let stated = "---\nvisibility: public\naccess: everyone\n---\nvisibility: internal\n";
    let plain = "---\nauthor: Ana\nexternal: yes\n---\n# Visibility\n\nYou choose who sees it.\n";
    let read = "---\ndraft: false\nstatus: published\nvalid_from: 2020-01-01\n---\n# Title\n";
    for text in [stated, plain, read] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "a.md", text);
        let files = read_public(folder.path());
        assert_eq!(
            files.articles[0].fields().visibility,
            Visibility::Public,
            "{text:?}"
        );
        assert!(files.made_internal.is_empty());
    }
}

#[test]
fn front_matter_that_cannot_be_read_skips_its_file() {
    let keys = "title: x\nvisibility: internal\n";
    for text in [
        format!("---\n{keys}"),
        format!("\n---\n{keys}---\n"),
        format!(" ---\n{keys}---\n"),
        format!("----\n{keys}----\n"),
        "+++\ntitle = \"x\"\n".to_owned(),
        "{\"title\": \"x\",\n".to_owned(),
        format!("<!--\n{keys}-->\n"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "a.md", &text);
        let files = read_public(folder.path());
        assert!(files.articles.is_empty(), "{text:?}");
        check_names(&files.skipped, &["a.md: front matter, line "]);
    }
}

#[test]
fn pages_that_other_programs_hide_are_left_out() {
    for (name, text, reason) in [
        ("a.md", "---\nunlisted: true\n---\ntext", LeftOut::Hidden),
        ("a.md", "---\nhidden: true\n---\ntext", LeftOut::Hidden),
        ("a.md", "---\nsearch: false\n---\ntext", LeftOut::Hidden),
        (
            "a.md",
            "---\nsearch:\n  exclude: true\n---\ntext",
            LeftOut::Hidden,
        ),
        ("a.md", "---\nsearchable: false\n---\ntext", LeftOut::Hidden),
        ("a.md", "---\nnoindex: true\n---\ntext", LeftOut::Hidden),
        ("a.md", "---\nROBOTS: NOINDEX\n---\ntext", LeftOut::Hidden),
        ("a.md", "---\npagefind: false\n---\ntext", LeftOut::Hidden),
        (
            "a.md",
            "---\nsidebar:\n  hidden: true\n---\ntext",
            LeftOut::Hidden,
        ),
        ("a.md", "---\nis_draft: true\n---\ntext", LeftOut::Draft),
        ("a.md", "---\narchived: true\n---\ntext", LeftOut::Archived),
        ("_drafts/a.md", "text", LeftOut::Draft),
        ("_steps.md", "text", LeftOut::Partial),
        ("_includes/a.md", "text", LeftOut::Partial),
        ("node_modules/x/README.md", "text", LeftOut::NotAnArticle),
    ] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), name, text);
        let files = read_public(folder.path());
        assert!(files.articles.is_empty(), "{name} {text:?}");
        let reasons: Vec<LeftOut> = files.left_out.keys().copied().collect();
        assert_eq!(reasons, [reason], "{name} {text:?}");
    }
    for draft in [
        "+++\ntitle = \"x\"\ndraft = true\n+++\ntext",
        "{\"title\": \"x\", \"draft\": true}\ntext",
        "---\npublished: false\n---\ntext",
    ] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "a.md", draft);
        let files = read_public(folder.path());
        assert_eq!(
            files.articles[0].fields().status,
            Status::Draft,
            "{draft:?}"
        );
    }
}

#[test]
fn a_line_of_json_with_a_body_that_seems_to_be_hidden_is_internal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lines.jsonl");
    let lines = [
        r#"{"id": "a", "locale": "en", "body": "---\nvisibility: internal\n---\ntext"}"#,
        r#"{"id": "b", "locale": "en", "visibility": "public", "body": "visibility: internal"}"#,
        r#"{"id": "c", "locale": "en", "title": "x", "visiblity": "internal"}"#,
        r#"{"id": "d", "locale": "en", "title": "x"}"#,
    ];
    fs::write(&path, lines.join("\n")).unwrap();
    let files = read_public(&path);
    let seen: Vec<_> = files
        .articles
        .iter()
        .map(|article| (article.id(), article.fields().visibility))
        .collect();
    let expected = [
        ("a", Visibility::Internal),
        ("b", Visibility::Public),
        ("d", Visibility::Public),
    ];
    assert_eq!(seen, expected);
    check_names(&files.made_internal, &["lines.jsonl:1: article \"a\""]);
    check_names(&files.skipped, &["lines.jsonl:3: "]);
}

/// Generates a key with up to two letters left out, added, replaced or swapped.
fn misspelt(key: &str) -> impl Strategy<Value = String> + use<> {
    let key: Vec<char> = key.chars().collect();
    let edit = (0..4_usize, 0..key.len(), prop::char::range('a', 'z'));
    vec(edit, 0..=2).prop_map(move |edits| {
        let mut key = key.clone();
        for (kind, at, letter) in edits {
            let at = at % key.len();
            match kind {
                0 if key.len() > 1 => drop(key.remove(at)),
                1 => key.insert(at, letter),
                2 => key[at] = letter,
                _ if at + 1 < key.len() => key.swap(at, at + 1),
                _ => {}
            }
        }
        key.into_iter().collect()
    })
}

/// Generates lines that a file may have before its first heading, none of which states that it is public.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        select(vec![
            "---",
            "---",
            "----",
            " ---",
            "...",
            "+++",
            ";;;",
            "{",
            "}",
            "<!--",
            "-->",
            "",
            "",
            "***",
            "title: x",
            "locale: en",
            "# a comment",
            "author: \"Ana\"",
            "labels: [a, b]",
            "some text",
            "Note: it is so",
            "- item",
            "key = \"value\"",
            "---yaml",
            "text: |",
            "  more",
        ])
        .prop_map(str::to_owned),
        "[a-z ]{0,12}",
    ]
}

proptest! {
    #[test]
    fn no_text_that_says_before_its_first_heading_that_it_is_internal_is_public_by_default(
        before in vec(line(), 0..6),
        after in vec(line(), 0..6),
        key in misspelt("visibility"),
        indent in select(vec!["", "", "  ", "> ", "<!-- "]),
        separator in select(vec![": ", ":", " : ", " = "]),
        extension in select(vec!["md", "html", "txt"]),
    ) {
        // A comment of YAML looks like a heading, and whatever stands in the first 20 lines counts.
        let line = format!("{indent}{key}{separator}internal");
        let lines: Vec<String> = before.into_iter().chain([line]).chain(after).collect();
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &format!("a.{extension}"), &format!("{}\n# Title\n\ntext\n", lines.join("\n")));
        let files = read_public(folder.path());
        for article in &files.articles {
            prop_assert!(article.fields().visibility != Visibility::Public, "{:?}", lines);
        }
    }
}
