//! Checks the translation groups of a publish before it writes: conflicts between articles, and the number of locales.

use std::collections::{BTreeMap, BTreeSet};

use helpdex_text::Locale;
use serde::Serialize;

use crate::article::Article;
use crate::audience::Visibility;
use crate::error::{Error, Result};

/// The most locales of a knowledge base: ISO 639-3 has nearly 8,000 languages.
const MAX_LOCALES: usize = 10_000;

/// Several articles of one translation group in one locale. They are not translations of each other: each is a
/// candidate of its own, and a verdict on one counts for that one alone. The host knows which of them the group belongs
/// to, and should give the others a group of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GroupConflict {
    /// The translation group that the conflicting articles name.
    pub translation_group: String,
    /// The locale of the conflicting articles.
    pub locale: Locale,
    /// The ids of the conflicting articles, in ascending order.
    pub article_ids: Vec<String>,
}

/// Returns the conflicts among the articles of a publish, by group and locale.
///
/// # Errors
/// [`InvalidInput`](crate::ErrorKind::InvalidInput) for more locales than a knowledge base may have.
pub(super) fn group_conflicts(
    articles: &BTreeMap<Visibility, Vec<&Article>>,
) -> Result<Vec<GroupConflict>> {
    let mut locales = BTreeSet::new();
    let mut by_group: BTreeMap<(&str, &Locale), Vec<&str>> = BTreeMap::new();
    for article in articles.values().flatten() {
        locales.insert(article.locale());
        let group = (article.translation_group(), article.locale());
        by_group.entry(group).or_default().push(article.id());
    }
    if locales.len() > MAX_LOCALES {
        return Err(Error::invalid(format!(
            "the articles have {} locales; give at most {MAX_LOCALES}",
            locales.len()
        )));
    }
    let conflicts = by_group.into_iter().filter(|(_, ids)| ids.len() > 1);
    Ok(conflicts
        .map(|((group, locale), mut ids)| {
            ids.sort_unstable();
            GroupConflict {
                translation_group: group.to_owned(),
                locale: locale.clone(),
                article_ids: ids.into_iter().map(str::to_owned).collect(),
            }
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::fields::ArticleFields;

    #[test]
    fn more_locales_than_there_are_languages_are_refused() {
        let articles: Vec<Article> = (0..=MAX_LOCALES)
            .map(|number| {
                Article::new(ArticleFields {
                    id: number.to_string(),
                    locale: format!("en-{number}"),
                    title: "Title".into(),
                    ..ArticleFields::default()
                })
                .unwrap()
            })
            .collect();
        let of = |articles: &[Article]| {
            let articles = [(Visibility::Public, articles.iter().collect())].into();
            group_conflicts(&articles).map(|conflicts| conflicts.len())
        };
        assert_eq!(of(&articles[1..]).unwrap(), 0);
        let error = of(&articles).unwrap_err().to_string();
        assert!(
            error.contains("10001 locales; give at most 10000"),
            "{error}"
        );
    }
}
