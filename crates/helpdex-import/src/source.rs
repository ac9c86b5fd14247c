//! The sources of articles, and their names.

/// The program that the files of articles come from, in the order of detection: the source that is recognised most
/// reliably first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Source {
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
    /// A dump of `MediaWiki`.
    Mediawiki,
    /// Cards of Guru.
    Guru,
    /// Topics of Discourse with an accepted answer.
    Discourse,
    /// Discussions of GitHub with an answer.
    Github,
    /// Pages of Notion.
    Notion,
    /// JSON lines in the form that Helpdex itself reads and writes.
    JsonLines,
    /// Documentation written for Docusaurus.
    Docusaurus,
    /// Documentation written for Antora, in `AsciiDoc`.
    Antora,
    /// Documentation written for Sphinx, in reStructuredText.
    Sphinx,
    /// Documentation written for `MkDocs` with the theme Material.
    Mkdocs,
    /// Documentation written for Starlight, and other MDX.
    Starlight,
    /// Documentation written for `DocFX`, such as Microsoft's.
    Docfx,
    /// Documentation written for Mintlify.
    Mintlify,
    /// Documentation written for `VitePress`.
    Vitepress,
    /// A site written for Hugo.
    Hugo,
    /// A site written for Jekyll.
    Jekyll,
    /// A vault of Obsidian.
    Obsidian,
    /// A table: CSV, TSV, or objects of JSON whose keys are columns; `HubSpot` writes such.
    Table,
    /// A folder of Markdown, HTML and text files.
    Markdown,
}

helpdex_text::names!(Source, "source" {
    Zendesk => "zendesk",
    Freshdesk => "freshdesk",
    Intercom => "intercom",
    HelpScout => "help_scout",
    Zammad => "zammad",
    Confluence => "confluence",
    Mediawiki => "mediawiki",
    Guru => "guru",
    Discourse => "discourse",
    Github => "github",
    Notion => "notion",
    JsonLines => "json_lines",
    Docusaurus => "docusaurus",
    Antora => "antora",
    Sphinx => "sphinx",
    Mkdocs => "mkdocs",
    Starlight => "starlight",
    Docfx => "docfx",
    Mintlify => "mintlify",
    Vitepress => "vitepress",
    Hugo => "hugo",
    Jekyll => "jekyll",
    Obsidian => "obsidian",
    Table => "table",
    Markdown => "markdown",
});

impl Source {
    /// Whether the source is documentation, which consists of pages in files.
    #[must_use]
    pub fn is_documentation(self) -> bool {
        matches!(
            self,
            Self::Docusaurus
                | Self::Starlight
                | Self::Mintlify
                | Self::Vitepress
                | Self::Mkdocs
                | Self::Hugo
                | Self::Jekyll
                | Self::Docfx
                | Self::Obsidian
                | Self::Sphinx
                | Self::Antora
                | Self::Markdown
        )
    }
}
