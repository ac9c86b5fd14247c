//! Tests of inputs that hold more than one thing: several sources, archives, and pages that link to their translations
//! or have moved.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

mod outline;
mod whole;

use std::fs;
use std::io::Write as _;
use std::path::Path;

use helpdex_import::{
    ArticleLinks, ImportOptions, Source, TicketOptions, read_articles, read_exported_tickets,
};

use self::outline::outline;
use self::whole::{Whole, read_whole};

const LINE: &str = "{\"id\": \"l\", \"locale\": \"en\", \"title\": \"Line\", \"body\": \"x\", \"visibility\": \"public\"}\n";

fn options() -> ImportOptions {
    ImportOptions {
        locale: Some("en".parse().unwrap()),
        ..ImportOptions::default()
    }
}

fn write(folder: &Path, files: &[(&str, &[u8])]) {
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn read(files: &[(&str, &[u8])], options: &ImportOptions) -> Whole {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), files);
    read_whole(folder.path(), options).unwrap()
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Asserts the source, the articles, and the kinds and first places of the warnings.
#[track_caller]
fn check(files: &[(&str, &[u8])], source: Source, expected: &[&str], warnings: &[(&str, &str)]) {
    let import = read(files, &options());
    assert_eq!(import.source, source, "{}", import.detected_by);
    assert_eq!(outline(&import), expected);
    let found: Vec<(&str, &str)> = import
        .warnings
        .iter()
        .map(|warning| (warning.kind, warning.first.as_str()))
        .collect();
    assert_eq!(found, warnings);
}

#[test]
fn pages_and_lines_of_articles_in_one_folder_are_both_read() {
    check(
        &[("a.md", b"# A\n"), ("articles.jsonl", LINE.as_bytes())],
        Source::Markdown,
        &["a en internal a: A", "l en public l: Line"],
        &[],
    );
    // Lines that are no articles are named.
    check(
        &[("a.md", b"# A\n"), ("log.jsonl", b"{\"at\": 1}\n")],
        Source::Markdown,
        &["a en internal a: A"],
        &[],
    );
    // A README speaks of the lines, and is no page.
    check(
        &[
            ("README.md", b"# About\n"),
            ("articles.jsonl", LINE.as_bytes()),
        ],
        Source::JsonLines,
        &["l en public l: Line"],
        &[],
    );
}

#[test]
fn a_long_text_before_the_other_keys_hides_no_source() {
    let body = "word ".repeat(20_000);
    let article = format!(
        r#"{{"articles": [{{"body": "{body}", "draft": false, "html_url": "https://x.example/1", "id": 1, "locale": "en", "section_id": 9, "title": "Long", "user_segment_id": null}}]}}"#
    );
    check(
        &[("articles.json", article.as_bytes())],
        Source::Zendesk,
        &["1 en public 1: Long"],
        &[],
    );
}

#[test]
fn a_second_source_in_a_folder_is_named() {
    let lines = ("data/articles.jsonl", LINE.as_bytes());
    check(
        &[
            ("mkdocs.yml", b"site_name: x\n"),
            ("docs/a.md", b"# A\n"),
            lines,
        ],
        Source::Mkdocs,
        &["a en internal a: A"],
        &[(
            "other_source",
            "json_lines: lines of JSON in data/articles.jsonl",
        )],
    );
    let table: &[u8] = b"Title,Body\nT,x\n";
    check(
        &[("a.md", b"# A\n"), ("kb.csv", table)],
        Source::Markdown,
        &["a en internal a: A"],
        &[("other_source", "table: the columns of kb.csv")],
    );
    let freshdesk: &[u8] =
        br#"[{"id": 1, "title": "F", "description": "a", "status": 2, "folder_id": 10}]"#;
    check(
        &[("freshdesk.json", freshdesk), ("notes/a.md", b"# A\n")],
        Source::Freshdesk,
        &["1 en internal 1: F"],
        &[(
            "other_source",
            "markdown: 1 files of Markdown, HTML or text",
        )],
    );
    // A file of JSON that is no file of lines is none of the form of Helpdex.
    let sections: &[u8] =
        b"{\"sections\": [{\"id\": 1, \"locale\": \"en\", \"category_id\": 2, \"name\": \"S\"}]}\n";
    let zendesk: &[u8] = br#"{"articles": [{"id": 1, "title": "Z", "body": "a", "locale": "en", "draft": false, "html_url": "https://x.example/1", "section_id": 1, "user_segment_id": null}]}"#;
    check(
        &[("articles.json", zendesk), ("sections.json", sections)],
        Source::Zendesk,
        &["1 en public 1: Z"],
        &[],
    );
    // A record of another helpdesk in a file of its own is counted.
    let help_scout: &[u8] = br#"{"article": {"id": "h", "collectionId": "c", "slug": "h", "status": "published", "name": "H", "text": "x"}}"#;
    let intercom: &[u8] = br#"{"data": [{"type": "article", "id": "1", "workspace_id": "w", "title": "I", "body": "x", "state": "published", "author_id": 1}]}"#;
    check(
        &[("a.json", intercom), ("b.json", help_scout)],
        Source::Intercom,
        &["1 en internal 1: I", "not_an_article 1"],
        &[],
    );
}

#[test]
fn an_archive_in_a_folder_is_opened_or_named() {
    let archive = zip(&[("a.md", b"# A\n")]);
    let other = zip(&[("b.md", b"# B\n")]);
    check(
        &[("README.md", b"about"), ("export.zip", &archive)],
        Source::Markdown,
        &["README en internal README: README", "a en internal a: A"],
        &[],
    );
    check(
        &[("one.zip", &archive), ("two.zip", &other)],
        Source::Markdown,
        &["one/a en internal one/a: A", "two/b en internal two/b: B"],
        &[],
    );
    check(
        &[("c.md", b"# C\n"), ("export.zip", &archive)],
        Source::Markdown,
        &["c en internal c: C"],
        &[("archive", "export.zip")],
    );
    let import = read(
        &[("one.zip", &archive), ("two.zip", b"PK\x03\x04")],
        &options(),
    );
    assert_eq!(outline(&import), ["one/a en internal one/a: A"]);
    assert_eq!(import.not_followed.count(), 1);
    let excluding = ImportOptions {
        exclude: vec!["a.md".into()],
        ..options()
    };
    let import = read(&[("one.zip", &archive), ("two.zip", &other)], &excluding);
    assert_eq!(outline(&import), ["two/b en internal two/b: B"]);
}

#[test]
fn an_untranslated_page_is_indexed_in_the_language_it_is_written_in() {
    let english = "The page is here, and it is not yet translated into the language of its folder.\n\n```\nder die das und nicht\n```\n";
    let german = "Der Text ist hier und er ist nicht auf Englisch geschrieben.\n";
    let stated = format!("---\nlocale: de\n---\n{english}");
    let files: [(&str, &[u8]); 6] = [
        ("docusaurus.config.js", b""),
        ("docs/a.md", b"# A\n\nThe first version.\n"),
        ("docs/b.md", b"# B\n"),
        (
            "i18n/de/docusaurus-plugin-content-docs/current/a.md",
            english.as_bytes(),
        ),
        (
            "i18n/de/docusaurus-plugin-content-docs/current/b.md",
            german.as_bytes(),
        ),
        (
            "i18n/de/docusaurus-plugin-content-docs/current/c.md",
            stated.as_bytes(),
        ),
    ];
    check(
        &files,
        Source::Docusaurus,
        &[
            "a en internal a: A",
            "b en internal b: B",
            "a@de en internal a: a",
            "b@de de internal b: b",
            "c@de de internal c: c",
        ],
        &[(
            "untranslated",
            "i18n/de/docusaurus-plugin-content-docs/current/a.md",
        )],
    );
}

#[test]
fn links_to_translations_make_groups() {
    let page = |locale: &str, title: &str, own: &str, other: &str| {
        format!(
            "<html lang={locale}><head><title>{title}</title><link rel=\"alternate\" hreflang=\"en\" href=\"https://x.example/{own}\">\
             <link rel=\"alternate\" hreflang=\"de\" href=\"https://x.example/{other}\">\
             <link rel=\"alternate\" hreflang=\"x-default\" href=\"https://x.example/start\"></head><body><p>{title}</p></body></html>"
        )
    };
    let [a, b, c] = [
        page("en", "Sign in", "en/sign-in", "de/anmelden"),
        page("de", "Anmelden", "en/sign-in", "de/anmelden"),
        page("en", "Pay", "en/pay", "de/zahlen"),
    ];
    check(
        &[
            ("en/sign-in.html", a.as_bytes()),
            ("de/anmelden.html", b.as_bytes()),
            ("en/pay.html", c.as_bytes()),
        ],
        Source::Markdown,
        &[
            "anmelden@de de internal sign-in: Anmelden",
            "pay en internal pay: Pay",
            "sign-in en internal sign-in: Sign in",
        ],
        &[],
    );
    // Every page links to the first page of each language.
    let [a, b, c] = ["A", "B", "C"].map(|title| page("en", title, "en/", "de/"));
    check(
        &[
            ("en/a.html", a.as_bytes()),
            ("en/b.html", b.as_bytes()),
            ("en/c.html", c.as_bytes()),
        ],
        Source::Markdown,
        &[
            "a en internal a: A",
            "b en internal b: B",
            "c en internal c: C",
        ],
        &[("alternates", "en/a.html")],
    );
    // Front matter names the other pages alone.
    check(
        &[
            (
                "en/sign-in.md",
                b"---\ntitle: Sign in\nhreflang:\n  de: /de/anmelden\n---\nThe text is here.\n",
            ),
            (
                "de/anmelden.md",
                b"---\ntitle: Anmelden\nhreflang:\n  en: /en/sign-in/\n---\nDer Text ist hier.\n",
            ),
        ],
        Source::Markdown,
        &[
            "anmelden@de de internal sign-in: Anmelden",
            "sign-in en internal sign-in: Sign in",
        ],
        &[],
    );
}

/// Files, each as its path and its bytes.
type Files<'a> = Vec<(&'a str, &'a [u8])>;

/// Returns the ids of the articles that a link leads to, by the redirects that the pages and the settings of a site
/// state.
fn linked(files: &[(&str, &[u8])], base_url: Option<&str>, address: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), files);
    let options = ImportOptions {
        base_url: base_url.map(str::to_owned),
        ..options()
    };
    let mut import = read_articles(folder.path(), &options).unwrap();
    let articles: Vec<_> = import.articles.by_ref().map(Result::unwrap).collect();
    let mut links = ArticleLinks::new(&articles).unwrap();
    for (from, to) in &import.redirects {
        links.redirect(from, to).unwrap();
    }
    let tickets = format!(
        r#"{{"tickets": [{{"id": 1, "status": "solved", "requester_id": 5, "submitter_id": 5, "updated_at": "2026-03-01", "comments": [
          {{"id": 1, "author_id": 5, "public": true, "body": "How do I pay by card?"}},
          {{"id": 2, "author_id": 9, "public": true, "body": "Please read {address}"}}]}}]}}"#
    );
    let path = folder.path().join("tickets.json");
    fs::write(&path, tickets).unwrap();
    let import = read_exported_tickets(&path, &links, &TicketOptions::default()).unwrap();
    import.tickets[0].event.articles.clone()
}

#[test]
fn a_link_to_a_moved_page_is_one_to_the_page_that_it_is_now() {
    let page = |more: &str| format!("---\ntitle: Pay\n{more}---\nThe text.\n").into_bytes();
    let jekyll = page("redirect_from:\n  - /old/pay/\n  - /older/pay.html\n");
    let hugo = page("aliases: [/old/pay/]\n");
    let plain = page("");
    let sites: [(&str, Files<'_>); 7] = [
        ("jekyll", vec![("_config.yml", b"title: x\n"), ("_articles/new/pay.md", &jekyll)]),
        ("hugo", vec![("hugo.toml", b""), ("content/new/pay.md", &hugo)]),
        (
            "mkdocs",
            vec![
                ("mkdocs.yml", b"plugins:\n  - redirects:\n      redirect_maps:\n        old/pay.md: new/pay.md\n"),
                ("docs/new/pay.md", &plain),
            ],
        ),
        (
            "docusaurus",
            vec![
                ("docusaurus.config.js", b"plugins: [['x', { redirects: [{ from: ['/old/pay'], to: '/docs/new/pay' }] }]]"),
                ("docs/new/pay.md", &plain),
            ],
        ),
        (
            "starlight",
            vec![
                ("astro.config.mjs", b"redirects: { '/old/pay': '/new/pay' }"),
                ("src/content/docs/new/pay.md", &plain),
            ],
        ),
        (
            "mintlify",
            vec![
                ("docs.json", br#"{"redirects": [{"source": "/old/pay", "destination": "/new/pay"}]}"#),
                ("new/pay.mdx", &plain),
            ],
        ),
        (
            "antora",
            vec![
                ("antora.yml", b"name: x\n"),
                ("modules/ROOT/pages/new/pay.adoc", b"= Pay\n:page-aliases: old/pay.adoc\n\nThe text.\n"),
            ],
        ),
    ];
    for (site, files) in sites {
        for base in [None, Some("https://docs.example.com/help")] {
            let found = linked(&files, base, "https://docs.example.com/help/old/pay/?utm=x");
            assert_eq!(found, ["new/pay"], "{site} {base:?}");
            let found = linked(&files, base, "https://docs.example.com/help/old/other");
            assert!(found.is_empty(), "{site} {base:?}");
        }
    }
}
