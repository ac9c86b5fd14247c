//! Detects which documentation source a folder is, by its files and by signs in its pages.

use crate::probe::Probe;

/// The name endings of files of Markdown.
const MARKDOWN: [&str; 3] = ["md", "mdx", "markdown"];

fn named(probe: &Probe<'_>, names: &[&str]) -> Option<String> {
    let path = probe.path(|path| names.contains(&path.rsplit('/').next().unwrap_or_default()))?;
    Some(format!("the file {path}"))
}

fn below(probe: &Probe<'_>, part: &str) -> Option<String> {
    let path = probe.path(|path| path.contains(part))?;
    Some(format!("the path {path}"))
}

/// Detects a source by the number of pages with a sign: at least two, and a tenth of the pages that were looked into.
/// Returns the reason as text.
fn by_sign(
    probe: &Probe<'_>,
    endings: &[&str],
    what: &str,
    has: impl Fn(&str) -> bool,
) -> Option<String> {
    let pages = probe.count_heads(endings, |_| true);
    let count = probe.count_heads(endings, has);
    (count >= 2 && count * 10 >= pages).then(|| format!("{what} in {count} of {pages} pages"))
}

pub(crate) fn detect_docusaurus(probe: &Probe<'_>) -> Option<String> {
    let names = [
        "docusaurus.config.js",
        "docusaurus.config.ts",
        "docusaurus.config.mjs",
    ];
    named(probe, &names)
        .or_else(|| below(probe, "/docusaurus-plugin-content"))
        .or_else(|| below(probe, "versioned_docs/"))
        .or_else(|| {
            by_sign(probe, &MARKDOWN, "keys or imports of Docusaurus", |head| {
                head.contains("\nsidebar_position:")
                    || head.contains("\nsidebar_label:")
                    || head.contains("@theme/")
            })
        })
}

pub(crate) fn detect_antora(probe: &Probe<'_>) -> Option<String> {
    named(probe, &["antora.yml"])
        .or_else(|| {
            probe
                .path(|p| p.contains("/pages/") && p.contains(".adoc"))
                .map(|p| format!("the path {p}"))
        })
        .or_else(|| {
            let pages = probe.count(&["adoc", "asciidoc"]);
            (pages > 0 && pages >= probe.count(&MARKDOWN))
                .then(|| format!("{pages} pages of AsciiDoc"))
        })
}

pub(crate) fn detect_sphinx(probe: &Probe<'_>) -> Option<String> {
    let pages = probe.count(&["rst"]);
    (pages > 0 && pages >= probe.count(&MARKDOWN))
        .then(|| format!("{pages} pages of reStructuredText"))
}

pub(crate) fn detect_mkdocs(probe: &Probe<'_>) -> Option<String> {
    named(probe, &["mkdocs.yml", "mkdocs.yaml", "zensical.toml"]).or_else(|| {
        by_sign(probe, &MARKDOWN, "admonitions or tabs of MkDocs", |head| {
            head.contains("\n!!! ") || head.contains("\n=== \"") || head.contains("\n??? ")
        })
    })
}

pub(crate) fn detect_starlight(probe: &Probe<'_>) -> Option<String> {
    below(probe, "src/content/docs/").or_else(|| {
        by_sign(probe, &MARKDOWN, "imports of Starlight", |head| {
            head.contains("@astrojs/starlight")
        })
    })
}

pub(crate) fn detect_docfx(probe: &Probe<'_>) -> Option<String> {
    named(probe, &["docfx.json"]).or_else(|| {
        by_sign(
            probe,
            &MARKDOWN,
            "keys of Microsoft's documentation",
            |head| head.contains("\nms.topic:") || head.contains("\nms.date:"),
        )
    })
}

pub(crate) fn detect_mintlify(probe: &Probe<'_>) -> Option<String> {
    named(probe, &["docs.json", "mint.json"]).or_else(|| {
        by_sign(probe, &["mdx"], "components of Mintlify", |head| {
            [
                "<CardGroup",
                "<AccordionGroup",
                "<Accordion",
                "<Steps>",
                "<ParamField",
            ]
            .iter()
            .any(|c| head.contains(c))
        })
    })
}

pub(crate) fn detect_vitepress(probe: &Probe<'_>) -> Option<String> {
    let is_hidden = probe.has_hidden(".vitepress") || probe.has_hidden("docs/.vitepress");
    is_hidden.then(|| "the folder .vitepress".to_owned())
}

pub(crate) fn detect_hugo(probe: &Probe<'_>) -> Option<String> {
    named(probe, &["hugo.toml", "hugo.yaml", "hugo.json"]).or_else(|| {
        by_sign(probe, &MARKDOWN, "shortcodes of Hugo", |head| {
            head.contains("{{< ") || head.contains("{{% ")
        })
    })
}

pub(crate) fn detect_jekyll(probe: &Probe<'_>) -> Option<String> {
    named(probe, &["_config.yml"])
        .or_else(|| {
            probe
                .path(|p| p.starts_with("_posts/") || p.starts_with("_articles/"))
                .map(|p| format!("the path {p}"))
        })
        .or_else(|| {
            by_sign(probe, &MARKDOWN, "tags of Liquid", |head| {
                head.starts_with("---") && head.contains("{% ") && head.contains("\nlayout:")
            })
        })
}

pub(crate) fn detect_obsidian(probe: &Probe<'_>) -> Option<String> {
    if probe.has_hidden(".obsidian") {
        return Some("the folder .obsidian".to_owned());
    }
    by_sign(probe, &["md"], "links of Obsidian", |head| {
        head.contains("[[")
    })
}

pub(crate) fn detect_markdown(probe: &Probe<'_>) -> Option<String> {
    let pages = probe.count(&["md", "mdx", "markdown", "html", "htm", "txt", "rst", "adoc"]);
    (pages > 0).then(|| format!("{pages} files of Markdown, HTML or text"))
}
