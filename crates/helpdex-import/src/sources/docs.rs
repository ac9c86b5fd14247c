//! Reads documentation sources: folders of Markdown, HTML, reStructuredText and `AsciiDoc` files.

mod address;
mod alternates;
mod detect;
mod file;
mod front_matter;
mod includes;
mod layout;
mod markup_kind;
mod redirects;
mod translations;
mod variables;

use helpdex::Result;

pub(crate) use self::detect::{
    detect_antora, detect_docfx, detect_docusaurus, detect_hugo, detect_jekyll, detect_markdown,
    detect_mintlify, detect_mkdocs, detect_obsidian, detect_sphinx, detect_starlight,
    detect_vitepress,
};
use self::layout::Layout;
use self::markup_kind::Markup;
use self::translations::Translations;
use self::variables::variables;
use crate::collector::{Collector, Origin};
use crate::input::{Input, InputFile};
use crate::source::Source;
use crate::sources::json_lines;

/// Reads the articles of a folder of documentation pages.
pub(crate) fn read(input: &Input, collector: &mut Collector<'_>) -> Result<()> {
    let source = collector.source();
    let layout = Layout::of(input, source);
    let variables = variables(input, source);
    let mut pages = Vec::new();
    let mut others = Vec::new();
    for file in &input.files {
        let Some(markup) = Markup::of(file, source) else {
            others.push(file);
            continue;
        };
        let origin = Origin {
            path: file.path.clone(),
            ..Origin::default()
        };
        let placed = layout.place(&file.path);
        if let Some(reason) = placed.left_out {
            collector.left_out(reason, &origin);
            continue;
        }
        match file::read(input, file, markup, source, &placed, &variables, collector) {
            Ok(Some(page)) => pages.push(page),
            Ok(None) => {}
            Err(error) if Collector::is_fatal(&error) => return Err(error),
            Err(error) => {
                let id = placed.id.clone();
                collector.failed(error, &origin, Some(id));
                file::possible_ids(file).for_each(|id| collector.unread(id));
            }
        }
    }
    let known = Translations::of(&pages, collector);
    for (at, page) in pages.into_iter().enumerate() {
        let former = page.former.clone();
        let Some(found) = known.settled(at, page, collector) else {
            continue;
        };
        for former in former {
            collector.redirect(&former, found.fields.id.clone());
        }
        collector.article(found);
    }
    for file in others {
        read_other(input, file, collector)?;
    }
    for (from, to) in redirects::of_site(input, source) {
        let to = collector.site_address(&to);
        collector.redirect(&from, to);
    }
    Ok(())
}

/// Reads a file that is no page: as lines of articles in a folder that no site generator made; other files are noted as
/// not read.
fn read_other(input: &Input, file: &InputFile, collector: &mut Collector<'_>) -> Result<()> {
    let may_be_lines = collector.source() == Source::Markdown
        && matches!(file.ending().as_str(), "jsonl" | "ndjson");
    if may_be_lines && json_lines::is_of_articles(&String::from_utf8_lossy(&file.head(16_384)?)) {
        return json_lines::read_file(input, file, collector);
    }
    collector.passed_over(file);
    Ok(())
}
