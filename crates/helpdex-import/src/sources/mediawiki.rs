//! Reads dumps of `MediaWiki`: pages of the main and the help namespace.

use std::collections::BTreeMap;

use helpdex::{ArticleFields, BodyFormat, Locale, Result};

use crate::collector::{Collector, Found, Origin};
use crate::input::Input;
use crate::json_value::moment_of;
use crate::markup::of_wikitext;
use crate::probe::Probe;
use crate::report::LeftOut;
use crate::xml::{Element, for_each_element};

/// The numbers of the namespaces whose pages are articles: the main one and that of help.
const NAMESPACES: [&str; 2] = ["0", "12"];

pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    let path = probe.head_with(|_, head| head.contains("<mediawiki"))?;
    Some(format!("a dump of MediaWiki in {path}"))
}

pub(crate) fn read(input: &Input, collector: &mut Collector<'_>) -> Result<()> {
    for file in &input.files {
        if input.has_folders && file.ending() != "xml" {
            collector.passed_over(file);
            continue;
        }
        let language = file
            .head(4_096)
            .map(|head| language_of(&String::from_utf8_lossy(&head)))?;
        // What is not XML is named by the pass that follows.
        let mut ids = BTreeMap::new();
        let titles = file.with_reader(|reader| {
            for_each_element(reader, &["page"], &mut |page| {
                ids.insert(
                    page.text_of("title").to_owned(),
                    page.text_of("id").to_owned(),
                );
            })
        });
        if let Some(error) = titles.err().filter(Collector::is_fatal) {
            return Err(error);
        }
        let dump = Dump {
            path: &file.path,
            language,
            ids,
        };
        let read = file.with_reader(|reader| {
            for_each_element(reader, &["page"], &mut |page| {
                dump.read_page(&page, collector);
            })
        });
        match read {
            Ok(()) => {}
            Err(error) if Collector::is_fatal(&error) => return Err(error),
            Err(error) => {
                let origin = Origin {
                    path: file.path.clone(),
                    ..Origin::default()
                };
                collector.failed(error, &origin, None);
            }
        }
    }
    Ok(())
}

/// Returns the language that a dump states.
fn language_of(head: &str) -> String {
    let stated = head
        .split_once("xml:lang=\"")
        .and_then(|(_, rest)| rest.split_once('"'));
    stated.map_or(String::new(), |(language, _)| language.to_owned())
}

/// A dump, with the data that its pages need of each other.
struct Dump<'a> {
    path: &'a str,
    language: String,
    /// The id of each page, by its title.
    ids: BTreeMap<String, String>,
}

impl Dump<'_> {
    /// Returns the locale of a page and the id of the page that it is a translation of: `Title/de` is one of `Title`.
    /// `None` if it is no translation.
    fn translation(&self, title: &str) -> Option<(String, &String)> {
        let (base, tag) = title.rsplit_once('/')?;
        let locale: Locale = tag.parse().ok()?;
        let is_locale = locale.language().len() == 2 && tag == tag.to_lowercase();
        let id = self.ids.get(base).filter(|_| is_locale)?;
        Some((locale.to_string(), id))
    }

    fn read_page(&self, page: &Element, collector: &mut Collector<'_>) {
        let id = page.text_of("id").to_owned();
        let title = page.text_of("title").to_owned();
        let origin = Origin {
            path: self.path.to_owned(),
            line: None,
            record: Some(id.clone()),
        };
        if !NAMESPACES.contains(&page.text_of("ns")) {
            collector.left_out(LeftOut::NotAnArticle, &origin);
            return;
        }
        // A full dump has every revision, the newest one last.
        let revision = page
            .elements
            .iter()
            .rev()
            .find(|element| element.name == "revision");
        let text = revision.and_then(|revision| revision.element("text"));
        let (Some(revision), Some(text)) = (revision, text) else {
            collector.left_out(LeftOut::Empty, &origin);
            return;
        };
        if let Some(reason) = why_left_out(page, revision, text) {
            collector.left_out(reason, &origin);
            return;
        }
        let (locale, group) = match self.translation(&title) {
            Some((locale, group)) => (locale, Some(group)),
            None => (self.language.clone(), None),
        };
        collector.article(Found {
            fields: ArticleFields {
                id,
                translation_group: group.cloned(),
                locale,
                title,
                body: of_wikitext(&text.text),
                format: BodyFormat::Markdown,
                updated_at: moment_of(revision.text_of("timestamp")),
                ..ArticleFields::default()
            },
            origin,
            // Who may read a wiki is a setting of it, and not in the dump.
            states_visibility: false,
            ..Found::default()
        });
    }
}

/// Returns why the newest revision of a page is no article; `None` if it is one.
fn why_left_out(page: &Element, revision: &Element, text: &Element) -> Option<LeftOut> {
    let is_redirect = page.element("redirect").is_some()
        || text
            .text
            .trim_start()
            .to_uppercase()
            .starts_with("#REDIRECT");
    let model = revision.text_of("model");
    if is_redirect {
        Some(LeftOut::Redirect)
    } else if text.attribute("deleted").is_some() {
        Some(LeftOut::Archived)
    } else if !model.is_empty() && model != "wikitext" {
        Some(LeftOut::NotAnArticle)
    } else {
        None
    }
}
