//! Documentation sources: folders of Markdown, HTML, reStructuredText and `AsciiDoc` files.

mod address;
mod detect;
mod file;
mod front_matter;
mod layout;
mod markup_kind;

use std::collections::{BTreeMap, BTreeSet};

use helpdex::{Locale, Result};

pub(crate) use self::detect::{
    detect_antora, detect_docfx, detect_docusaurus, detect_hugo, detect_jekyll, detect_markdown,
    detect_mintlify, detect_mkdocs, detect_obsidian, detect_sphinx, detect_starlight,
    detect_vitepress,
};
use self::file::Page;
use self::layout::Layout;
use self::markup_kind::Markup;
use crate::collector::{Collector, Found, Origin};
use crate::input::Input;
use crate::report::LeftOut;

/// Reads a folder of pages.
pub(crate) fn read(input: &Input, collector: &mut Collector<'_>) -> Result<()> {
    let source = collector.source();
    let layout = Layout::of(input, source);
    let variables = file::variables(input, source);
    let mut pages = Vec::new();
    for file in &input.files {
        let Some(markup) = Markup::of(file, source) else {
            collector.passed_over(file);
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
    let known = Twins::of(&pages, collector);
    for page in pages {
        let found = known.settled(page, collector);
        if let Some(found) = found {
            collector.article(found);
        }
    }
    Ok(())
}

/// Which pages are the same in several locales.
struct Twins {
    /// The locales of the pages of each place, with the hashes of their bodies.
    locales: BTreeMap<String, BTreeMap<String, u64>>,
    /// The locale that the pages are written in first.
    main: Option<String>,
}

impl Twins {
    fn of(pages: &[Page], collector: &Collector<'_>) -> Self {
        let mut locales: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
        let mut seen: BTreeSet<String> = BTreeSet::new();
        for page in pages {
            let locale = page.folder_locale.clone().unwrap_or_default();
            seen.insert(locale.clone());
            let of_page = locales.entry(page.placed_id.clone()).or_default();
            of_page.insert(locale, hash_of(&page.found.fields.body));
        }
        let default = collector.default_locale().map(Locale::to_string);
        let main = if seen.contains("") {
            Some(String::new())
        } else {
            let english = seen
                .iter()
                .find(|locale| locale.split('-').next() == Some("en"));
            default
                .filter(|locale| seen.contains(locale))
                .or_else(|| english.cloned())
                .or_else(|| seen.first().cloned())
        };
        Self { locales, main }
    }

    /// Gives a page its id and group; `None` where it is left out.
    fn settled(&self, page: Page, collector: &mut Collector<'_>) -> Option<Found> {
        let Page {
            mut found,
            placed_id,
            folder_locale,
            path_id,
            states_id,
            states_group,
        } = page;
        let locale = folder_locale.clone().unwrap_or_default();
        let others = &self.locales[&placed_id];
        let is_main = self.main.as_ref() == Some(&locale);
        let main = self.main.as_ref().and_then(|main| others.get(main));
        if !is_main && main.is_some() && main == others.get(&locale) {
            collector.left_out(LeftOut::Untranslated, &found.origin);
            return None;
        }
        // Whoever names groups names ids too, and has them by path.
        if states_group || states_id {
            if !states_id {
                found.fields.id.clone_from(&path_id);
            }
            found.is_of_path = found.fields.id == path_id;
            return Some(found);
        }
        let is_translation = !is_main && !locale.is_empty();
        found.fields.id = if is_translation {
            format!("{placed_id}@{locale}")
        } else {
            placed_id.clone()
        };
        found.is_of_path = true;
        if is_translation || others.len() > 1 {
            found.fields.translation_group = Some(placed_id);
        }
        Some(found)
    }
}

/// A hash by which equal texts are told; FNV-1a, 64 bits.
fn hash_of(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
