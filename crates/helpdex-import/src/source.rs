//! The sources that are read: one list of them.

use std::fmt;

use helpdex::{Error, Result};

use crate::collector::Collector;
use crate::input::Input;
use crate::probe::Probe;
use crate::sources::{
    confluence, discourse, docs, freshdesk, github, guru, help_scout, intercom, json_lines,
    mediawiki, notion, table, zammad, zendesk,
};

/// The program that files of articles come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Source {
    /// Lines of JSON in the form of Helpdex.
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
    /// Docusaurus.
    Docusaurus,
    /// Starlight, and other MDX.
    Starlight,
    /// Mintlify.
    Mintlify,
    /// `VitePress`.
    Vitepress,
    /// `MkDocs`, with the theme Material.
    Mkdocs,
    /// Hugo.
    Hugo,
    /// Jekyll.
    Jekyll,
    /// `DocFX`, and Microsoft's documentation.
    Docfx,
    /// Obsidian.
    Obsidian,
    /// Sphinx: reStructuredText.
    Sphinx,
    /// Antora: `AsciiDoc`.
    Antora,
    /// A table: CSV, TSV, or objects of JSON whose keys are columns; `HubSpot` writes such.
    Table,
    /// A folder of Markdown, HTML and text files.
    Markdown,
}

/// The row of a source in the list.
struct Entry {
    source: Source,
    name: &'static str,
    /// Returns why an input comes from it; `None` where nothing says so.
    detect: fn(&Probe<'_>) -> Option<String>,
    read: fn(&Input, &mut Collector<'_>) -> Result<()>,
}

/// Every source, the one that is told most surely first.
const SOURCES: [Entry; 25] = [
    Entry {
        source: Source::Zendesk,
        name: "zendesk",
        detect: zendesk::detect,
        read: zendesk::read,
    },
    Entry {
        source: Source::Freshdesk,
        name: "freshdesk",
        detect: freshdesk::detect,
        read: freshdesk::read,
    },
    Entry {
        source: Source::Intercom,
        name: "intercom",
        detect: intercom::detect,
        read: intercom::read,
    },
    Entry {
        source: Source::HelpScout,
        name: "help_scout",
        detect: help_scout::detect,
        read: help_scout::read,
    },
    Entry {
        source: Source::Zammad,
        name: "zammad",
        detect: zammad::detect,
        read: zammad::read,
    },
    Entry {
        source: Source::Confluence,
        name: "confluence",
        detect: confluence::detect,
        read: confluence::read,
    },
    Entry {
        source: Source::Mediawiki,
        name: "mediawiki",
        detect: mediawiki::detect,
        read: mediawiki::read,
    },
    Entry {
        source: Source::Guru,
        name: "guru",
        detect: guru::detect,
        read: guru::read,
    },
    Entry {
        source: Source::Discourse,
        name: "discourse",
        detect: discourse::detect,
        read: discourse::read,
    },
    Entry {
        source: Source::Github,
        name: "github",
        detect: github::detect,
        read: github::read,
    },
    Entry {
        source: Source::Notion,
        name: "notion",
        detect: notion::detect,
        read: notion::read,
    },
    Entry {
        source: Source::JsonLines,
        name: "json_lines",
        detect: json_lines::detect,
        read: json_lines::read,
    },
    Entry {
        source: Source::Docusaurus,
        name: "docusaurus",
        detect: docs::detect_docusaurus,
        read: docs::read,
    },
    Entry {
        source: Source::Antora,
        name: "antora",
        detect: docs::detect_antora,
        read: docs::read,
    },
    Entry {
        source: Source::Sphinx,
        name: "sphinx",
        detect: docs::detect_sphinx,
        read: docs::read,
    },
    Entry {
        source: Source::Mkdocs,
        name: "mkdocs",
        detect: docs::detect_mkdocs,
        read: docs::read,
    },
    Entry {
        source: Source::Starlight,
        name: "starlight",
        detect: docs::detect_starlight,
        read: docs::read,
    },
    Entry {
        source: Source::Docfx,
        name: "docfx",
        detect: docs::detect_docfx,
        read: docs::read,
    },
    Entry {
        source: Source::Mintlify,
        name: "mintlify",
        detect: docs::detect_mintlify,
        read: docs::read,
    },
    Entry {
        source: Source::Vitepress,
        name: "vitepress",
        detect: docs::detect_vitepress,
        read: docs::read,
    },
    Entry {
        source: Source::Hugo,
        name: "hugo",
        detect: docs::detect_hugo,
        read: docs::read,
    },
    Entry {
        source: Source::Jekyll,
        name: "jekyll",
        detect: docs::detect_jekyll,
        read: docs::read,
    },
    Entry {
        source: Source::Obsidian,
        name: "obsidian",
        detect: docs::detect_obsidian,
        read: docs::read,
    },
    Entry {
        source: Source::Table,
        name: "table",
        detect: table::detect,
        read: table::read,
    },
    Entry {
        source: Source::Markdown,
        name: "markdown",
        detect: docs::detect_markdown,
        read: docs::read,
    },
];

impl Source {
    /// Returns every source, the one that is told most surely first.
    pub fn all() -> impl Iterator<Item = Self> {
        SOURCES.iter().map(|entry| entry.source)
    }

    /// Returns its name, such as `zendesk` or `json_lines`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// Returns the source of this name.
    ///
    /// # Errors
    /// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for a name that is unknown, with those that are known.
    pub fn from_name(name: &str) -> Result<Self> {
        let wanted = name.replace('-', "_").to_ascii_lowercase();
        let found = SOURCES.iter().find(|entry| entry.name == wanted);
        found.map(|entry| entry.source).ok_or_else(|| {
            let shown: String = name.chars().take(40).collect();
            let names: Vec<&str> = SOURCES.iter().map(|entry| entry.name).collect();
            Error::invalid(format!(
                "source {shown:?} is unknown; give one of {}",
                names.join(", ")
            ))
        })
    }

    fn entry(self) -> &'static Entry {
        let entry = SOURCES.iter().find(|entry| entry.source == self);
        entry.expect("the list has every source")
    }

    /// Returns the source that an input seems to come from, and why.
    pub(crate) fn detect(probe: &Probe<'_>) -> Option<(Self, String)> {
        SOURCES
            .iter()
            .find_map(|entry| (entry.detect)(probe).map(|why| (entry.source, why)))
    }

    /// Reads an input as one of this source.
    pub(crate) fn read(self, input: &Input, collector: &mut Collector<'_>) -> Result<()> {
        (self.entry().read)(input, collector)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
