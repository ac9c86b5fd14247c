//! The list of all sources, with the functions that detect and read each.

use helpdex::Result;

use crate::collector::Collector;
use crate::input::Input;
use crate::probe::Probe;
use crate::source::Source;
use crate::sources::{
    confluence, discourse, docs, freshdesk, github, guru, help_scout, intercom, json_lines,
    mediawiki, notion, table, zammad, zendesk,
};

/// A function that returns the reason for which an input seems to come from a source; `None` when nothing says so.
type Detect = fn(&Probe<'_>) -> Option<String>;
/// A function that reads an input as an export of a source.
type Read = fn(&Input, &mut Collector<'_>) -> Result<()>;

/// Returns the functions that detect and read a source.
fn functions(source: Source) -> (Detect, Read) {
    match source {
        Source::Zendesk => (zendesk::detect, zendesk::read),
        Source::Freshdesk => (freshdesk::detect, freshdesk::read),
        Source::Intercom => (intercom::detect, intercom::read),
        Source::HelpScout => (help_scout::detect, help_scout::read),
        Source::Zammad => (zammad::detect, zammad::read),
        Source::Confluence => (confluence::detect, confluence::read),
        Source::Mediawiki => (mediawiki::detect, mediawiki::read),
        Source::Guru => (guru::detect, guru::read),
        Source::Discourse => (discourse::detect, discourse::read),
        Source::Github => (github::detect, github::read),
        Source::Notion => (notion::detect, notion::read),
        Source::JsonLines => (json_lines::detect, json_lines::read),
        Source::Docusaurus => (docs::detect_docusaurus, docs::read),
        Source::Antora => (docs::detect_antora, docs::read),
        Source::Sphinx => (docs::detect_sphinx, docs::read),
        Source::Mkdocs => (docs::detect_mkdocs, docs::read),
        Source::Starlight => (docs::detect_starlight, docs::read),
        Source::Docfx => (docs::detect_docfx, docs::read),
        Source::Mintlify => (docs::detect_mintlify, docs::read),
        Source::Vitepress => (docs::detect_vitepress, docs::read),
        Source::Hugo => (docs::detect_hugo, docs::read),
        Source::Jekyll => (docs::detect_jekyll, docs::read),
        Source::Obsidian => (docs::detect_obsidian, docs::read),
        Source::Table => (table::detect, table::read),
        Source::Markdown => (docs::detect_markdown, docs::read),
    }
}

/// Returns the source that an input seems to come from, and the reason for the guess.
pub(crate) fn detect(probe: &Probe<'_>) -> Option<(Source, String)> {
    Source::ALL.into_iter().find_map(|source| {
        let (detect, _) = functions(source);
        detect(probe).map(|why| (source, why))
    })
}

/// Detects another source than `read` in the files that were not read; returns it with the reason.
pub(crate) fn detect_beside(read: Source, rest: &Probe<'_>) -> Option<(Source, String)> {
    Source::ALL
        .into_iter()
        .filter(|source| *source != read)
        .find_map(|source| {
            let (detect, _) = functions(source);
            detect(rest).map(|why| (source, why))
        })
}

/// Reads an input as an export of this source.
pub(crate) fn read(source: Source, input: &Input, collector: &mut Collector<'_>) -> Result<()> {
    let (_, read) = functions(source);
    read(input, collector)
}
