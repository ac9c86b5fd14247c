//! Finds the pages that are translations of each other: by their folders, and by their links to each other.

use std::collections::{BTreeMap, BTreeSet};

use helpdex::Locale;
use helpdex_text::{DetectedBy, detect_language};

use super::file::Page;
use crate::collector::{Collector, Found};
use crate::report::LeftOut;
use crate::web_address::Address;

/// Which pages of a site are translations of each other.
pub(super) struct Translations {
    /// For each page without its locale, its locales, with a hash of the body in each.
    locales: BTreeMap<String, BTreeMap<String, u64>>,
    /// The locale that pages are written in before they are translated; "" for pages outside of folders of locales.
    main: Option<String>,
    /// The translation groups of pages that link to their translations, by the indices of the pages.
    linked: BTreeMap<usize, String>,
}

impl Translations {
    pub(super) fn of(pages: &[Page], collector: &mut Collector<'_>) -> Self {
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
        let mut translations = Self {
            locales,
            main,
            linked: BTreeMap::new(),
        };
        translations.linked = translations.linked(pages, collector);
        translations
    }

    /// Gives a page its id, its locale and its translation group; `None` if it is left out because its text is not
    /// translated. `at` is the index of the page.
    pub(super) fn settled(
        &self,
        at: usize,
        page: Page,
        collector: &mut Collector<'_>,
    ) -> Option<Found> {
        let locale = page.folder_locale.clone().unwrap_or_default();
        let others = &self.locales[&page.placed_id];
        let is_main = self.main.as_ref() == Some(&locale);
        let main = self.main.as_ref().and_then(|main| others.get(main));
        if !is_main && main.is_some() && main == others.get(&locale) {
            collector.left_out(LeftOut::Untranslated, &page.found.origin);
            return None;
        }
        let id = self.id(&page);
        let written = self.untranslated(&page, &locale, collector);
        let mut found = page.found;
        if let Some(written) = written {
            collector.warn(
                "untranslated",
                "pages of a locale's folder are written in the language of the main pages, and are indexed in it",
                &found.origin.path,
            );
            found.fields.locale = written.to_string();
        }
        found.is_of_path = !(page.states_group || page.states_id) || id == page.path_id;
        found.fields.id = id;
        if !page.states_group && !page.states_id {
            let is_translation = !is_main && !locale.is_empty();
            let by_folder = (is_translation || others.len() > 1).then_some(page.placed_id);
            found.fields.translation_group = self.linked.get(&at).cloned().or(by_folder);
        }
        Some(found)
    }

    /// Returns the id of a page: the one that it states, else the one that its path gives.
    fn id(&self, page: &Page) -> String {
        // Whoever names groups names ids too, and has them by path.
        if page.states_id {
            return page.found.fields.id.clone();
        }
        if page.states_group {
            return page.path_id.clone();
        }
        match &page.folder_locale {
            Some(locale) if self.main.as_ref() != Some(locale) => {
                format!("{}@{locale}", page.placed_id)
            }
            _ => page.placed_id.clone(),
        }
    }

    /// Returns the main locale if a page in the folder of another locale is written in the main locale's language; else
    /// `None`.
    fn untranslated(&self, page: &Page, locale: &str, collector: &Collector<'_>) -> Option<Locale> {
        // What the page itself states holds.
        if page.states_locale {
            return None;
        }
        let of_folder: Locale = locale.parse().ok()?;
        let main: Locale = match self.main.as_deref()? {
            "" => collector.default_locale()?.clone(),
            main => main.parse().ok()?,
        };
        if of_folder.language() == main.language() {
            return None;
        }
        let text = prose(&page.found.fields.body);
        let detected = detect_language(&text, &[of_folder, main.clone()], None);
        let is_sure = matches!(detected.by, DetectedBy::Script | DetectedBy::Statistics);
        let is_main = detected.locales.first().map(Locale::language) == Some(main.language());
        (is_sure && is_main).then_some(main)
    }

    /// Joins pages that link to the same translations into groups. Pages that share links with other pages of the same
    /// locale, for example to the first page of the site, are not joined.
    fn linked(&self, pages: &[Page], collector: &mut Collector<'_>) -> BTreeMap<usize, String> {
        let mut groups = Groups::new(pages.len());
        let mut by_address: BTreeMap<String, usize> = BTreeMap::new();
        for (at, page) in pages.iter().enumerate() {
            for address in addresses(page) {
                let first = *by_address.entry(address).or_insert(at);
                groups.join(first, at);
            }
        }
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, page) in pages.iter().enumerate() {
            if !page.alternates.is_empty() {
                members.entry(groups.of(at)).or_default().push(at);
            }
        }
        let mut linked = BTreeMap::new();
        for members in members.into_values().filter(|members| members.len() > 1) {
            let mut locales = BTreeSet::new();
            let is_clear = members
                .iter()
                .all(|at| locales.insert(&pages[*at].found.fields.locale));
            if !is_clear {
                collector.warn(
                    "alternates",
                    "groups of pages have links to the same translations and are not joined; let each page link to its own",
                    &pages[members[0]].found.origin.path,
                );
                continue;
            }
            let is_main = |at: &&usize| {
                pages[**at].folder_locale.as_deref().unwrap_or_default()
                    == self.main.as_deref().unwrap_or_default()
            };
            let first = members.iter().find(is_main).unwrap_or(&members[0]);
            let group = self.id(&pages[*first]);
            linked.extend(members.iter().map(|at| (*at, group.clone())));
        }
        linked
    }
}

/// Returns the own addresses of a page and those of its translations, without their hosts; empty if it links to no
/// translation.
fn addresses(page: &Page) -> BTreeSet<String> {
    if page.alternates.is_empty() {
        return BTreeSet::new();
    }
    let own = [
        page.found.fields.url.clone().unwrap_or_default(),
        format!("/{}", page.found.origin.path),
    ];
    let all = own.iter().chain(&page.alternates);
    all.filter_map(|address| Address::of_page(address))
        .map(|address| address.path.join("/"))
        .filter(|path| !path.is_empty())
        .collect()
}

/// Disjoint sets of indices that can be joined; each index has the index of an earlier member of its set, or its own.
struct Groups(Vec<usize>);

impl Groups {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    /// Returns the first member of the set that `at` belongs to.
    fn of(&self, mut at: usize) -> usize {
        while self.0[at] != at {
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.of(a), self.of(b));
        self.0[a.max(b)] = a.min(b);
    }
}

/// Returns a text without its blocks of code, which are in no language.
fn prose(body: &str) -> String {
    let mut is_code = false;
    let mut prose = String::new();
    for line in body.lines() {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            is_code = !is_code;
        } else if !is_code {
            prose.push_str(line);
            prose.push('\n');
        }
    }
    prose
}

/// Returns a hash by which equal texts are recognised: FNV-1a, 64 bits.
fn hash_of(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
