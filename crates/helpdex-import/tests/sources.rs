//! Reads small inputs of every source, each with hidden, restricted, draft, translated and broken records.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

mod outline;
mod whole;

use std::fs;
use std::io::Write as _;
use std::path::Path;

use helpdex_import::{ImportOptions, Source};

use self::outline::outline;
use self::whole::{Whole, read_whole};

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn read(files: &[(&str, &str)], options: &ImportOptions) -> Whole {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), files);
    read_whole(folder.path(), options).unwrap()
}

fn options() -> ImportOptions {
    ImportOptions {
        locale: Some("en".parse().unwrap()),
        ..ImportOptions::default()
    }
}

#[track_caller]
fn check(source: Source, files: &[(&str, &str)], expected: &[&str]) {
    let import = read(files, &options());
    assert_eq!(import.source, source, "{}", import.detected_by);
    assert_eq!(outline(&import), expected, "{}", import.skipped);
}

/// Returns the body of the article with this id.
fn body<'a>(import: &'a Whole, id: &str) -> &'a str {
    let article = import.articles.iter().find(|article| article.id() == id);
    &article
        .unwrap_or_else(|| panic!("{id} is missing: {:?}", outline(import)))
        .fields()
        .body
}

const ZENDESK: &str = r#"{"count": 6, "next_page": null, "articles": [
  {"id": 1, "title": "Reset", "body": "<p>Press Reset.</p>", "locale": "en-us", "source_locale": "en-us", "draft": false,
   "section_id": 9, "html_url": "https://x.example/1", "user_segment_id": null, "label_names": ["pin"],
   "translations": [
     {"id": 11, "source_id": 1, "source_type": "Article", "locale": "de", "title": "Zurücksetzen", "body": "<p>Ja</p>", "draft": false, "hidden": false},
     {"id": 12, "source_id": 1, "source_type": "Article", "locale": "fr", "title": "Cachée", "body": "<p>Non</p>", "draft": false, "hidden": true}]},
  {"id": 2, "title": "Draft", "body": "x", "locale": "en-us", "draft": true, "section_id": 9, "user_segment_id": null},
  {"id": 3, "title": "Gold", "body": "x", "locale": "en-us", "draft": false, "section_id": 9, "user_segment_ids": [7], "user_segment_id": 7},
  {"id": 4, "title": "Staff", "body": "x", "locale": "en-us", "draft": false, "section_id": 9, "user_segment_id": 8},
  {"id": 5, "title": "Unknown", "body": "x", "locale": "en-us", "draft": false, "section_id": 9},
  {"id": 6, "title": "Empty", "body": null, "locale": "klingon please", "draft": false, "section_id": 9, "user_segment_id": null}]}"#;

#[test]
fn zendesk_articles_have_the_visibility_of_their_segments() {
    let segments = r#"{"user_segments": [{"id": 7, "name": "Gold", "user_type": "signed_in_users", "tags": ["gold"], "group_ids": [], "organization_ids": []},
        {"id": 8, "name": "Staff", "user_type": "staff", "tags": [], "group_ids": [], "organization_ids": []}]}"#;
    let sections = r#"{"sections": [{"id": 9, "name": "Account", "category_id": 99}]}"#;
    let files = [
        ("articles.json", ZENDESK),
        ("segments.json", segments),
        ("sections.json", sections),
        (
            "tickets.json",
            r#"{"tickets": [{"id": 1, "requester_id": 2, "subject": "x"}]}"#,
        ),
    ];
    check(
        Source::Zendesk,
        &files,
        &[
            "1 en-us public 1: Reset",
            "1@de de public 1: Zurücksetzen",
            "3 en-us signed_in7 3: Gold",
            "4 en-us internal 4: Staff",
            "5 en-us internal 5: Unknown",
            "draft 1",
            "hidden 1",
            "skipped 1",
        ],
    );
    let import = read(&files, &options());
    assert_eq!(import.articles[0].fields().section_path, ["Account"]);
    assert_eq!(import.warnings[0].kind, "tickets");
}

#[test]
fn zendesk_pages_that_come_twice_count_once_and_the_newest_wins() {
    let record = |title: &str, at: &str| {
        format!(
            r#"{{"id": 1, "title": "{title}", "body": "x", "locale": "en", "draft": false, "section_id": 9, "html_url": "https://x.example/1", "user_segment_id": null, "edited_at": "{at}"}}"#
        )
    };
    let lines = format!(
        "{}\n{}\n",
        record("Old", "2026-01-01T00:00:00Z"),
        record("New", "2026-02-01T00:00:00Z")
    );
    check(
        Source::Zendesk,
        &[("pages.jsonl", &lines)],
        &["1 en public 1: New"],
    );
}

const CONFLUENCE: &str = r#"<hibernate-generic>
<object class="Space"><id name="id">1</id><property name="key"><![CDATA[HELP]]></property></object>
<object class="SpacePermission"><id name="id">2</id><property name="space" class="Space"><id name="id">1</id></property><property name="type"><![CDATA[VIEWSPACE]]></property><property name="allUsersSubject"><![CDATA[anonymous-users]]></property></object>
<object class="ContentPermissionSet"><id name="id">3</id><property name="type"><![CDATA[View]]></property></object>
PAGES
<object class="BodyContent"><id name="id">100</id><property name="body"><![CDATA[<p>Text</p><ac:structured-macro ac:name="panel"><ac:parameter ac:name="title">Careful</ac:parameter><ac:parameter ac:name="borderStyle">solid</ac:parameter><ac:rich-text-body><p>Inside</p></ac:rich-text-body></ac:structured-macro>]]></property><property name="bodyType">2</property></object>
</hibernate-generic>"#;

fn confluence(pages: &str) -> String {
    CONFLUENCE.replace("PAGES", pages)
}

fn confluence_page(id: u32, title: &str, more: &str) -> String {
    format!(
        r#"<object class="Page"><id name="id">{id}</id><property name="title"><![CDATA[{title}]]></property><property name="space" class="Space"><id name="id">1</id></property>
        <collection name="bodyContents"><element class="BodyContent"><id name="id">100</id></element></collection>{more}</object>"#
    )
}

#[test]
fn confluence_pages_inherit_the_restrictions_of_the_pages_above() {
    let restricted = r#"<collection name="contentPermissionSets"><element class="ContentPermissionSet"><id name="id">3</id></element></collection>"#;
    let below = |parent: u32| {
        format!(r#"<property name="parent" class="Page"><id name="id">{parent}</id></property>"#)
    };
    let pages = [
        confluence_page(10, "Open", ""),
        confluence_page(11, "Restricted", restricted),
        confluence_page(12, "Below restricted", &below(11)),
        confluence_page(13, "Below open", &below(10)),
        confluence_page(
            14,
            "Draft",
            r#"<property name="contentStatus"><![CDATA[draft]]></property>"#,
        ),
        confluence_page(
            15,
            "Old",
            r#"<property name="originalVersion" class="Page"><id name="id">10</id></property>"#,
        ),
        confluence_page(16, "Parent is elsewhere", &below(99)),
    ];
    let export = confluence(&pages.concat());
    check(
        Source::Confluence,
        &[("entities.xml", &export)],
        &[
            "10 en public 10: Open",
            "11 en internal 11: Restricted",
            "12 en internal 12: Below restricted",
            "13 en public 13: Below open",
            "16 en internal 16: Parent is elsewhere",
            "draft 1",
            "old_version 1",
        ],
    );
    let import = read(&[("entities.xml", &export)], &options());
    let clean = import.articles[0].clean().unwrap();
    assert_eq!(clean.sections[0].text, "Text\nCareful\nInside");
    // What is cut off may have held a restriction.
    let broken = export.replace(
        "</hibernate-generic>",
        "<object class=\"Page\"><!DOCTYPE x>",
    );
    let import = read(&[("entities.xml", &broken)], &options());
    assert!(
        import
            .articles
            .iter()
            .all(|article| article.fields().visibility.name() == "internal")
    );
    assert_eq!(import.skipped.count(), 1);
}

#[test]
fn a_dump_of_mediawiki_gives_the_newest_revision_of_pages_of_help() {
    let page = |id: u32, namespace: u32, more: &str, text: &str| {
        format!(
            "<page><title>Page {id}</title><ns>{namespace}</ns><id>{id}</id>{more}<revision><id>1</id><timestamp>2026-01-01T00:00:00Z</timestamp><text xml:space=\"preserve\">old</text></revision><revision><id>2</id><timestamp>2026-02-01T00:00:00Z</timestamp><model>wikitext</model><text>{text}</text></revision></page>"
        )
    };
    let dump = format!(
        "<mediawiki version=\"0.11\" xml:lang=\"de\">{}{}{}{}{}</mediawiki>",
        page(
            1,
            12,
            "",
            "== Teil ==\nSo &amp;lt; [[a|gezeigt]] {{Vorlage|x=Hinweis dazu}} &lt;!-- geheim --&gt;"
        ),
        page(2, 0, "", "Text"),
        page(3, 1, "", "Talk"),
        page(4, 0, "<redirect title=\"Page 2\"/>", "#REDIRECT [[Page 2]]"),
        page(5, 0, "", "")
    );
    check(
        Source::Mediawiki,
        &[
            ("dump.xml", &dump),
            ("broken.xml", "<mediawiki><page><title>x</page"),
        ],
        &[
            "1 de internal 1: Page 1",
            "2 de internal 2: Page 2",
            "5 de internal 5: Page 5",
            "redirect 1",
            "not_an_article 1",
            "skipped 1",
        ],
    );
    let import = read(&[("dump.xml", &dump)], &options());
    assert!(
        body(&import, "1").contains("gezeigt Hinweis dazu")
            && !body(&import, "1").contains("geheim")
    );
}

#[test]
fn notion_exports_are_read_out_of_a_zip_in_a_zip() {
    let id = "0123456789abcdef0123456789abcdef";
    let files = [
        (
            format!("Help {id}.md"),
            "# Reset it\n\n<aside>\n💡 Rebates never add up.\n</aside>\n",
        ),
        (
            format!("Help {id}/Secret fedcba9876543210fedcba9876543210.md"),
            "# Secret\n\nvisibility: internal\n\ntext\n",
        ),
        (format!("Help {id}/Table {id}_all.csv"), "a,b\n"),
    ];
    let inner = zip(files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes())));
    let outer = zip([("Export-Part-1.zip", inner.as_slice())].into_iter());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.zip");
    fs::write(&path, outer).unwrap();
    let options = ImportOptions {
        visibility: helpdex::Visibility::Public,
        ..options()
    };
    let import = read_whole(&path, &options).unwrap();
    assert_eq!(import.source, Source::Notion);
    assert_eq!(
        outline(&import),
        [
            &format!("{id} en public {id}: Reset it"),
            "fedcba9876543210fedcba9876543210 en internal fedcba9876543210fedcba9876543210: Secret",
        ]
    );
    assert_eq!(import.passed_over["csv"].count, 1);
}

fn zip<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer
            .start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn hostile_archives_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    let bomb = vec![b' '; 30 << 20];
    for (bytes, expected) in [
        (
            zip([("../a.md", &b"# A"[..])].into_iter()),
            "leaves the archive",
        ),
        (
            zip([("/etc/a.md", &b"# A"[..])].into_iter()),
            "leaves the archive",
        ),
        (
            zip([("a.md", bomb.as_slice())].into_iter()),
            "as no export does",
        ),
    ] {
        fs::write(&path, bytes).unwrap();
        let error = read_whole(&path, &options()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    // The third archive in archives is no source of articles.
    let third = zip([("a.md", &b"# A"[..])].into_iter());
    let second = zip([("third.zip", third.as_slice())].into_iter());
    let first = zip([("second.zip", second.as_slice()), ("b.md", &b"# B"[..])].into_iter());
    fs::write(&path, first).unwrap();
    let import = read_whole(&path, &options()).unwrap();
    assert_eq!(outline(&import), ["b en internal b: B"]);
}

#[test]
fn discourse_topics_need_an_accepted_answer() {
    let topic = |id: u32, visible: bool, accepted: bool| {
        format!(
            r#"{{"id": {id}, "title": "Topic {id}", "visible": {visible}, "archetype": "regular", "post_stream": {{"posts": [
          {{"id": 1, "post_number": 1, "post_type": 1, "cooked": "<p>How?</p>"}},
          {{"id": 2, "post_number": 2, "post_type": 4, "cooked": "<p>whisper</p>", "accepted_answer": false}},
          {{"id": 3, "post_number": 3, "post_type": 1, "cooked": "<p>So.</p>", "accepted_answer": {accepted}}}], "stream": [1, 2, 3]}}}}"#
        )
    };
    check(
        Source::Discourse,
        &[
            ("1.json", &topic(1, true, true)),
            ("2.json", &topic(2, true, false)),
            ("3.json", &topic(3, false, true)),
            ("4.json", "{"),
        ],
        &[
            "topic-1 en internal topic-1: Topic 1",
            "hidden 1",
            "unanswered 1",
            "skipped 1",
        ],
    );
    let import = read(&[("1.json", &topic(1, true, true))], &options());
    assert!(!body(&import, "topic-1").contains("whisper"));
}

#[test]
fn guru_cards_and_github_discussions_are_internal() {
    check(
        Source::Guru,
        &[
            ("collection.yaml", "Title: Help\n"),
            ("cards/a.yaml", "Title: Card A\nTags: [x]\n"),
            ("cards/a.html", "<p>Text</p>"),
            ("cards/b.yaml", "Title: [\n"),
            ("cards/b.html", "<p>Text</p>"),
        ],
        &["a en internal a: Card A", "skipped 1"],
    );
    let list = r####"[{"number": 1, "title": "How?", "body": "### Version\n_No response_\n\nHow do I?", "category": {"name": "Q&A"}, "answer_chosen_at": "2026-01-01", "answer": {"body": "So."}},
        {"number": 2, "title": "Open", "body": "x", "category": {"name": "Q&A"}, "answer_chosen_at": null}]"####;
    check(
        Source::Github,
        &[("discussions.json", list)],
        &[
            "discussion-1 en internal discussion-1: How?",
            "unanswered 1",
        ],
    );
    let import = read(&[("discussions.json", list)], &options());
    assert!(!body(&import, "discussion-1").contains("No response"));
}

#[test]
fn tables_are_read_by_their_columns() {
    let csv = "URL,Title,Category,Article Body,Status\n\
        https://x.example/a,Reset,Account,\"<p>Press, then wait.</p>\",published\n\
        https://x.example/b,Draft,Account,x,draft\n\
        https://x.example/c,Hidden,Account,visibility: internal,published\n";
    let public = ImportOptions {
        visibility: helpdex::Visibility::Public,
        ..options()
    };
    let import = read(&[("kb.csv", csv)], &public);
    assert_eq!(import.source, Source::Table);
    assert_eq!(
        outline(&import),
        [
            "https://x.example/a en public https://x.example/a: Reset",
            "https://x.example/c en internal https://x.example/c: Hidden",
            "draft 1",
        ]
    );
    let named = ImportOptions {
        columns: vec![
            ("title".into(), "Betreff".into()),
            ("body".into(), "Lösung".into()),
        ],
        source: Some(Source::Table),
        ..options()
    };
    let import = read(&[("a.csv", "id;Betreff;Lösung\n7;Titel;Text\n")], &named);
    assert_eq!(outline(&import), ["7 en internal 7: Titel"]);
    let import = read(
        &[("a.json", r#"[{"id": 1, "title": "T", "content": "x"}]"#)],
        &options(),
    );
    assert_eq!(outline(&import), ["1 en internal 1: T"]);
    let import = read(
        &[("a.csv", "a,b\n1,2\n")],
        &ImportOptions {
            source: Some(Source::Table),
            ..options()
        },
    );
    assert_eq!(outline(&import), ["skipped 1"]);
}

#[test]
fn documentation_sources_are_told_by_their_layout_and_signs() {
    let page = "---\ntitle: Start\n---\ntext\n";
    for (source, files) in [
        (
            Source::Docusaurus,
            vec![("docusaurus.config.js", ""), ("docs/a.md", page)],
        ),
        (
            Source::Antora,
            vec![
                ("antora.yml", "name: x\n"),
                ("modules/ROOT/pages/a.adoc", "= Start\n\ntext\n"),
            ],
        ),
        (
            Source::Sphinx,
            vec![("conf.py", ""), ("a.rst", "Start\n=====\n\ntext\n")],
        ),
        (
            Source::Mkdocs,
            vec![("mkdocs.yml", "site_name: x\n"), ("docs/a.md", page)],
        ),
        (Source::Starlight, vec![("src/content/docs/a.mdx", page)]),
        (Source::Docfx, vec![("docfx.json", "{}"), ("a.md", page)]),
        (Source::Mintlify, vec![("docs.json", "{}"), ("a.mdx", page)]),
        (
            Source::Hugo,
            vec![("hugo.toml", ""), ("content/a.md", page)],
        ),
        (
            Source::Jekyll,
            vec![("_config.yml", "title: x\n"), ("_articles/a.md", page)],
        ),
        (
            Source::Vitepress,
            vec![(".vitepress/config.js", ""), ("a.md", page)],
        ),
        (
            Source::Obsidian,
            vec![(".obsidian/app.json", ""), ("a.md", page)],
        ),
        (Source::Markdown, vec![("a.md", page)]),
    ] {
        let import = read(&files, &options());
        assert_eq!(import.source, source, "{}", import.detected_by);
        assert_eq!(
            outline(&import),
            ["a en internal a: Start"],
            "{}",
            source.name()
        );
    }
}

#[test]
fn pages_of_documentation_are_grouped_by_their_translations() {
    let page =
        |title: &str, more: &str| format!("---\ntitle: {title}\n{more}---\nText of {title}\n");
    let files = [
        ("docs/01-start.md", page("Start", "slug: /begin\n")),
        ("docs/draft.md", page("Draft", "draft: true\n")),
        ("docs/unlisted.md", page("Unlisted", "unlisted: true\n")),
        ("docs/internal.md", page("Internal", "audience: Admin\n")),
        ("docs/_part.md", page("Part", "")),
        ("docs/broken.md", "---\ntitle: Broken\n".to_owned()),
        ("docs/shared.md", page("Shared", "")),
        (
            "i18n/de/docusaurus-plugin-content-docs/current/01-start.md",
            page("Beginn", "slug: /begin\n"),
        ),
        (
            "i18n/de/docusaurus-plugin-content-docs/current/shared.md",
            page("Shared", ""),
        ),
        ("versioned_docs/version-1/start.md", page("Old", "")),
    ];
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let public = ImportOptions {
        visibility: helpdex::Visibility::Public,
        base_url: Some("https://x.example".into()),
        ..options()
    };
    let import = read(&files, &public);
    assert_eq!(
        outline(&import),
        [
            "start en public start: Start",
            "draft en internal draft: Draft",
            "internal en internal internal: Internal",
            "shared en public shared: Shared",
            "start@de de public start: Beginn",
            "hidden 1",
            "partial 1",
            "old_version 1",
            "untranslated 1",
            "skipped 1",
        ]
    );
    let urls: Vec<&str> = import
        .articles
        .iter()
        .filter_map(|a| a.fields().url.as_deref())
        .collect();
    assert_eq!(urls[0], "https://x.example/begin");
    assert_eq!(urls[4], "https://x.example/de/begin");
    assert!(import.unread_ids.contains("broken"));
}

#[test]
fn templates_of_themes_are_no_pages() {
    let page = "<h1>Start</h1><p>How to start.</p>";
    let files = [
        ("docs/start.html", page),
        (
            "docs/theme/main.html",
            "{% extends \"base.html\" %}\n<p>Layout</p>",
        ),
        (
            "docs/theme/note.html",
            "<div>\n  {%- set icon = 1 %}\n  text\n</div>",
        ),
        // A page about templates.
        (
            "docs/jinja.html",
            "<h1>Jinja</h1>\n<pre>\n{% block content %}\n{% endblock %}\n</pre>",
        ),
        // Liquid, which pages of Jekyll use.
        (
            "docs/liquid.html",
            "<h1>Liquid</h1>\n{% assign a = 1 %}\n<p>Text</p>",
        ),
    ];
    let import = read(&files, &options());
    assert_eq!(
        outline(&import),
        [
            "docs/jinja en internal docs/jinja: Jinja",
            "docs/liquid en internal docs/liquid: Liquid",
            "docs/start en internal docs/start: Start",
            "partial 2",
        ]
    );
}

#[test]
fn an_unknown_value_of_a_key_that_hides_never_shows_the_page() {
    let public = ImportOptions {
        visibility: helpdex::Visibility::Public,
        ..options()
    };
    for more in [
        "robots: false",
        "robots:\n  index: no",
        "search:\n  exclude: maybe",
        "sidebar:\n  hidden: \"true\"",
        "hidden: perhaps",
        "unlisted: 1",
        "headless: perhaps",
        "indexable: perhaps",
        "status: in review",
        "visibility: some",
        "draft: perhaps",
        "archived: perhaps",
    ] {
        let page = format!("---\ntitle: T\n{more}\n---\nThe text.\n");
        let files = [
            ("mkdocs.yml", "site_name: x\n"),
            ("docs/a.md", page.as_str()),
        ];
        let import = read(&files, &public);
        let is_shown = import
            .articles
            .iter()
            .any(|article| article.fields().visibility == helpdex::Visibility::Public);
        assert!(!is_shown, "{more}: {:?}", outline(&import));
    }
}

#[test]
fn a_mark_that_says_no_keeps_no_page_from_readers() {
    let public = ImportOptions {
        visibility: helpdex::Visibility::Public,
        ..options()
    };
    for (more, expected) in [
        ("hidden: false", "public"),
        ("private: no", "public"),
        ("is_internal: false", "public"),
        ("hiden: false", "internal"),
        ("visible: false", "internal"),
        ("access: false", "internal"),
    ] {
        let page = format!("---\ntitle: T\n{more}\n---\nThe text.\n");
        let import = read(&[("a.md", &page)], &public);
        assert_eq!(
            outline(&import),
            [format!("a en {expected} a: T")],
            "{more}"
        );
    }
}

#[test]
fn what_is_excluded_and_what_no_source_reads_is_counted() {
    let files = [
        ("a.md", "# A\n"),
        ("drafts/b.md", "# B\n"),
        ("old/c.md", "# C\n"),
        ("manual.pdf", "%PDF"),
        ("images/a.png", "x"),
        (".helpdexignore", "# not these\ndrafts/\n"),
    ];
    let import = read(
        &files,
        &ImportOptions {
            exclude: vec!["/old".into()],
            ..options()
        },
    );
    assert_eq!(outline(&import), ["a en internal a: A"]);
    assert_eq!(import.passed_over["pdf"].count, 1);
    assert_eq!(import.passed_over["png"].first, "images/a.png");
    let import = read(
        &[("a.md", "# A\n"), ("b.md", "# B\n")],
        &ImportOptions::default(),
    );
    assert_eq!(outline(&import), ["no_locale 2"]);
    assert_eq!(
        (import.warnings[0].kind, import.warnings[0].count),
        ("no_locale", 2)
    );
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("manual.pdf", "%PDF")]);
    let error = read_whole(folder.path().join("manual.pdf"), &options()).unwrap_err();
    assert!(error.to_string().contains("it is a PDF"), "{error}");
}

#[test]
fn what_has_no_articles_is_named_by_what_it_looks_like() {
    let folder = tempfile::tempdir().unwrap();
    let empty = || zip([("word/document.xml", &b"<w/>"[..])].into_iter());
    let third = zip([("a.md", &b"# A"[..])].into_iter());
    let second = zip([("third.zip", third.as_slice())].into_iter());
    let tickets =
        br#"[{"id": 1, "requester_id": 2, "raw_subject": "Lost", "description": "The text."}]"#;
    let cases = [
        ("manual.docx", empty(), "a document of a word processor"),
        ("manual.bin", empty(), "a document of a word processor"),
        (
            "deep.zip",
            zip([("second.zip", second.as_slice())].into_iter()),
            "its archives lie too deep",
        ),
        (
            "tickets.json",
            tickets.to_vec(),
            "tickets of Zendesk in tickets.json: `helpdex tickets`",
        ),
        (
            "other.json",
            b"{\"a\": 1}".to_vec(),
            "no form that is known",
        ),
    ];
    for (name, content, expected) in cases {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        let error = read_whole(&path, &options()).unwrap_err().to_string();
        assert!(error.contains(expected), "{name}: {error}");
    }
}

#[test]
fn an_include_never_leaves_the_input() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            ("secret.md", "secret"),
            ("site/mkdocs.yml", "site_name: x\n"),
            ("site/docs/part.md", "Included."),
            (
                "site/docs/a.md",
                "# A\n\n--8<-- \"../../secret.md\"\n\n--8<-- \"part.md\"\n",
            ),
        ],
    );
    let import = read_whole(folder.path().join("site"), &options()).unwrap();
    let text = body(&import, "a");
    assert!(
        text.contains("Included.") && !text.contains("secret\n"),
        "{text}"
    );
    let warning = import
        .warnings
        .iter()
        .find(|warning| warning.kind == "missing_include");
    assert_eq!(warning.unwrap().count, 1);
}

#[test]
fn a_page_is_read_in_the_charset_that_it_declares() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.html");
    fs::write(
        &path,
        b"<meta charset=windows-1252><h1>T</h1>Settings \x96 Users",
    )
    .unwrap();
    let import = read_whole(folder.path(), &options()).unwrap();
    assert!(body(&import, "page").ends_with("Settings \u{2013} Users"));
    fs::write(&path, b"<p>Settings \x96 Users").unwrap();
    let import = read_whole(folder.path(), &options()).unwrap();
    let error = import.skipped.kept()[0].to_string();
    assert!(error.contains("not UTF-8 at byte 12"), "{error}");
}
