//! Tests of the `helpdex` command as its users see it: answers, reports, and errors for bad input.

use std::fs;
use std::path::Path;

use helpdex_tests::{Finished, Folder, Helpdex};
use serde_json::{Value, json};

const PASSWORD: &str = "\
---
id: reset-password
title: Reset your password
locale: en
visibility: public
url: https://help.example.org/reset-password
---
## If you forgot it

Press **Forgot password** on the sign-in page. We mail you a link that works for one hour.
";

const REFUND: &str = "\
---
id: refund-payment
title: Refund a payment
locale: en
visibility: public
---
Open the payment, press **Refund**, and enter the amount. The customer has the money in five days.
";

const RUNBOOK: &str = "\
---
id: runbook
title: Unlock an account by hand
locale: en
visibility: internal
---
Search the account in the console and press unlock.
";

/// Makes a folder with these files, which is removed at the end of the test.
fn folder(files: &[(&str, &[u8])]) -> Folder {
    let folder = Folder::new();
    for (name, content) in files {
        let path = folder.path().join(name);
        let parent = path.parent().expect("a file lies in a folder");
        fs::create_dir_all(parent).expect("a temporary folder can be changed");
        fs::write(path, content).expect("a temporary folder can be changed");
    }
    folder
}

fn help_center() -> Folder {
    folder(&[
        ("articles/password.md", PASSWORD.as_bytes()),
        ("articles/refund.md", REFUND.as_bytes()),
        ("articles/runbook.md", RUNBOOK.as_bytes()),
    ])
}

/// Returns a path in the folder as an argument.
fn path(folder: &Folder, name: &str) -> String {
    folder
        .path()
        .join(name)
        .to_str()
        .expect("temporary paths are UTF-8")
        .to_owned()
}

fn build(folder: &Folder) -> Finished {
    let (articles, kb) = (path(folder, "articles"), path(folder, "kb"));
    Helpdex::new(&["build", &articles, "--into", &kb]).run()
}

/// Builds a help center, and returns its folder and the path of its knowledge base.
fn knowledge_base() -> (Folder, String) {
    let folder = help_center();
    let _ = build(&folder).succeeded();
    let kb = path(&folder, "kb");
    (folder, kb)
}

fn article_ids(list: &Value) -> Vec<&str> {
    let articles = list.as_array().expect("a list of articles");
    articles
        .iter()
        .filter_map(|article| article["article_id"].as_str())
        .collect()
}

#[test]
fn a_build_reports_what_it_did_and_a_second_one_changes_nothing() {
    let folder = help_center();
    let first = build(&folder).succeeded();
    assert!(
        first.contains("3 added, 0 changed, 0 unchanged, 0 removed, 0 skipped"),
        "{first}"
    );
    assert!(first.contains("2 public, 1 internal"), "{first}");
    let second = build(&folder).succeeded();
    assert!(
        second.contains("0 added, 0 changed, 3 unchanged, 0 removed, 0 skipped"),
        "{second}"
    );
}

#[test]
fn a_build_follows_changed_and_removed_files() {
    let folder = help_center();
    let _ = build(&folder).succeeded();
    fs::remove_file(folder.path().join("articles/refund.md")).expect("the file is there");
    fs::write(
        folder.path().join("articles/password.md"),
        PASSWORD.replace("one hour", "a day"),
    )
    .expect("the file can be written");
    let report = build(&folder).succeeded();
    assert!(
        report.contains("0 added, 1 changed, 1 unchanged, 1 removed"),
        "{report}"
    );
}

#[test]
fn a_build_as_json_has_the_counts_and_the_generation() {
    let folder = help_center();
    let (articles, kb) = (path(&folder, "articles"), path(&folder, "kb"));
    let report = Helpdex::new(&["build", &articles, "--into", &kb, "--json"])
        .run()
        .json();
    assert_eq!(report["added"], 3);
    assert_eq!(report["skipped"], json!({}));
    assert_eq!(report["source"], json!("markdown"));
    assert_eq!(report["generation"], 1);
    assert_eq!(report["articles"], json!({"public": 2, "internal": 1}));
}

#[test]
fn articles_are_read_from_json_lines_too() {
    let lines =
        br#"{"id": 7, "locale": "en", "title": "Reset your password", "visibility": "public"}"#;
    let folder = folder(&[("articles.jsonl", lines)]);
    let (articles, kb) = (path(&folder, "articles.jsonl"), path(&folder, "kb"));
    let report = Helpdex::new(&["build", &articles, "--into", &kb])
        .run()
        .succeeded();
    assert!(report.contains("1 added"), "{report}");
}

#[test]
fn a_ticket_gets_the_article_that_answers_it() {
    let (_folder, kb) = knowledge_base();
    let ticket = "I forgot my password, how do I reset it?";
    let answer = Helpdex::new(&[
        "suggest",
        "--kb",
        &kb,
        "--min-probability",
        "0",
        "--json",
        ticket,
    ]);
    let answer = answer.run().json();
    assert_eq!(answer["outcome"], "offered");
    let first = &answer["offered"][0];
    assert_eq!(first["article_id"], "reset-password");
    assert_eq!(first["url"], "https://help.example.org/reset-password");
    assert_eq!(first["passage"]["heading"], "If you forgot it");
    let shown = Helpdex::new(&[
        "suggest",
        "--kb",
        &kb,
        "--min-probability",
        "0",
        "--explain",
        ticket,
    ]);
    let shown = shown.run().succeeded();
    assert!(shown.contains("1. Reset your password"), "{shown}");
    assert!(shown.contains("searched: en"), "{shown}");
}

#[test]
fn a_ticket_on_standard_input_gets_the_same_answer() {
    let (_folder, kb) = knowledge_base();
    let ticket = "how do I refund a payment";
    let answer = |arguments: &[&str], stdin: &[u8]| {
        let mut all = vec!["suggest", "--kb", &kb, "--json"];
        all.extend(arguments);
        let mut answer = Helpdex::new(&all).run_with(stdin).json();
        answer["elapsed_us"] = 0.into();
        answer
    };
    assert_eq!(answer(&[ticket], b""), answer(&["-"], ticket.as_bytes()));
    assert_eq!(answer(&[ticket], b""), answer(&[], ticket.as_bytes()));
}

#[test]
fn articles_can_be_asked_without_a_knowledge_base() {
    let folder = help_center();
    let articles = path(&folder, "articles");
    let answer = Helpdex::new(&[
        "suggest",
        "--articles",
        &articles,
        "--json",
        "refund a payment",
    ]);
    assert_eq!(
        answer.run().json()["ranking"][0]["article_id"],
        "refund-payment"
    );
}

#[test]
fn an_internal_article_is_seen_by_agents_only() {
    let (_folder, kb) = knowledge_base();
    let ranking = |audience: &str| {
        let arguments = [
            "suggest",
            "--kb",
            &kb,
            "--audience",
            audience,
            "--json",
            "unlock an account by hand",
        ];
        Helpdex::new(&arguments).run().json()["ranking"].take()
    };
    assert_eq!(article_ids(&ranking("internal"))[0], "runbook");
    assert!(!article_ids(&ranking("public")).contains(&"runbook"));
    assert!(!article_ids(&ranking("signed_in")).contains(&"runbook"));
}

#[test]
fn an_article_that_states_no_visibility_is_not_public() {
    let article = PASSWORD.replace("visibility: public\n", "");
    let folder = folder(&[("articles/a.md", article.as_bytes())]);
    let built = build(&folder);
    assert!(
        built.stderr.contains("give --visibility public"),
        "{built:?}"
    );
    let kb = path(&folder, "kb");
    let answer = Helpdex::new(&["suggest", "--kb", &kb, "--json", "reset password"])
        .run()
        .json();
    assert_eq!(answer["reason"], "nothing_visible");
}

#[test]
fn silence_is_an_answer_with_a_reason_and_exit_code_0() {
    let (_folder, kb) = knowledge_base();
    let check = |ticket: &str, reason: &str| {
        let answer = Helpdex::new(&["suggest", "--kb", &kb, "--json"]).run_with(ticket.as_bytes());
        let answer = answer.json();
        assert_eq!(answer["outcome"], "abstained", "{ticket:?}");
        assert_eq!(answer["reason"], reason, "{ticket:?}");
    };
    check("", "empty_after_cleaning");
    check("  \n\t\n ", "empty_after_cleaning");
    check("zzyzx qwfp", "nothing_matched");
    let shown = Helpdex::new(&["suggest", "--kb", &kb, ""])
        .run()
        .succeeded();
    assert!(shown.starts_with("No suggestion. "), "{shown}");
}

#[test]
fn a_ticket_of_10_megabytes_has_an_outcome() {
    let (_folder, kb) = knowledge_base();
    let sentence = "I forgot my password, how do I reset it? Nobody here can help me.\n";
    let ticket = sentence.repeat(10_000_000 / sentence.len() + 1);
    let answer = Helpdex::new(&["suggest", "--kb", &kb, "--json"]).run_with(ticket.as_bytes());
    let answer = answer.json();
    assert_eq!(answer["ranking"][0]["article_id"], "reset-password");
}

#[test]
fn a_ticket_that_is_not_utf_8_has_an_outcome() {
    let (_folder, kb) = knowledge_base();
    let answer =
        Helpdex::new(&["suggest", "--kb", &kb, "--json"]).run_with(b"reset my password \xff\xfe");
    assert_eq!(answer.json()["ranking"][0]["article_id"], "reset-password");
}

#[test]
fn a_ticket_that_begins_like_an_option_can_be_given_after_two_dashes() {
    let (_folder, kb) = knowledge_base();
    let answer = Helpdex::new(&[
        "suggest",
        "--kb",
        &kb,
        "--json",
        "--",
        "--reset my password",
    ]);
    assert_eq!(
        answer.run().json()["ranking"][0]["article_id"],
        "reset-password"
    );
}

#[test]
fn bad_articles_are_named_and_the_rest_is_built() {
    let check = |name: &str, content: &[u8], parts: &[&str]| {
        let folder = folder(&[
            ("articles/reset-password.md", PASSWORD.as_bytes()),
            (name, content),
        ]);
        let built = build(&folder);
        for part in parts {
            assert!(
                built.stderr.contains(part),
                "{part:?} is missing: {built:?}"
            );
        }
        let report = built.succeeded();
        assert!(
            report.contains("1 added, 0 changed, 0 unchanged, 0 removed, 1 skipped"),
            "{report}"
        );
    };
    check(
        "articles/b.md",
        b"caf\xe9",
        &["b.md", "not UTF-8 at byte 3"],
    );
    check(
        "articles/b.md",
        b"---\ntitle: [never closed\n---\ntext",
        &["b.md:", "skipped"],
    );
    check(
        "articles/b.md",
        b"---\nlocale: en\nvalid_from: soon\n---\ntext",
        &["b.md:", "\"soon\""],
    );
    check(
        "articles/a/reset-password.md",
        PASSWORD.as_bytes(),
        &[
            "a/reset-password.md",
            "\"reset-password\"",
            "articles/reset-password.md",
        ],
    );
}

#[test]
fn articles_that_share_a_translation_group_and_those_that_seem_to_be_hidden_are_named() {
    let folder = folder(&[
        ("articles/reset-password.md", PASSWORD.as_bytes()),
        (
            "articles/other.md",
            b"---\nlocale: en\ntranslation_group: reset-password\n---\n# Other\n",
        ),
        (
            "articles/hidden.md",
            b"---\nlocale: en\nvisiblity: internal\n---\n# Hidden\n",
        ),
        (
            "articles/later.md",
            b"---\nlocale: en\nvalid_from: 2200-01-01\n---\n# Later\n",
        ),
    ]);
    let (articles, kb) = (path(&folder, "articles"), path(&folder, "kb"));
    let arguments = ["build", &articles, "--into", &kb, "--visibility", "public"];
    let built = Helpdex::new(&arguments).run();
    for part in [
        "articles other, reset-password name the same translation group \"reset-password\" in en",
        "hidden.md:3: article \"hidden\": \"visiblity\" reads as if",
    ] {
        assert!(built.stderr.contains(part), "{built:?}");
    }
    let report = built.succeeded();
    assert!(
        report.contains("not shown: later (not_yet_valid)"),
        "{report}"
    );
    assert!(report.contains("2 public, 1 internal"), "{report}");
    let json = Helpdex::new(&[&arguments[..], &["--json"]].concat())
        .run()
        .json();
    assert_eq!(
        json["conflicts"],
        json!([{"translation_group": "reset-password", "locale": "en",
            "article_ids": ["other", "reset-password"]}])
    );
    assert_eq!(json["made_internal_count"], 1);
}

#[test]
fn of_many_bad_lines_the_first_hundred_are_printed_and_the_rest_counted() {
    let (folder, kb) = knowledge_base();
    let bad = "x\n".repeat(5_000);
    let file = path(&folder, "bad.jsonl");
    fs::write(&file, &bad).expect("a temporary folder can be changed");
    let check = |finished: Finished| {
        assert_eq!(finished.code, 1, "{finished:?}");
        assert!(finished.stderr.contains("and 4900 more"), "{finished:?}");
        assert!(finished.stderr.lines().count() < 110, "{finished:?}");
    };
    check(Helpdex::new(&["learn", &kb, "-"]).run_with(bad.as_bytes()));
    check(Helpdex::new(&["learn", &kb, &file]).run());
    check(Helpdex::new(&["build", &file, "--into", &kb]).run());
    let articles = path(&folder, "articles");
    check(Helpdex::new(&["build", &articles, "--into", &kb, "--tickets", &file]).run());
}

#[cfg(unix)]
#[test]
fn a_device_in_place_of_a_file_is_refused_at_once() {
    let (folder, kb) = knowledge_base();
    let articles = path(&folder, "articles");
    for arguments in [
        vec!["learn", &kb, "/dev/zero"],
        vec!["suggest", "--kb", &kb, "--tickets", "/dev/zero"],
        vec!["build", "/dev/zero", "--into", &kb],
        vec!["build", &articles, "--into", &kb, "--tickets", "/dev/zero"],
        vec!["backtest", "/dev/zero", "--articles", &articles],
    ] {
        let finished = Helpdex::new(&arguments).run();
        assert_eq!(finished.code, 1, "{finished:?}");
        assert!(
            finished.stderr.contains("/dev/zero: it is "),
            "{finished:?}"
        );
    }
}

#[test]
fn a_build_that_would_remove_many_articles_stops_and_a_dry_run_changes_nothing() {
    let names: Vec<String> = (0..12)
        .map(|number| format!("articles/a{number}.md"))
        .collect();
    let text: &[u8] = b"---\nlocale: en\n---\n# Title\n\nThe text.";
    let mut files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), text)).collect();
    files.push(("other/b.md", text));
    let folder = folder(&files);
    assert_eq!(build(&folder).code, 0);
    let (other, kb) = (path(&folder, "other"), path(&folder, "kb"));
    let stopped = Helpdex::new(&["build", &other, "--into", &kb]).run();
    assert_eq!(stopped.code, 1, "{stopped:?}");
    assert!(
        stopped.stderr.contains("12 of 12 articles are gone"),
        "{stopped:?}"
    );
    let dry = Helpdex::new(&["build", &other, "--dry-run"])
        .run()
        .succeeded();
    assert!(
        dry.contains("source: markdown") && dry.contains("The text."),
        "{dry}"
    );
    let listed = Helpdex::new(&["list", &kb]).run().succeeded();
    assert_eq!(listed.lines().count(), 12, "{listed}");
    let allowed = Helpdex::new(&["build", &other, "--into", &kb, "--allow-removal"]).run();
    assert!(allowed.succeeded().contains("12 removed"));
    let shown = Helpdex::new(&["show", &kb, "b", "--json"]).run().json();
    assert_eq!(shown["sections"][0]["text"], json!("The text."));
    let missing = Helpdex::new(&["show", &kb, "a1"]).run();
    assert!(
        missing.stderr.contains("`helpdex list` names"),
        "{missing:?}"
    );
    let hidden = Helpdex::new(&["list", &kb, "--audience", "public", "--json"]).run();
    assert_eq!(hidden.succeeded(), "");
}

#[test]
fn a_file_that_cannot_be_read_stays_as_it_was_and_the_others_go_and_one_that_skips_all_fails() {
    let good = PASSWORD.as_bytes();
    let folder = folder(&[
        ("articles/a.md", good),
        ("articles/b.md", b"---\nlocale: en\n---\ntext"),
        ("articles/c.md", b"---\nlocale: en\n---\ntext"),
    ]);
    assert_eq!(build(&folder).code, 0);
    std::fs::write(path(&folder, "articles/b.md"), b"caf\xe9").expect("the folder is ours");
    std::fs::remove_file(path(&folder, "articles/c.md")).expect("the folder is ours");
    let report = build(&folder).succeeded();
    assert!(
        report.contains("1 unchanged, 1 removed, 1 skipped"),
        "{report}"
    );
    let listed = Helpdex::new(&["list", &path(&folder, "kb")])
        .run()
        .succeeded();
    assert!(listed.contains("b (en, internal)"), "{listed}");
    assert!(!listed.contains("c (en"), "{listed}");
    std::fs::write(path(&folder, "articles/a.md"), b"caf\xe9").expect("the folder is ours");
    let built = build(&folder);
    assert_eq!(built.code, 1, "{built:?}");
    assert!(built.stderr.contains("no article of"), "{built:?}");
    std::fs::write(
        path(&folder, "articles/b.md"),
        "---\ndraft: true\nunlisted: true\n---\nb",
    )
    .expect("the folder is ours");
    let built = build(&folder);
    assert_eq!(built.code, 1, "{built:?}");
    let reason = "are left out: 1 hidden, 1 unreadable";
    assert!(built.stderr.contains(reason), "{built:?}");
}

#[test]
fn synonyms_are_read_a_file_a_locale_and_a_bad_rule_is_named_with_its_line() {
    let good = folder(&[
        ("articles/a.md", PASSWORD.as_bytes()),
        (
            "synonyms/en.txt",
            b"# customers => we\nmagic word => password\n",
        ),
        ("bad/en.txt", b"a, b\nalone\n"),
    ]);
    let (articles, kb) = (path(&good, "articles"), path(&good, "kb"));
    let build = |synonyms: &str| {
        let synonyms = path(&good, synonyms);
        Helpdex::new(&[
            "build",
            &articles,
            "--into",
            &kb,
            "--visibility",
            "public",
            "--synonyms",
            &synonyms,
        ])
        .run()
    };
    build("bad").failed_with(&["en.txt:2: ", "\"alone\"", "write it like"]);
    build("articles").failed_with(&["there are no synonyms", "en.txt"]);
    assert_eq!(build("synonyms").code, 0);
    let explained = Helpdex::new(&[
        "suggest",
        "--kb",
        &kb,
        "--explain",
        "--min-probability",
        "0",
        "the magic word please",
    ])
    .run()
    .succeeded();
    assert!(
        explained.contains("as a synonym of \"magic word\""),
        "{explained}"
    );
}

#[test]
fn a_bad_line_is_named_with_its_number() {
    let lines = b"{\"id\": \"a\", \"locale\": \"en\", \"title\": \"A\"}\nnot JSON\n";
    let folder = folder(&[("articles.jsonl", lines)]);
    let (articles, kb) = (path(&folder, "articles.jsonl"), path(&folder, "kb"));
    let built = Helpdex::new(&["build", &articles, "--into", &kb]).run();
    assert!(built.stderr.contains("articles.jsonl:2: "), "{built:?}");
    assert!(built.succeeded().contains("1 added"));
}

#[test]
fn what_cannot_be_built_fails_with_one_line_and_exit_code_1() {
    let folder = folder(&[
        ("empty/readme.pdf", b"%PDF"),
        ("other/notes.txt", b"---\nlocale: en\n---\nmine"),
        ("a.md", b"x"),
    ]);
    let kb = path(&folder, "kb");
    let build =
        |articles: &str| Helpdex::new(&["build", &path(&folder, articles), "--into", &kb]).run();
    build("missing").failed_with(&["error: ", "missing", "cannot read the articles"]);
    build("empty").failed_with(&["error: ", "empty", "there are no articles"]);
    build("empty/readme.pdf").failed_with(&["error: ", "readme.pdf", "it is a PDF"]);
    let other = path(&folder, "other");
    let articles = path(&folder, "other");
    Helpdex::new(&["build", &articles, "--into", &other])
        .run()
        .failed_with(&["error: ", "other", "the folder has other files in it"]);
}

#[test]
fn what_is_no_knowledge_base_fails_with_the_remedy() {
    let folder = help_center();
    let suggest = |kb: &str| Helpdex::new(&["suggest", "--kb", &path(&folder, kb), "x"]).run();
    suggest("missing").failed_with(&["error: ", "missing", "helpdex build"]);
    suggest("articles").failed_with(&["error: ", "articles", "helpdex build"]);
}

#[test]
fn a_damaged_knowledge_base_is_refused_and_can_be_built_again() {
    let (folder, kb) = knowledge_base();
    let file = class_file(&folder.path().join("kb"));
    let mut bytes = fs::read(&file).expect("the file can be read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).expect("the file can be written");
    Helpdex::new(&["suggest", "--kb", &kb, "x"])
        .run()
        .failed_with(&["error: ", "helpdex build"]);
    let _ = build(&folder).succeeded();
    let _ = Helpdex::new(&["suggest", "--kb", &kb, "x"])
        .run()
        .succeeded();
}

#[test]
fn a_damaged_generation_is_passed_over_with_a_warning() {
    let (folder, kb) = knowledge_base();
    let _ = build(&folder).succeeded();
    let manifest = Path::new(&kb).join("generation-0000000002.json");
    fs::write(&manifest, "nothing").expect("the file can be written");
    let answer = Helpdex::new(&["suggest", "--kb", &kb, "--json", "forgot password"]).run();
    assert!(
        answer
            .stderr
            .contains("warning: generation 2 cannot be used, 1 is used"),
        "{answer:?}"
    );
    assert_eq!(answer.json()["outcome"], "offered");
    let checked = Helpdex::new(&["check", &kb, "--json"]).run();
    assert_eq!(checked.code, 1, "{checked:?}");
    let report: Value = serde_json::from_str(&checked.stdout).expect("a report");
    assert_eq!(report["findings"][0]["severity"], "damage");
    assert_eq!(report["generations"], json!([1]));
    let _ = build(&folder).succeeded();
}

#[test]
fn a_denied_article_is_gone_until_it_is_allowed() {
    let (_folder, kb) = knowledge_base();
    let ranked = || {
        let answer = Helpdex::new(&["suggest", "--kb", &kb, "--json", "forgot password"]);
        article_ids(&answer.run().json()["ranking"]).contains(&"reset-password")
    };
    assert!(ranked());
    let denied = Helpdex::new(&["deny", &kb, "reset-password"])
        .run()
        .succeeded();
    assert!(denied.contains("1 newly denied, 1 denied"), "{denied}");
    assert!(denied.contains("denied: reset-password"), "{denied}");
    assert!(!ranked());
    let checked = Helpdex::new(&["check", &kb]).run().succeeded();
    assert!(
        checked.contains("3 published, 3 in the log, 1 denied"),
        "{checked}"
    );
    let allowed = Helpdex::new(&["allow", &kb, "reset-password", "--json"])
        .run()
        .json();
    assert_eq!(allowed, json!({"changed": 1, "denied": []}));
    assert!(ranked());
}

/// A file for `helpdex learn`: three valid verdicts, one that names no article, and a line that is no verdict.
const SOLVED: &str = r#"
{"ticket_id": 1, "at": "2026-03-01", "verdict": "linked", "articles": ["reset-password"], "text": "my zebra is locked out", "requester": "ana"}
{"ticket_id": 1, "at": "2026-03-02", "verdict": {"rejected": "not_related"}, "articles": ["runbook", "gone"]}
{"ticket_id": 2, "at": "2026-03-02", "verdict": "linked", "text": "a marker"}
a marker
{"ticket_id": 3, "at": "2026-03-02", "verdict": "no_article", "subject": "Lion", "html": "<p>my lion is loud"}
"#;

#[test]
fn solved_tickets_are_learned_once_and_bad_lines_named() {
    let (folder, kb) = knowledge_base();
    let file = path(&folder, "solved.jsonl");
    fs::write(&file, SOLVED).expect("a temporary folder can be changed");
    let first = Helpdex::new(&["learn", &kb, &file]).run();
    for part in [
        "solved.jsonl:4: verdict linked names no article",
        "solved.jsonl:5: the line is not a solved ticket",
    ] {
        assert!(first.stderr.contains(part), "{first:?}");
    }
    assert!(!first.stderr.contains("marker"), "{first:?}");
    let report = first.succeeded();
    assert!(
        report.contains("3 added, 0 there already, 2 skipped"),
        "{report}"
    );
    assert!(report.contains("not published: gone"), "{report}");
    let again = Helpdex::new(&["learn", &kb, &file, "-", "--json"]);
    let line =
        r#"{"ticket_id": 4, "at": "2026-03-02", "verdict": "clicked", "articles": ["runbook"]}"#;
    let report = again.run_with(line.as_bytes()).json();
    assert_eq!(
        (&report["added"], &report["repeated"]),
        (&json!(1), &json!(3))
    );
    assert_eq!(report["unknown_articles"], json!(["gone"]));
    assert_eq!(report["skipped"].as_array().map(Vec::len), Some(2));
    let nothing = Helpdex::new(&["learn", &kb, "-"]).run().succeeded();
    assert!(nothing.contains("0 added"), "{nothing}");
}

#[test]
fn what_is_exported_makes_the_same_knowledge_base() {
    let (folder, kb) = knowledge_base();
    let solved = path(&folder, "solved.jsonl");
    fs::write(&solved, SOLVED).expect("a temporary folder can be changed");
    let _ = Helpdex::new(&["learn", &kb, &solved]).run().succeeded();
    let articles = path(&folder, "articles.jsonl");
    let feedback = path(&folder, "feedback.jsonl");
    let export = [
        "export",
        &kb,
        "--articles",
        &articles,
        "--feedback",
        &feedback,
    ];
    let report = Helpdex::new(&export).run().succeeded();
    assert!(report.contains("feedback events: 3"), "{report}");

    let copy = path(&folder, "copy");
    let build = ["build", &articles, "--into", &copy];
    let _ = Helpdex::new(&build).run().succeeded();
    let learned = Helpdex::new(&["learn", &copy, &feedback, "--json"])
        .run()
        .json();
    assert_eq!(learned["added"], json!(3));
    for log in ["--articles", "--feedback"] {
        let [original, copied] =
            [&kb, &copy].map(|kb| Helpdex::new(&["export", kb, log, "-"]).run().succeeded());
        assert!(!original.is_empty());
        assert_eq!(original, copied);
    }
    let nothing = Helpdex::new(&["export", &kb]).run();
    assert_eq!(nothing.code, 2, "{nothing:?}");
}

#[test]
fn what_cannot_be_learned_fails_with_the_remedy() {
    let (folder, kb) = knowledge_base();
    let learn = |kb: &str, file: &str| Helpdex::new(&["learn", kb, file]).run_with(b"{}");
    learn(&kb, &path(&folder, "missing.jsonl")).failed_with(&["missing.jsonl", "cannot open"]);
    learn(&path(&folder, "missing"), "-").failed_with(&["missing", "helpdex build"]);
    let bad = learn(&kb, "-");
    assert_eq!(bad.code, 1, "{bad:?}");
    assert!(bad.stderr.contains("skipped -:1: "), "{bad:?}");
    assert!(bad.stderr.contains("correct them first"), "{bad:?}");
    let log = Path::new(&kb).join("work/tickets.log");
    fs::write(&log, "no log").expect("a temporary folder can be changed");
    let line = br#"{"ticket_id": 1, "at": 0, "verdict": "no_article"}"#;
    let damaged = Helpdex::new(&["learn", &kb, "-"]).run_with(line);
    damaged.failed_with(&["tickets.log", "restore it from a copy"]);
    let checked = Helpdex::new(&["check", &kb]).run();
    assert_eq!(checked.code, 1, "{checked:?}");
    assert!(
        checked.stdout.contains("tickets.log: the log is damaged"),
        "{checked:?}"
    );
    folder.leave_damaged();
}

#[test]
fn a_forgotten_requester_is_in_no_file_of_the_knowledge_base() {
    let (folder, kb) = knowledge_base();
    let file = path(&folder, "solved.jsonl");
    fs::write(&file, SOLVED).expect("a temporary folder can be changed");
    let holds = |bytes: &[u8]| {
        let files = ["", "work"].map(|below| fs::read_dir(Path::new(&kb).join(below)));
        files
            .into_iter()
            .flat_map(|list| list.expect("a knowledge base has these folders"))
            .filter_map(|entry| fs::read(entry.ok()?.path()).ok())
            .any(|file| file.windows(bytes.len()).any(|window| window == bytes))
    };
    let _ = Helpdex::new(&["learn", &kb, &file]).run().succeeded();
    assert!(holds(b"zebra") && holds(b"\"ana\"") && holds(b"lion"));
    let forget = |arguments: &[&str]| {
        let mut all = vec!["forget", &kb];
        all.extend(arguments);
        Helpdex::new(&all).run()
    };
    let report = forget(&["--requester", "ana"]).succeeded();
    assert!(report.contains("2 verdicts, 0 events"), "{report}");
    assert!(!holds(b"zebra") && !holds(b"\"ana\"") && holds(b"lion"));
    assert_eq!(
        forget(&["--ticket", "3", "--json"]).json(),
        json!({"verdicts": 1, "events": 0})
    );
    assert!(!holds(b"lion"));
    assert_eq!(
        forget(&["--ticket", "3", "--json"]).json(),
        json!({"verdicts": 0, "events": 0})
    );
    forget(&["--ticket", ""]).failed_with(&["is empty"]);
}

/// Returns a hundred tickets that share no word with the article that solved them, and one invalid line.
fn zebras() -> String {
    let asides = ["again", "today", "please", "urgent", "sorry"];
    let topics = [
        (
            "runbook-public",
            "ana",
            ["the zebra is loose", "a zebra, loose"],
        ),
        (
            "reset-password",
            "cy",
            ["locked out, please help", "I am locked out"],
        ),
    ];
    let mut lines = String::new();
    for (article, requester, texts) in topics {
        for number in 0..50 {
            let text = format!("{} {}", texts[number % 2], asides[number % 5]);
            let line = json!({
                "ticket_id": format!("{article} {number}"), "at": "2026-03-01", "verdict": "linked",
                "articles": [article], "text": text, "requester": format!("{requester} {}", number % 10),
            });
            lines += &line.to_string();
            lines.push('\n');
        }
    }
    lines + "a marker\n"
}

/// Builds a knowledge base from the sample articles and one more; returns its folder, its path, and the path of the
/// tickets of [`zebras`].
fn with_zebras() -> (Folder, String, String) {
    let (folder, kb) = knowledge_base();
    let article =
        "---\nlocale: en\nvisibility: public\n---\n# Keep the stable shut\n\nTurn the key twice.";
    let files = [
        ("articles/runbook-public.md", article),
        ("solved.jsonl", &zebras()),
    ];
    for (name, text) in files {
        fs::write(path(&folder, name), text).expect("a temporary folder can be changed");
    }
    let file = path(&folder, "solved.jsonl");
    (folder, kb, file)
}

#[test]
fn learned_tickets_count_from_the_next_build_on_and_a_forgotten_one_no_more() {
    let (folder, kb, file) = with_zebras();
    let _ = build(&folder).succeeded();
    let first = || {
        let asked = Helpdex::new(&["suggest", "--kb", &kb, "--json", "zebra loose"]);
        asked.run().json()["ranking"][0]["article_id"].clone()
    };
    let _ = Helpdex::new(&["learn", &kb, &file]).run().succeeded();
    assert_ne!(first(), "runbook-public");
    let _ = build(&folder).succeeded();
    assert_eq!(first(), "runbook-public");
    for number in 0..10 {
        let who = format!("ana {number}");
        let forget = Helpdex::new(&["forget", &kb, "--requester", &who]);
        let _ = forget.run().succeeded();
    }
    let _ = build(&folder).succeeded();
    assert_ne!(first(), "runbook-public");
}

#[test]
fn a_build_without_training_leaves_that_to_the_command_train() {
    let (folder, kb, file) = with_zebras();
    let _ = build(&folder).succeeded();
    let first = || {
        let asked = Helpdex::new(&["suggest", "--kb", &kb, "--json", "zebra loose"]);
        asked.run().json()["ranking"][0]["article_id"].clone()
    };
    let _ = Helpdex::new(&["learn", &kb, &file]).run().succeeded();
    let articles = path(&folder, "articles");
    let arguments = ["build", &articles, "--into", &kb, "--no-train", "--json"];
    let report = Helpdex::new(&arguments).run().json();
    assert_eq!(
        (&report["models"], &report["trained"]),
        (&Value::Null, &Value::Null)
    );
    assert_ne!(first(), "runbook-public");
    let trained = Helpdex::new(&["train", &kb, "--json"]).run().json();
    let model = trained["models"]["public"].clone();
    assert_eq!(model["learned_until"], "2026-03-01T00:00:00Z");
    assert_eq!(first(), "runbook-public");
    let again = Helpdex::new(&["train", &kb]).run().succeeded();
    let generation = &trained["generation"];
    assert!(
        again.contains(&format!("generation {generation}")),
        "{again}"
    );
    let kept = Helpdex::new(&arguments).run().json();
    assert_eq!(kept["models"]["public"], model);
    assert_eq!(first(), "runbook-public");
}

#[test]
fn settings_are_shown_and_changed_for_every_reader() {
    let (_folder, kb) = knowledge_base();
    let settings = |arguments: &[&str]| {
        Helpdex::new(&[&["settings", &kb, "--json"], arguments].concat()).run()
    };
    assert_eq!(
        settings(&[]).json(),
        json!({"main_locale": null, "fallback_locales": [], "decision": null, "synonyms": []})
    );
    let outcome = || {
        let asked = Helpdex::new(&["suggest", "--kb", &kb, "--json", "reset password"]);
        asked.run().json()["outcome"].clone()
    };
    assert_eq!(outcome(), "offered");
    let changed = settings(&["--main-locale", "en", "--min-probability", "0.999"]).json();
    assert_eq!(changed["main_locale"], "en");
    assert_eq!(changed["decision"], json!({"min_probability": 0.999}));
    assert_eq!(outcome(), "abstained");
    let changed = settings(&["--target-precision", "0.8"]).json();
    assert_eq!(changed["main_locale"], "en");
    assert_eq!(changed["decision"]["target_precision"], 0.8);
    let shown = Helpdex::new(&["settings", &kb]).run().succeeded();
    assert!(shown.contains("offers: target precision 0.8"), "{shown}");
    settings(&["--min-probability", "2"]).failed_with(&["min_probability 2 is out of range"]);
}

#[test]
fn rules_pin_and_block_articles_and_are_listed_with_their_state() {
    let (_folder, kb) = knowledge_base();
    let rules = |arguments: &[&str]| Helpdex::new(&[&["rules"], arguments].concat()).run();
    let change = |arguments: &[&str]| assert!(!rules(arguments).succeeded().is_empty());
    let asked = |more: &[&str]| {
        let arguments = ["suggest", "--kb", &kb, "--json", "reset password"];
        Helpdex::new(&[&arguments, more].concat()).run().json()
    };
    assert_eq!(rules(&["list", &kb]).succeeded(), "rules: none\n");
    let first = asked(&[])["offered"][0]["article_id"].clone();
    let first = first.as_str().expect("it is an id");
    let on_page = ["--field", "page_url=/pay/1"];
    change(&["block", &kb, first, "--field", "page_url=/pay*"]);
    assert_eq!(asked(&on_page)["reason"], "blocked");
    assert_eq!(asked(&[])["outcome"], "offered");
    let pin = ["pin", &kb, first, "--id", "first", "--words", "passwords"];
    change(&[&pin[..], &["--until", "2100-01-01"]].concat());
    assert_eq!(asked(&[])["offered"][0]["pinned_by"]["rule_id"], "first");
    change(&["pin", &kb, "gone", "--until", "2020-01-01"]);
    change(&["pin", &kb, "not-there"]);
    let listed = rules(&["list", &kb, "--json"]).json();
    let listed = listed["rules"].as_array().expect("it is a list");
    let states = listed.iter().map(|rule| (&rule["id"], &rule["state"]));
    let blocked = json!(format!("block-{first}"));
    let expected = [
        (&blocked, &json!("in force")),
        (&json!("first"), &json!("in force")),
        (&json!("pin-gone"), &json!("ended")),
        (&json!("pin-not-there"), &json!("no article")),
    ];
    assert!(states.eq(expected), "{listed:?}");
    let shown = Helpdex::new(&["suggest", "--kb", &kb, "--explain", "reset password"]);
    let shown = shown.run().succeeded();
    assert!(
        shown.contains("pinned by the rule \u{201c}first\u{201d} until 2100-01-01"),
        "{shown}"
    );
    // In place of its probability.
    let heading = shown.lines().next().unwrap_or_default();
    assert!(heading.ends_with("  pinned"), "{shown}");
    rules(&["remove", &kb, "nobody"]).failed_with(&["there is no rule \"nobody\""]);
    change(&["remove", &kb, "first"]);
    assert_eq!(asked(&[])["offered"][0].get("pinned_by"), None);
}

#[test]
fn a_build_learns_from_the_tickets_that_it_is_given_and_keeps_none_of_them() {
    let (folder, kb, file) = with_zebras();
    let articles = path(&folder, "articles");
    let arguments = ["build", &articles, "--into", &kb, "--tickets", &file];
    let built = Helpdex::new(&arguments).run();
    assert!(built.stderr.contains("solved.jsonl:101: "), "{built:?}");
    let report = built.succeeded();
    assert!(
        report.contains("solved tickets: 100 verdicts, 1 lines skipped"),
        "{report}"
    );
    let json = Helpdex::new(&[&arguments[..], &["--json"]].concat())
        .run()
        .json();
    assert_eq!(json["tickets"]["verdicts"], 100);
    let first = |popularity: &str| {
        let asked = Helpdex::new(&[
            "suggest",
            "--kb",
            &kb,
            "--json",
            "--popularity",
            popularity,
            "zebra loose",
        ]);
        asked.run().json()["ranking"][0]["article_id"].clone()
    };
    assert_eq!(
        (first("0"), first("1")),
        (json!("runbook-public"), json!("runbook-public"))
    );
    assert!(!Path::new(&kb).join("work/tickets.log").exists());
    let _ = build(&folder).succeeded();
    assert_ne!(first("1"), "runbook-public");
    fs::write(&file, "a marker").expect("a temporary folder can be changed");
    let bad = Helpdex::new(&arguments).run();
    assert_eq!(bad.code, 1, "{bad:?}");
    assert!(
        bad.stderr.contains("correct them first") && !bad.stderr.contains("marker"),
        "{bad:?}"
    );
}

#[test]
fn a_purge_leaves_no_byte_of_a_removed_article_and_files_are_private() {
    let (folder, kb) = knowledge_base();
    fs::remove_file(folder.path().join("articles/refund.md")).expect("the file is there");
    let _ = build(&folder).succeeded();
    let holds = || {
        let log = fs::read(Path::new(&kb).join("work/articles.log")).expect("it is there");
        log.windows(6).any(|window| window == b"refund")
    };
    assert!(holds());
    let purged = Helpdex::new(&["purge", &kb]).run().succeeded();
    assert!(purged.contains("generation 2 alone is left"), "{purged}");
    assert!(!holds());
    assert_eq!(
        Helpdex::new(&["purge", &kb, "--json"]).run().json(),
        json!({"generation": 2})
    );
    let _ = Helpdex::new(&["check", &kb]).run().succeeded();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |kb: &str| {
            let file = fs::metadata(Path::new(kb).join("denied.json"));
            file.expect("it is there").permissions().mode() & 0o777
        };
        assert_eq!(mode(&kb), 0o600);
        let plain = folder.path().join("plain");
        fs::write(&plain, "").expect("a temporary folder can be changed");
        let plain = fs::metadata(&plain).expect("it is there").permissions();
        let (articles, shared) = (path(&folder, "articles"), path(&folder, "shared"));
        let arguments = ["build", &articles, "--into", &shared, "--shared-files"];
        let _ = Helpdex::new(&arguments).run().succeeded();
        assert_eq!(mode(&shared), plain.mode() & 0o777);
    }
}

#[test]
fn what_was_lost_is_told_and_repaired() {
    let (folder, kb) = knowledge_base();
    let repair = || Helpdex::new(&["repair", &kb]).run().succeeded();
    assert_eq!(repair(), "nothing to repair\n");
    let _ = Helpdex::new(&["deny", &kb, "refund-payment"])
        .run()
        .succeeded();
    let _ = build(&folder).succeeded();
    fs::remove_file(Path::new(&kb).join("denied.json")).expect("the file is there");
    fs::write(Path::new(&kb).join("work/articles.log"), "").expect("it can be written");
    let refused = Helpdex::new(&["suggest", "--kb", &kb, "x"]).run();
    refused.failed_with(&["denied.json", "helpdex repair"]);
    let report = repair();
    for part in ["denied articles: 1", "articles: lost"] {
        assert!(report.contains(part), "{report}");
    }
    let report = build(&folder).succeeded();
    assert!(
        report.contains("not shown: refund-payment (denied)"),
        "{report}"
    );
    let _ = Helpdex::new(&["check", &kb]).run().succeeded();
}

#[test]
fn an_identity_can_be_given() {
    let folder = help_center();
    let (articles, kb) = (path(&folder, "articles"), path(&folder, "kb"));
    let build = |identity: &str| {
        Helpdex::new(&["build", &articles, "--into", &kb, "--identity", identity]).run()
    };
    let identity = "0123456789abcdef0123456789abcdef";
    assert_eq!(build("short").code, 2);
    assert_eq!(build(identity).code, 0);
    assert_eq!(build(identity).code, 0);
    build(&"0".repeat(32)).failed_with(&["denied.json", identity]);
}

fn class_file(kb: &Path) -> std::path::PathBuf {
    let mut files = fs::read_dir(kb).expect("the folder can be read");
    files
        .find_map(|entry| {
            let path = entry.ok()?.path();
            let name = path.file_name()?.to_str()?;
            (name.starts_with("public-")).then_some(path)
        })
        .expect("a knowledge base has a file of its public articles")
}

#[test]
fn wrong_arguments_have_exit_code_2() {
    for arguments in [
        &["frobnicate"][..],
        &["build"],
        &["build", "articles"],
        &["suggest", "text"],
        &["suggest", "--kb", "kb", "--limit", "many", "text"],
        &["suggest", "--kb", "kb", "--locale", "not a locale", "text"],
        &["suggest", "--kb", "kb", "--best-guess", "text"],
        &["learn", "kb"],
        &["forget", "kb"],
        &["forget", "kb", "--ticket", "1", "--requester", "ana"],
        &["deny", "kb"],
        &["purge"],
        &["repair"],
        &["check"],
        &["eval"],
    ] {
        let done = Helpdex::new(arguments).run();
        assert_eq!(done.code, 2, "{arguments:?}: {done:?}");
        assert_eq!(done.stdout, "", "{arguments:?}");
    }
}

#[test]
fn values_out_of_range_are_refused_with_the_value_and_the_range() {
    let (_folder, kb) = knowledge_base();
    let suggest = |option: &str, value: &str| {
        Helpdex::new(&["suggest", "--kb", &kb, option, value, "password"]).run()
    };
    suggest("--limit", "11").failed_with(&["limit 11", "1 to 10"]);
    suggest("--min-probability", "1.5").failed_with(&["1.5", "0 to 1"]);
    suggest("--target-precision", "1").failed_with(&["target_precision 1 ", "below 1"]);
    let unknown = suggest("--audience", "everybody");
    assert_eq!(unknown.code, 2, "{unknown:?}");
    assert!(unknown.stderr.contains("signed_in"), "{unknown:?}");
}

#[test]
fn every_help_page_has_examples() {
    for arguments in [
        &["--help"][..],
        &["build", "--help"],
        &["suggest", "--help"],
        &["learn", "--help"],
        &["train", "--help"],
        &["settings", "--help"],
        &["forget", "--help"],
        &["deny", "--help"],
        &["allow", "--help"],
        &["check", "--help"],
        &["eval", "--help"],
        &["preview", "--help"],
        &["articles", "--help"],
        &["report", "--help"],
        &["corpus", "export", "--help"],
    ] {
        let help = Helpdex::new(arguments).run().succeeded();
        assert!(
            help.contains("Examples:\n  helpdex "),
            "{arguments:?}: {help}"
        );
    }
}

/// A solved ticket that `refund-payment` answers.
const ONE_SOLVED: &str = r#"{"ticket_id": "s1", "at": "2026-03-01", "text": "please refund my payment, I want my money", "verdict": "linked", "articles": ["refund-payment"]}
"#;

#[test]
fn a_preview_tells_the_lost_answers_and_changes_nothing() {
    let (folder, kb) = knowledge_base();
    fs::write(folder.path().join("solved.jsonl"), ONE_SOLVED).expect("the folder can be changed");
    let (articles, tickets) = (path(&folder, "articles"), path(&folder, "solved.jsonl"));
    let preview = ["preview", &kb, &articles, "--tickets", &tickets];
    let same = Helpdex::new(&preview).run().succeeded();
    assert!(
        same.contains("tickets: 1, asked again: 0, answered otherwise: 0"),
        "{same}"
    );
    fs::remove_file(folder.path().join("articles/refund.md")).expect("the file is there");
    let report = Helpdex::new(&[&preview[..], &["--json"]].concat())
        .run()
        .json();
    assert_eq!(report["right"]["lost"], 1);
    assert_eq!(report["changes"][0]["kind"], "right_becomes_silent");
    assert_eq!(report["changed_articles"][0]["kind"], "removed");
    let text = Helpdex::new(&preview).run().succeeded();
    assert!(
        text.contains("words that went: refund payment money"),
        "{text}"
    );
    let comment = Helpdex::new(&[&preview[..], &["--markdown"]].concat())
        .run()
        .succeeded();
    assert!(
        comment.contains("| `s1` | right becomes silent | `refund-payment` 0."),
        "{comment}"
    );
    let failed = Helpdex::new(&[&preview[..], &["--fail-on-loss", "1"]].concat()).run();
    assert_eq!(failed.code, 1, "{failed:?}");
    assert!(
        failed
            .stderr
            .contains("1 tickets lose their right first article"),
        "{failed:?}"
    );
    let lenient = Helpdex::new(&[&preview[..], &["--fail-on-loss", "2"]].concat()).run();
    assert_eq!(lenient.code, 0, "{lenient:?}");
    // Articles that are not in ARTICLES stay.
    let password = path(&folder, "articles/password.md");
    let part = ["preview", &kb, &password, "--part", "--tickets", &tickets];
    let report = Helpdex::new(&[&part[..], &["--json"]].concat())
        .run()
        .json();
    assert_eq!(report["changed_articles"], json!([]));
    // The knowledge base is as it was.
    let answer = Helpdex::new(&["suggest", "--kb", &kb, "--json", "refund my payment"])
        .run()
        .json();
    assert_eq!(article_ids(&answer["offered"]), ["refund-payment"]);
}

#[test]
fn the_logs_of_a_knowledge_base_are_enough_for_gaps_cards_and_the_page() {
    let (folder, kb) = knowledge_base();
    let ticket = |n: u8| {
        format!(
            "{{\"ticket_id\": \"z{n}\", \"at\": \"2026-03-0{n}\", \"text\": \"zeppelin hangar door frozen\", \"verdict\": \"linked\", \
             \"articles\": [\"refund-payment\"]}}\n"
        )
    };
    let solved: String = (1..7).map(ticket).collect();
    let event = |n: u8| {
        format!(
            "{{\"interaction\": \"agent_linked\", \"at\": \"2026-03-0{n}\", \"session\": \"s{n}\", \"articles\": [\"refund-payment\"]}}\n"
        )
    };
    let events: String = (1..5).map(event).collect();
    let (tickets, recorded) = (path(&folder, "solved.jsonl"), path(&folder, "events.jsonl"));
    fs::write(&tickets, solved).expect("the folder can be changed");
    fs::write(&recorded, events).expect("the folder can be changed");
    let _ = Helpdex::new(&["learn", &kb, &tickets]).run().succeeded();
    let _ = Helpdex::new(&["record", &kb, &recorded]).run().succeeded();
    let gaps = Helpdex::new(&["gaps", &kb, "--json"]).run().json();
    assert_eq!(gaps["gaps"][0]["cause"], "not_found");
    let cards = Helpdex::new(&["articles", &kb, "--json"]).run().json();
    let first = &cards["cards"][0];
    assert_eq!(first["article_id"], "refund-payment");
    assert_eq!(
        first["to_do"][0],
        json!({"kind": "add_words", "tickets": 6, "other": null})
    );
    assert_eq!(first["events"]["linked_not_offered"], 4);
    let text = Helpdex::new(&["articles", &kb]).run().succeeded();
    assert!(text.contains("to do: add words, 6 affected"), "{text}");
    let public = Helpdex::new(&["articles", &kb, "--reader", "public", "--json"])
        .run()
        .succeeded();
    assert!(!public.contains("runbook"), "{public}");
    let into = path(&folder, "report");
    let printed = Helpdex::new(&["report", &kb, "--into", &into])
        .run()
        .succeeded();
    assert!(printed.contains("index.html"), "{printed}");
    let page = fs::read_to_string(folder.path().join("report/index.html")).expect("it was written");
    assert!(
        page.contains("Linked by agents, not found") && !page.contains("<blockquote>"),
        "{page}"
    );
    let table = fs::read_to_string(folder.path().join("report/gaps.csv")).expect("it was written");
    assert!(table.contains("not_found,6,6"), "{table}");
    let json =
        fs::read_to_string(folder.path().join("report/report.json")).expect("it was written");
    assert!(serde_json::from_str::<Value>(&json).is_ok());
}

#[test]
fn colours_are_for_terminals_and_honour_no_color() {
    let (_folder, kb) = knowledge_base();
    let suggest = || {
        Helpdex::new(&[
            "suggest",
            "--kb",
            &kb,
            "--min-probability",
            "0",
            "reset my password",
        ])
    };
    let has_colours = |run: Helpdex| run.run().succeeded().contains('\u{1b}');
    assert!(!has_colours(suggest()));
    assert!(has_colours(suggest().env("CLICOLOR_FORCE", "1")));
    assert!(!has_colours(
        suggest().env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1")
    ));
}

#[test]
fn a_shown_article_and_each_pair_of_copies_have_a_line_for_each_line() {
    let shared = "Open the settings, choose the printer that you want to remove, and press the red button below the list.";
    let page = |title: &str, end: &str| {
        format!(
            "---\nlocale: en\n---\n# {title}\n\n{shared}\n\n- first\n- second\n\nRefunds of a payment arrive within {end} days.\n"
        )
    };
    let (left, right) = (page("Remove", "14"), page("Delete", "30"));
    let folder = folder(&[
        ("articles/a.md", left.as_bytes()),
        ("articles/b.md", right.as_bytes()),
    ]);
    assert_eq!(build(&folder).code, 0);
    let kb = path(&folder, "kb");
    let shown = Helpdex::new(&["show", &kb, "a"]).run().succeeded();
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines.contains(&shared), "{shown}");
    assert!(lines.iter().any(|line| line.ends_with("second")), "{shown}");
    let copies = Helpdex::new(&["copies", &kb]).run().succeeded();
    let lines: Vec<&str> = copies.lines().collect();
    let title = lines.iter().position(|line| *line == "  a: Remove");
    let sentence = lines[title.unwrap() + 1];
    assert_eq!(sentence, "    Refunds of a payment arrive within 14 days.");
    assert!(lines.contains(&"    b: Delete"), "{copies}");
}

#[test]
fn text_of_articles_and_tickets_cannot_steer_the_terminal() {
    // Escape sequences in 7 and in 8 bits, a bell, a backspace, a line to overwrite, marks that reorder.
    const STEERING: &str = "\u{1b}[2J\u{9b}31m\u{7}\u{8}\r\u{7f}\u{202e}\u{2066}\u{2028}";
    let is_steering = |c: char| c != '\n' && !c.is_ascii_graphic() && STEERING.contains(c);
    let line = |id: &str, rest: &Value| {
        let mut line = json!({
            "id": id, "locale": "en", "visibility": "public", "title": format!("Reset {STEERING} password"),
            "format": "html", "body": format!("<h2>By {STEERING} mail</h2>Reset {STEERING} the password"),
        });
        line.as_object_mut()
            .expect("it is an object")
            .extend(rest.as_object().cloned().unwrap_or_default());
        line.to_string()
    };
    let lines = [
        line("\u{202e}a\u{2066}", &json!({})),
        line(STEERING, &json!({})),
        line("b", &json!({"url": format!("javascript:{STEERING}")})),
        line("c", &json!({ STEERING: 1 })),
        line("d", &json!({"locale": STEERING})),
        line("e", &json!({"visibility": STEERING})),
    ];
    let folder = folder(&[("a.jsonl", lines.join("\n").as_bytes())]);
    let (articles, kb) = (path(&folder, "a.jsonl"), path(&folder, "kb"));
    let build = Helpdex::new(&["build", &articles, "--into", &kb]).run();
    // One line for each that is skipped.
    assert_eq!(build.stderr.lines().count(), 5, "{build:?}");
    assert!(!build.stderr.contains(is_steering), "{build:?}");
    let build = build.succeeded();
    assert!(!build.contains(is_steering), "{build:?}");
    let ticket = format!("reset {STEERING} password");
    for form in ["--explain", "--json"] {
        let mut arguments = vec!["suggest", "--kb", &kb, "--min-probability", "0", form];
        arguments.extend(["--subject", &ticket, "-"]);
        let shown = Helpdex::new(&arguments).run_with(ticket.as_bytes());
        assert_eq!(shown.stderr, "");
        let shown = shown.succeeded();
        assert!(shown.to_lowercase().contains("password"), "{shown:?}");
        assert!(!shown.contains(is_steering), "{shown:?}");
    }
    let denied = Helpdex::new(&["deny", &kb, "\u{202e}a\u{2066}"]).run();
    assert!(!denied.succeeded().contains(is_steering));
    let missing = Helpdex::new(&["suggest", "--kb", &format!("{kb}/{STEERING}"), "x"]).run();
    assert_eq!(missing.code, 1);
    assert!(
        !missing.stderr.trim_end().contains(is_steering),
        "{missing:?}"
    );
}

#[test]
fn what_a_customer_wrote_is_not_on_standard_error() {
    const MARKER: &str = "zqmarkerzq";
    let (folder, kb) = knowledge_base();
    let whole = format!(
        r#"{{"ticket_id": 1, "at": 7, "verdict": "linked", "articles": ["refund"], "text": "{MARKER}", "requester": "{MARKER}"}}"#
    );
    let mut lines: Vec<String> = (1..whole.len())
        .map(|end| whole[..end].to_owned())
        .collect();
    lines.push(whole);
    lines.push(MARKER.to_owned());
    let solved = path(&folder, "solved.jsonl");
    fs::write(&solved, lines.join("\n")).expect("a temporary folder can be changed");
    let message = format!("Subject: {MARKER}\r\nContent-Type: {MARKER}/{MARKER}\r\n\r\n{MARKER}");
    let runs: [(&[&str], &str); 8] = [
        (&["learn", &kb, &solved], ""),
        (&["learn", &kb, "-"], MARKER),
        (&["suggest", "--kb", &kb, "--subject", MARKER, "-"], MARKER),
        (&["suggest", "--kb", &kb, "--html", "--explain", MARKER], ""),
        (&["suggest", "--kb", &kb, "--email", "-"], &message),
        (&["suggest", "--kb", &kb, "--limit", "0", "-"], MARKER),
        (&["suggest", "--kb", "missing", "-"], MARKER),
        (&["forget", &kb, "--requester", MARKER], ""),
    ];
    for (arguments, input) in runs {
        let run = Helpdex::new(arguments)
            .env("RUST_BACKTRACE", "full")
            .env("RUST_LOG", "trace")
            .run_with(input.as_bytes());
        assert!(!run.stderr.contains(MARKER), "{run:?}");
    }
    // Answers to many tickets may be kept by somebody who may not read the tickets.
    for input in [
        lines.join("\n"),
        lines.join("\n").replace("\"at\"", "\"locale\""),
    ] {
        let run =
            Helpdex::new(&["suggest", "--kb", &kb, "--tickets", "-"]).run_with(input.as_bytes());
        assert!(
            !run.stderr.contains(MARKER) && !run.stdout.contains(MARKER),
            "{run:?}"
        );
    }
}

/// Makes a data set of two articles whose test split has an answerable ticket and one without an answer.
fn data_set() -> Folder {
    folder(&[
        (
            "corpus.jsonl",
            br#"{"_id": "reset", "title": "Reset your password", "text": "Press forgot password.", "metadata": {"lang": "en"}}
{"_id": "refund", "title": "Refund a payment", "text": "Open the payment and press refund.", "metadata": {"lang": "en"}}
"#,
        ),
        (
            "queries.jsonl",
            br#"{"_id": "q1", "text": "I forgot my password", "metadata": {"split": "test", "oos": false, "lang": "en"}}
{"_id": "q2", "text": "zzyzx qwfp", "metadata": {"split": "test", "oos": true, "lang": "en"}}
{"_id": "q3", "text": "refund the payment", "metadata": {"split": "train", "oos": false, "lang": "en"}}
"#,
        ),
        ("qrels/test.tsv", b"query-id\tcorpus-id\tscore\nq1\treset\t1\n"),
        ("qrels/train.tsv", b"query-id\tcorpus-id\tscore\nq3\trefund\t1\n"),
    ])
}

#[test]
fn a_target_precision_that_cannot_be_kept_is_silence_unless_the_best_guess_is_asked_for() {
    let (_folder, kb) = knowledge_base();
    let ticket = "I forgot my password, how do I reset it?";
    let suggest = |more: &[&str]| {
        let mut arguments = vec!["suggest", "--kb", &kb, "--min-probability", "0"];
        arguments.extend(["--target-precision", "0.8"]);
        arguments.extend(more);
        arguments.push(ticket);
        Helpdex::new(&arguments).run()
    };
    let answer = suggest(&["--json"]).json();
    assert_eq!(answer["reason"], "not_enough_labels");
    assert_eq!(answer["ranking"][0]["article_id"], "reset-password");
    let shown = suggest(&[]).succeeded();
    assert_eq!(
        shown.trim(),
        "No suggestion. Not enough data: 0 labelled tickets, at least about 14 needed; link an article to more tickets, or mark \
         those that have none."
    );
    let guess = suggest(&["--json", "--best-guess"]).json();
    assert_eq!(guess["offered"][0]["article_id"], "reset-password");
}

#[test]
fn an_evaluation_tells_how_a_target_precision_was_kept() {
    let folder = data_set();
    let target = ["--target-precision", "0.8", "--confidence-level", "0.9"];
    let outcomes = path(&folder, "outcomes.jsonl");
    let mut arguments = vec!["--json", "--outcomes", &outcomes];
    arguments.extend(target);
    let report = eval(&folder, &arguments).json();
    assert_eq!(report["target"]["target_precision"], 0.8);
    assert_eq!(report["target"]["labels_from"], "learned");
    let chosen = &report["target"]["chosen"][0];
    assert_eq!(chosen["threshold"], Value::Null);
    assert_eq!(chosen["missing"]["reason"], "not_enough_labels");
    assert_eq!(report["figures"]["coverage"]["value"], 0.0);
    let outcomes = fs::read_to_string(outcomes).expect("the outcomes were written");
    assert!(
        outcomes.contains("\"reason\":\"not_enough_labels\""),
        "{outcomes}"
    );
    let printed = eval(&folder, &target).succeeded();
    for part in [
        "target precision 0.8 at confidence 0.9",
        "none: not enough data: ",
    ] {
        assert!(printed.contains(part), "{part:?} is missing: {printed}");
    }
}

fn eval(folder: &Folder, arguments: &[&str]) -> Finished {
    let data_set = path(folder, "");
    let mut all = vec!["eval", &data_set];
    all.extend(arguments);
    Helpdex::new(&all).run()
}

#[test]
fn an_evaluation_writes_an_outcome_a_query_and_a_run() {
    let folder = data_set();
    let (outcomes, run) = (path(&folder, "outcomes.jsonl"), path(&folder, "run.trec"));
    let report = eval(
        &folder,
        &[
            "--no-learn",
            "--json",
            "--outcomes",
            &outcomes,
            "--run",
            &run,
        ],
    )
    .json();
    assert_eq!(report["split"], "test");
    assert_eq!(report["articles"], 2);

    let outcomes = fs::read_to_string(outcomes).expect("the outcomes were written");
    let outcomes: Vec<Value> = outcomes
        .lines()
        .map(|line| serde_json::from_str(line).expect("an outcome is JSON"))
        .collect();
    let ids: Vec<&Value> = outcomes
        .iter()
        .map(|outcome| &outcome["query_id"])
        .collect();
    assert_eq!(ids, ["q1", "q2"]);
    assert_eq!(outcomes[0]["ranking"][0]["id"], "reset");
    assert_eq!(outcomes[1]["outcome"], "abstained");
    assert_eq!(outcomes[1]["reason"], "nothing_matched");
    assert_eq!(outcomes[1]["offered"], json!([]));
    for outcome in &outcomes {
        let keys: Vec<&String> = outcome
            .as_object()
            .expect("an outcome is an object")
            .keys()
            .collect();
        assert_eq!(
            keys,
            [
                "elapsed_us",
                "offered",
                "outcome",
                "query_id",
                "ranking",
                "reason"
            ]
        );
    }

    let run = fs::read_to_string(run).expect("the run was written");
    let first: Vec<&str> = run.lines().next().expect("a line").split(' ').collect();
    assert_eq!(first[..4], ["q1", "Q0", "reset", "1"]);
    assert_eq!(first.len(), 6);
}

#[test]
fn an_evaluation_prints_its_figures_beside_the_baselines() {
    let folder = data_set();
    let report = eval(&folder, &[]).succeeded();
    for part in [
        "2 queries (1 answerable, 1 marked",
        "learned from the train split",
        "nDCG@10",
        "plain BM25",
        "popularity",
        "coverage",
    ] {
        assert!(report.contains(part), "{part:?} is missing: {report}");
    }
}

#[test]
fn an_evaluation_learns_nothing_or_leaves_articles_out_when_it_is_told_so() {
    let folder = data_set();
    let report = eval(&folder, &["--no-learn"]).succeeded();
    assert!(report.contains("nothing learned"), "{report}");
    let report = eval(&folder, &["--cold", "1"]).succeeded();
    assert!(report.contains("nothing learned of them"), "{report}");
    let report = eval(&folder, &["--cold", "1", "--popularity", "0", "--json"]).json();
    assert_eq!(report["cold"]["cold_tickets"], 1);
    assert_eq!(report["cold"]["warm_tickets"], 0);
    eval(&folder, &["--cold", "2"]).failed_with(&["cold 2 is out of range"]);
    eval(&folder, &["--popularity", "2"]).failed_with(&["popularity 2 is out of range"]);
}

#[test]
fn an_evaluation_learns_from_the_first_tickets_alone_and_takes_links_away() {
    let folder = data_set();
    let report = eval(&folder, &["--learn-first", "0", "--json"]).json();
    assert_eq!(report["learned"], false);
    let report = eval(&folder, &["--learn-first", "1", "--json"]).json();
    assert_eq!(report["learned"], true);
    // A copy or a translation of the judged article counts as right beside it; here there is none.
    assert_eq!(report["figures"], report["figures_by_id"]);
    eval(&folder, &["--unlinked-share", "2"]).failed_with(&["unlinked_share 2 is out of range"]);
    let target = ["--target-precision", "0.8", "--json"];
    let report = |more: &[&str]| eval(&folder, &[&target[..], more].concat()).json();
    let assumed = report(&["--answerable-share", "0.7"]);
    assert_eq!(assumed["target"]["answerable_share"], 0.7);
    assert_eq!(assumed["target"]["chosen"][0]["grounds"], "assumed_share");
    assert_eq!(
        report(&["--unlinked", "ignored"])["target"]["unlinked"],
        "ignored"
    );
    let arguments = ["--target-precision", "0.8", "--answerable-share", "0"];
    eval(&folder, &arguments).failed_with(&["answerable_share 0 is out of range"]);
}

/// Makes a data set in two locales, with a ticket whose right article comes second, behind one that is nearer to its
/// words.
fn data_set_with_a_miss() -> Folder {
    folder(&[
        (
            "corpus.jsonl",
            br#"{"_id": "reset", "title": "Reset your password", "text": "Press forgot password.", "metadata": {"lang": "en"}}
{"_id": "refund", "title": "Refund a payment", "text": "Open the payment and press refund.", "metadata": {"lang": "en"}}
{"_id": "slaptazodis", "title": "Pamir\u0161tas slapta\u017eodis", "text": "Paspauskite nuorod\u0105.", "metadata": {"lang": "lt"}}
"#
            .as_slice(),
        ),
        (
            "queries.jsonl",
            br#"{"_id": "miss", "text": "Refund my payment, \u202ewhere\u001b[31m do I\npress?", "metadata": {"lang": "en"}}
{"_id": "right", "text": "I forgot my password", "metadata": {"lang": "en"}}
{"_id": "lt", "text": "Pamir\u0161au slapta\u017eod\u012f", "metadata": {"lang": "lt"}}
{"_id": "gone", "text": "my card reader is broken since the update of yesterday evening and nobody calls", "metadata": {"lang": "en"}}
"#,
        ),
        (
            "qrels/test.tsv",
            b"query-id\tcorpus-id\tscore\nmiss\treset\t1\nright\treset\t1\nlt\tslaptazodis\t1\ngone\treader\t1\n",
        ),
    ])
}

#[test]
fn an_evaluation_tells_where_it_is_good_and_where_it_is_not() {
    let folder = data_set_with_a_miss();
    let report = eval(&folder, &["--json"]).json();
    let locale = |locale: &str| &report["by_locale"][locale];
    assert_eq!(locale("en")["tickets"], 3);
    assert_eq!(locale("lt")["tickets"], 1);
    assert_eq!(locale("lt")["precision_at_1"]["value"], 1.0);
    let bands = report["by_length"].as_array().expect("a list of bands");
    let limits: Vec<(&Value, &Value, &Value)> = bands
        .iter()
        .map(|band| {
            (
                &band["min_words"],
                &band["max_words"],
                &band["figures"]["tickets"],
            )
        })
        .collect();
    assert_eq!(
        limits,
        [
            (&json!(0), &json!(9), &json!(3)),
            (&json!(10), &json!(29), &json!(1))
        ]
    );

    let worst = report["worst"].as_array().expect("a list of tickets");
    let ids: Vec<&Value> = worst.iter().map(|ticket| &ticket["query_id"]).collect();
    assert_eq!(ids, ["gone", "miss"]);
    let gone = &worst[0];
    assert_eq!(gone["ndcg_at_10"], 0.0);
    assert_eq!(
        gone["expected"],
        json!({
            "id": "reader", "title": null, "grade": 1, "rank": null, "probability": null, "matched_terms": []
        })
    );
    let miss = &worst[1];
    assert_eq!(miss["extract"], "Refund my payment, where[31m do I press?");
    assert_eq!(miss["expected"]["id"], "reset");
    assert_eq!(miss["expected"]["title"], "Reset your password");
    assert_eq!(miss["expected"]["rank"], 2);
    assert_eq!(
        miss["expected"]["matched_terms"],
        json!([{"term": "press", "word": "press", "synonym_of": null, "similar_to": null, "places": ["body"]}])
    );
    assert_eq!(miss["first"]["id"], "refund");
    assert_eq!(miss["first"]["grade"], 0);
    assert_eq!(miss["first"]["rank"], 1);
    let terms = miss["first"]["matched_terms"]
        .as_array()
        .expect("a list of words");
    assert_eq!(terms.len(), 3);
}

#[test]
fn an_evaluation_prints_its_worst_tickets_and_what_they_missed() {
    let folder = data_set_with_a_miss();
    let report = eval(&folder, &[]).succeeded();
    assert!(!report.contains('\u{202e}') && !report.contains("\u{1b}[31m"));
    for part in [
        "MAP@10",
        "locale of the ticket",
        "words of the ticket",
        "0 to 9",
        "10 to 29",
        "gone  nDCG@10 0.000",
        "not among the articles (reader), not in the first 10",
        "words: none",
        "Reset your password (reset), rank 2, ",
        "words: press",
        "Refund a payment (refund), rank 1, ",
    ] {
        assert!(report.contains(part), "{part:?} is missing: {report}");
    }
}

#[test]
fn an_evaluation_writes_a_page_and_the_data_of_its_drawings() {
    let folder = data_set();
    let page = path(&folder, "report.html");
    let report = eval(&folder, &["--json", "--report", &page]).json();
    assert_eq!(report["curve"][0]["precision"], 1.0);
    assert_eq!(report["curve"][1]["coverage"], 1.0);
    assert_eq!(report["reliability"][0]["tickets"], 1);
    let page = fs::read_to_string(page).expect("the page was written");
    for part in [
        "<!doctype html>",
        "2 tickets of the split <b>test</b>",
        "I forgot my password",
        "Reset your password",
        "</html>",
    ] {
        assert!(page.contains(part), "{part:?} is missing: {page}");
    }
    let nowhere = path(&folder, "missing/report.html");
    eval(&folder, &["--report", &nowhere]).failed_with(&["error: cannot write", "report.html"]);
}

#[test]
fn a_data_set_that_cannot_be_read_is_refused_with_file_and_line() {
    let folder = data_set();
    eval(&folder, &["--split", "dev"]).failed_with(&["error: ", "\"dev\"", "test, train"]);
    fs::write(
        folder.path().join("qrels/test.tsv"),
        "query-id\tcorpus-id\tscore\nq1 reset\n",
    )
    .expect("the file can be written");
    eval(&folder, &[]).failed_with(&["error: ", "test.tsv:2"]);
    let folder = data_set();
    fs::remove_file(folder.path().join("corpus.jsonl")).expect("the file is there");
    eval(&folder, &[]).failed_with(&["error: ", "corpus.jsonl"]);
}

#[test]
fn a_backtest_answers_each_ticket_by_what_was_known_before() {
    let folder = help_center();
    let line = |day| {
        format!(
            "{{\"ticket_id\": \"{day}\", \"at\": \"2026-03-0{day}\", \"verdict\": \"linked\", \
             \"articles\": [\"reset-password\"], \"text\": \"how do I reset my password {day}\"}}"
        )
    };
    let lines = (1..=9).map(line).collect::<Vec<String>>().join("\n");
    let (tickets, report) = (path(&folder, "solved.jsonl"), path(&folder, "report.html"));
    fs::write(&tickets, format!("{lines}\nno ticket\n")).expect("it can be written");
    let articles = path(&folder, "articles");
    let backtest = |more: &[&str]| {
        let mut all = vec!["backtest", &tickets, "--articles", &articles];
        all.extend(["--visibility", "public"]);
        all.extend(more);
        Helpdex::new(&all).run()
    };
    let json = backtest(&["--json", "--periods", "3"]).json();
    assert_eq!(json["figures"]["tickets"], 9);
    let periods = json["by_period"].as_array().expect("there are parts");
    let known: Vec<&Value> = periods
        .iter()
        .map(|period| &period["known_verdicts"])
        .collect();
    assert_eq!(known, [0, 3, 6]);
    assert_eq!(periods[1]["from"], "2026-03-04T00:00:00Z");
    let printed = backtest(&["--report", &report, "--periods", "3"]).succeeded();
    for part in ["back-test: 9 queries", "2026-03-04 to 2026-03-06, after 3"] {
        assert!(printed.contains(part), "{part:?} is missing: {printed}");
    }
    let page = fs::read_to_string(report).expect("the page was written");
    assert!(page.contains("Over time") && page.contains("from 2026-03-01 to 2026-03-09"));
    let printed = backtest(&["--target-precision", "0.1", "--promise", "any"]).succeeded();
    assert!(printed.contains("any shown is right"), "{printed}");
    let failed = backtest(&["--audience", "internal", "--periods", "0"]);
    assert_eq!(failed.code, 1, "{failed:?}");
    assert!(
        failed.stderr.contains("periods 0 is out of range"),
        "{failed:?}"
    );
}

#[test]
fn a_knowledge_base_of_another_tenant_is_refused_by_every_command() {
    let folder = help_center();
    let (articles, kb) = (path(&folder, "articles"), path(&folder, "kb"));
    let build = ["build", &articles, "--into", &kb, "--visibility", "public"];
    let run =
        |command: &[&str], tenant| Helpdex::new(&[command, &["--tenant", tenant]].concat()).run();
    assert_eq!(run(&build, "acme").code, 0);
    let tickets = path(&folder, "solved.jsonl");
    fs::write(&tickets, "").expect("it can be written");
    for command in [
        &["suggest", "--kb", &kb, "reset my password"][..],
        &["learn", &kb, &tickets],
        &["forget", &kb, "--ticket", "1"],
        &["deny", &kb, "reset-password"],
        &["allow", &kb, "reset-password"],
        &["purge", &kb],
        &["repair", &kb],
        &build,
    ] {
        let accepted = run(command, "acme");
        assert_eq!(accepted.code, 0, "{command:?}: {accepted:?}");
        let refused = run(command, "other");
        assert_eq!(refused.code, 1, "{command:?}: {refused:?}");
        assert!(
            refused.stderr.contains("of tenant \"acme\""),
            "{command:?}: {refused:?}"
        );
        // To read it no name is needed.
        let unnamed = Helpdex::new(command).run();
        let is_reading = command[0] == "suggest" || command[0] == "learn";
        assert_eq!(unnamed.code == 0, is_reading, "{command:?}: {unnamed:?}");
    }
    let both = ["suggest", "--articles", &articles, "--tenant", "acme", "hi"];
    assert_eq!(Helpdex::new(&both).run().code, 2);
}

/// A file of six lines, one of which is not a ticket.
const TICKETS: &str = r#"{"ticket_id": "t1", "text": "I forgot my password, how do I get in?"}
{"ticket_id": 2, "subject": "Money back", "text": "Please refund my payment."}

{"ticket_id": "t3", "txt": "a typing error"}
{"text": "the parrot sings"}
{"ticket_id": "t5", "html": "<p>forgot <b>password</b></p>", "locale": "en"}
{"ticket_id": "t6", "text": ""}
"#;

/// Builds a help center; returns its folder, its knowledge base, and the file of [`TICKETS`].
fn with_tickets() -> (Folder, String, String) {
    let (folder, kb) = knowledge_base();
    fs::write(folder.path().join("tickets.jsonl"), TICKETS).expect("the folder can be changed");
    let tickets = path(&folder, "tickets.jsonl");
    (folder, kb, tickets)
}

#[test]
fn many_tickets_are_answered_in_their_order_the_same_on_any_number_of_threads() {
    let (_folder, kb, tickets) = with_tickets();
    let ask = |threads: &str| {
        let arguments = [
            "suggest",
            "--kb",
            &kb,
            "--tickets",
            &tickets,
            "--threads",
            threads,
        ];
        let done = Helpdex::new(&arguments).run();
        assert!(done.stderr.contains("1 lines are no ticket"), "{done:?}");
        done.succeeded()
    };
    let printed = ask("1");
    assert_eq!(ask("2"), printed);
    assert_eq!(ask("7"), printed);
    let lines: Vec<Value> = printed
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect();
    let ids: Vec<&Value> = lines.iter().map(|line| &line["ticket_id"]).collect();
    assert_eq!(
        json!(ids),
        json!(["t1", "2", null, null, "t5", "t6"]),
        "{printed}"
    );
    assert_eq!(lines[0]["offered"][0]["article_id"], "reset-password");
    let error = lines[2]["error"].as_str().expect("it is no ticket");
    assert!(error.contains("tickets.jsonl:4: "), "{error}");
    assert_eq!(lines[3]["outcome"], "abstained");
    assert_eq!(lines[5]["reason"], "empty_after_cleaning");

    // The answer is that of the ticket alone.
    let text = "I forgot my password, how do I get in?";
    let mut alone = Helpdex::new(&["suggest", "--kb", &kb, "--json", text])
        .run()
        .json();
    let object = alone.as_object_mut().expect("an answer is an object");
    object.remove("elapsed_us");
    object.insert("ticket_id".to_owned(), json!("t1"));
    assert_eq!(lines[0], alone);

    let of_stdin = ["suggest", "--kb", &kb, "--tickets", "-"];
    let piped = Helpdex::new(&of_stdin).run_with(TICKETS.as_bytes());
    let expected = printed.replace(&format!("{tickets}:4"), "-:4");
    assert_eq!(piped.succeeded(), expected);
}

#[test]
fn answers_that_were_cut_off_at_any_byte_are_gone_on_with() {
    let (folder, kb, tickets) = with_tickets();
    let out = path(&folder, "answers.jsonl");
    let arguments = ["suggest", "--kb", &kb, "--tickets", &tickets, "--out", &out];
    let report = Helpdex::new(&arguments).run().succeeded();
    assert!(
        report.contains("lines: 6 written, 0 there already"),
        "{report}"
    );
    let whole = fs::read(&out).expect("the answers were written");
    let printed = Helpdex::new(&arguments[..5]).run().succeeded();
    assert_eq!(whole, printed.as_bytes());

    // Every byte of the third line and around the ends of lines; every 97th of the others.
    let ends: Vec<usize> = (0..whole.len()).filter(|&at| whole[at] == b'\n').collect();
    let cuts = (0..=whole.len()).filter(|&cut| {
        let near = |end: &usize| cut.abs_diff(*end) <= 1;
        cut % 97 == 0 || ends.iter().any(near) || (ends[1]..ends[2]).contains(&cut)
    });
    for cut in cuts {
        fs::write(&out, &whole[..cut]).expect("the file can be written");
        let report = Helpdex::new(&arguments).run().succeeded();
        let kept = ends.iter().filter(|&&end| end < cut).count();
        let expected = format!("lines: {} written, {kept} there already", 6 - kept);
        assert!(report.contains(&expected), "cut at {cut}: {report}");
        assert!(
            fs::read(&out).expect("it is there") == whole,
            "cut at {cut}"
        );
    }
}

#[test]
fn answers_of_other_tickets_articles_or_options_are_refused_and_left_as_they_are() {
    let (folder, kb, tickets) = with_tickets();
    let out = path(&folder, "answers.jsonl");
    let arguments = ["suggest", "--kb", &kb, "--tickets", &tickets, "--out", &out];
    let _ = Helpdex::new(&arguments).run().succeeded();
    let whole = fs::read_to_string(&out).expect("the answers were written");
    let first_end = whole.find('\n').expect("there are lines") + 1;
    let refuse = |content: &str, arguments: &[&str], line: &str| {
        fs::write(&out, content).expect("the file can be written");
        let place = format!("answers.jsonl:{line}: ");
        let remedy = "remove the file to begin anew";
        Helpdex::new(arguments).run().failed_with(&[&place, remedy]);
        let left = fs::read_to_string(&out).expect("it is there");
        assert_eq!(left, content);
    };
    let with = |more: &[&'static str]| [&arguments[..], more].concat();
    // Other options show in the last line that is there.
    refuse(&whole[..first_end], &with(&["--limit", "1"]), "1");
    refuse(&whole[..first_end + 40], &with(&["--limit", "1"]), "1");
    // No line of it is whole.
    refuse(&whole[..first_end - 9], &with(&["--limit", "1"]), "1");
    refuse("Dear diary", &arguments, "1");
    refuse("Dear diary\n", &arguments, "1");
    refuse(&whole.replace("\"t1\"", "\"t9\""), &arguments, "1");
    refuse(&whole[first_end..], &arguments, "1");
    refuse(&format!("{whole}{{}}\n"), &arguments, "7");
    refuse(&format!("{whole}{{"), &arguments, "7");
    // Another text of a ticket.
    let other = TICKETS.replace("I forgot", "We forgot");
    fs::write(folder.path().join("tickets.jsonl"), other).expect("the folder can be changed");
    refuse(&whole[..first_end], &arguments, "1");
    fs::write(folder.path().join("tickets.jsonl"), TICKETS).expect("the folder can be changed");
    // Other articles.
    fs::write(
        folder.path().join("articles/password.md"),
        PASSWORD.replace("one hour", "a day"),
    )
    .expect("the folder can be changed");
    let _ = build(&folder).succeeded();
    refuse(&whole[..first_end], &arguments, "1");
}

#[test]
fn a_file_of_which_no_line_is_a_ticket_fails() {
    let (folder, kb) = knowledge_base();
    fs::write(folder.path().join("bad.jsonl"), "{\n[]\n").expect("the folder can be changed");
    let tickets = path(&folder, "bad.jsonl");
    let done = Helpdex::new(&["suggest", "--kb", &kb, "--tickets", &tickets]).run();
    assert_eq!(done.code, 1, "{done:?}");
    assert!(
        done.stderr
            .contains("no line is a ticket; correct them first")
    );
    assert_eq!(done.stdout.lines().count(), 2);
    let missing = path(&folder, "missing.jsonl");
    Helpdex::new(&["suggest", "--kb", &kb, "--tickets", &missing])
        .run()
        .failed_with(&["missing.jsonl: cannot open the file"]);
}
