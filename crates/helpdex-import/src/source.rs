//! The sources of articles, and their names.

use std::fmt;

use helpdex::{Error, Result};

/// The program that the files of articles come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Source {
    /// JSON lines in the form that Helpdex itself reads and writes.
    JsonLines,
    /// Articles of Zendesk Guide, and posts of its community.
    Zendesk,
    /// Solution articles of Freshdesk and Freshservice.
    Freshdesk,
    /// Articles of Intercom.
    Intercom,
    /// Docs of Help Scout.
    HelpScout,
    /// Knowledge bases of Zammad.
    Zammad,
    /// Spaces of Confluence.
    Confluence,
    /// Pages of Notion.
    Notion,
    /// Topics of Discourse with an accepted answer.
    Discourse,
    /// Cards of Guru.
    Guru,
    /// Discussions of GitHub with an answer.
    Github,
    /// A dump of `MediaWiki`.
    Mediawiki,
    /// Documentation written for Docusaurus.
    Docusaurus,
    /// Documentation written for Starlight, and other MDX.
    Starlight,
    /// Documentation written for Mintlify.
    Mintlify,
    /// Documentation written for `VitePress`.
    Vitepress,
    /// Documentation written for `MkDocs` with the theme Material.
    Mkdocs,
    /// A site written for Hugo.
    Hugo,
    /// A site written for Jekyll.
    Jekyll,
    /// Documentation written for `DocFX`, such as Microsoft's.
    Docfx,
    /// A vault of Obsidian.
    Obsidian,
    /// Documentation written for Sphinx, in reStructuredText.
    Sphinx,
    /// Documentation written for Antora, in `AsciiDoc`.
    Antora,
    /// A table: CSV, TSV, or objects of JSON whose keys are columns; `HubSpot` writes such.
    Table,
    /// A folder of Markdown, HTML and text files.
    Markdown,
}

/// Every source with its name, in the order of detection: the source that is recognised most reliably first.
const NAMES: [(Source, &str); 25] = [
    (Source::Zendesk, "zendesk"),
    (Source::Freshdesk, "freshdesk"),
    (Source::Intercom, "intercom"),
    (Source::HelpScout, "help_scout"),
    (Source::Zammad, "zammad"),
    (Source::Confluence, "confluence"),
    (Source::Mediawiki, "mediawiki"),
    (Source::Guru, "guru"),
    (Source::Discourse, "discourse"),
    (Source::Github, "github"),
    (Source::Notion, "notion"),
    (Source::JsonLines, "json_lines"),
    (Source::Docusaurus, "docusaurus"),
    (Source::Antora, "antora"),
    (Source::Sphinx, "sphinx"),
    (Source::Mkdocs, "mkdocs"),
    (Source::Starlight, "starlight"),
    (Source::Docfx, "docfx"),
    (Source::Mintlify, "mintlify"),
    (Source::Vitepress, "vitepress"),
    (Source::Hugo, "hugo"),
    (Source::Jekyll, "jekyll"),
    (Source::Obsidian, "obsidian"),
    (Source::Table, "table"),
    (Source::Markdown, "markdown"),
];

impl Source {
    /// Returns every source in the order of detection: the source that is recognised most reliably first.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(source, _)| *source)
    }

    /// Returns the name of the source, such as `zendesk` or `json_lines`.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = NAMES.iter().find(|(source, _)| *source == self);
        found.map_or("", |(_, name)| name)
    }

    /// Returns the source with this name.
    ///
    /// # Errors
    /// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for a name that is unknown, with those that are known.
    pub fn from_name(name: &str) -> Result<Self> {
        let wanted = name.replace('-', "_").to_ascii_lowercase();
        let found = NAMES.iter().find(|(_, name)| *name == wanted);
        found.map(|(source, _)| *source).ok_or_else(|| {
            let shown: String = name.chars().take(40).collect();
            let names: Vec<&str> = NAMES.iter().map(|(_, name)| *name).collect();
            Error::invalid(format!(
                "source {shown:?} is unknown; give one of {}",
                names.join(", ")
            ))
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_is_found_by_its_name() {
        for source in Source::all() {
            assert_eq!(Source::from_name(source.name()).unwrap(), source);
        }
        let error = Source::from_name("zendsk").unwrap_err().to_string();
        assert!(error.contains("give one of zendesk, "), "{error}");
    }
}
