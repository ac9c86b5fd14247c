//! The markup languages of pages, by the name endings of their files.

use helpdex::BodyFormat;

use crate::input::InputFile;
use crate::source::Source;

/// The markup language of a page, by the name ending of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Markup {
    Markdown,
    Mdx,
    Html,
    Text,
    Rst,
    AsciiDoc,
}

impl Markup {
    pub(super) fn of(file: &InputFile, source: Source) -> Option<Self> {
        match file.ending().as_str() {
            "md" | "markdown"
                if matches!(
                    source,
                    Source::Docusaurus | Source::Starlight | Source::Mintlify
                ) =>
            {
                Some(Self::Mdx)
            }
            "md" | "markdown" => Some(Self::Markdown),
            "mdx" => Some(Self::Mdx),
            "html" | "htm" => Some(Self::Html),
            "rst" => Some(Self::Rst),
            "adoc" | "asciidoc" => Some(Self::AsciiDoc),
            "txt" if source == Source::Sphinx => Some(Self::Rst),
            "txt" => Some(Self::Text),
            _ => None,
        }
    }

    pub(super) fn format(self) -> BodyFormat {
        match self {
            Self::Html => BodyFormat::Html,
            Self::Text => BodyFormat::Text,
            _ => BodyFormat::Markdown,
        }
    }
}
