//! Translation groups that several articles of one locale name. Such articles are not translations of each other, so
//! each counts separately: none hides another, and none gets credit for tickets that another one solved.

use std::collections::{BTreeMap, BTreeSet};

use helpdex_text::Locale;

use crate::error::Result;
use crate::index::hashes::article_key;
use crate::index::segment::Segment;
use crate::model::ticket_model::TicketModel;
use crate::search::view::View;

/// The translation groups that several articles of one locale name, whether visible or not; usually there is none.
#[derive(Default)]
pub(crate) struct SharedGroups {
    /// By group, the locales in which several articles name it.
    locales: BTreeMap<u64, BTreeSet<Locale>>,
    /// The ids of all articles in these groups, by the key that each article has alone.
    ids: BTreeMap<u64, String>,
}

impl SharedGroups {
    /// Finds the groups in the segments of all classes. Linear in the number of articles, apart from sorting.
    pub(crate) fn of<'a>(
        segments: impl Iterator<Item = (&'a Locale, &'a Segment)> + Clone,
    ) -> Result<Self> {
        let mut by_locale: BTreeMap<&Locale, Vec<u64>> = BTreeMap::new();
        for (locale, segment) in segments.clone() {
            let groups = by_locale.entry(locale).or_default();
            groups.extend(segment.sorted_group_keys());
        }
        let mut shared = Self::default();
        for (locale, mut groups) in by_locale {
            groups.sort_unstable();
            let repeated = groups.windows(2).filter(|pair| pair[0] == pair[1]);
            for pair in repeated {
                let locales = shared.locales.entry(pair[0]).or_default();
                locales.insert(locale.clone());
            }
        }
        if shared.locales.is_empty() {
            return Ok(shared);
        }
        for (_, segment) in segments {
            for article in 0..segment.article_count() {
                if shared.locales.contains_key(&segment.group_of(article)) {
                    let id = segment.stored_head(article)?.id;
                    shared.ids.insert(article_key(&id), id);
                }
            }
        }
        Ok(shared)
    }
}

/// Gives the articles of some views their keys: the key of the translation group, or that of the article alone if
/// several visible articles of one locale name the group. Hidden articles change nothing.
#[derive(Clone, Copy)]
pub(crate) struct ArticleKeys<'a> {
    pub shared: &'a SharedGroups,
    pub views: &'a BTreeMap<&'a Locale, View<'a>>,
}

/// The key by which an article or its translation group is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ArticleKey {
    pub key: u64,
    /// Whether the key stands for this article only, and not for its translations.
    pub is_alone: bool,
}

impl ArticleKeys<'_> {
    /// Returns the key of an article of a view.
    pub(crate) fn of(&self, view: &View<'_>, article: u32) -> Result<ArticleKey> {
        let group = view.group_of(article);
        let is_alone = self.is_shared(group);
        let key = if is_alone {
            view.article_key(article)?
        } else {
            group
        };
        Ok(ArticleKey { key, is_alone })
    }

    /// Returns the key of an article in a model. The model may have been trained on more articles than are visible; an
    /// article that had a key of its own there has it here too.
    pub(crate) fn learned(
        &self,
        view: &View<'_>,
        article: u32,
        key: ArticleKey,
        model: &TicketModel,
    ) -> Result<u64> {
        if key.is_alone || !self.shared.locales.contains_key(&key.key) {
            return Ok(key.key);
        }
        let alone = view.article_key(article)?;
        Ok(model.class_of(alone).map_or(key.key, |_| alone))
    }

    /// Returns the key of each visible article, by id. Linear in the number of articles.
    pub(crate) fn by_id(&self) -> Result<BTreeMap<String, u64>> {
        let mut keys = BTreeMap::new();
        for view in self.views.values() {
            for article in view.allowed_articles() {
                let (segment, number) = view.locate(article);
                let id = segment.stored_head(number)?.id;
                keys.insert(id, self.of(view, article)?.key);
            }
        }
        Ok(keys)
    }

    /// Returns the articles of a view that have this key.
    pub(crate) fn articles(&self, view: &View<'_>, key: u64) -> Result<Vec<u32>> {
        match self.shared.ids.get(&key) {
            Some(id) => Ok(view.find_article(id)?.into_iter().collect()),
            None => Ok(view.articles_of_group(key).collect()),
        }
    }

    fn is_shared(&self, group: u64) -> bool {
        let locales = self.shared.locales.get(&group).into_iter().flatten();
        let mut views = locales.filter_map(|locale| self.views.get(locale));
        views.any(|view| view.articles_of_group(group).nth(1).is_some())
    }
}
