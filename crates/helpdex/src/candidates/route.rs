//! Chooses the locales whose articles may answer a ticket.

use std::collections::BTreeMap;

use helpdex_text::{Locale, names};

use crate::analysed_ticket::AnalysedTicket;
use crate::candidates::language::ticket_locales;
use crate::error::Result;
use crate::search::view::View;
use crate::snapshot::generation::Generation;

/// Whether an article is in the language of the ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LocaleMatch {
    /// The article is in the language of the ticket.
    Exact,
    /// The article is in another language, because it has no translation into the language of the ticket.
    Fallback,
}

names!(LocaleMatch, "locale match" {
    Exact => "exact",
    Fallback => "fallback",
});

/// The locales to search: those of the ticket's language, likeliest first, and those that fill in for articles that
/// are not translated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    /// The locales in the ticket's language, likeliest first; empty when there is no article in this language.
    pub exact: Vec<Locale>,
    /// The locales that fill in for missing translations, first choice first, without those in `exact`.
    pub fallbacks: Vec<Locale>,
}

impl Route {
    /// Makes the route of a ticket: the declared locale, or the one that the text looks like among the visible locales;
    /// if that locale has no articles, another one of its language.
    ///
    /// # Errors
    /// [`Storage`](crate::error::ErrorKind::Storage) for damaged postings.
    pub(crate) fn new(
        declared: Option<&Locale>,
        ticket: &mut AnalysedTicket<'_>,
        generation: &Generation,
        views: &BTreeMap<&Locale, View<'_>>,
    ) -> Result<Self> {
        let in_sight: Vec<Locale> = views.keys().copied().cloned().collect();
        let fallbacks = generation.fallback_locales(views);
        let main = fallbacks.first();
        let locales = ticket_locales(declared, ticket, &in_sight, main, |locale, term| {
            let view = views.get(locale);
            Ok(view.map_or(Ok(0), |view| view.document_frequency(term))? > 0)
        })?;
        Ok(Self::among(&locales, &in_sight, fallbacks))
    }

    fn among(locales: &[Locale], in_sight: &[Locale], mut fallbacks: Vec<Locale>) -> Self {
        let exact: Vec<Locale> = locales
            .iter()
            .filter_map(|locale| nearest(locale, in_sight))
            .cloned()
            .collect();
        fallbacks.retain(|fallback| !exact.contains(fallback));
        Self { exact, fallbacks }
    }

    pub(crate) fn locales(&self) -> impl Iterator<Item = (&Locale, LocaleMatch)> {
        let exact = self.exact.iter().map(|locale| (locale, LocaleMatch::Exact));
        let fallbacks = self.fallbacks.iter();
        exact.chain(fallbacks.map(|locale| (locale, LocaleMatch::Fallback)))
    }
}

/// Returns the wanted locale if it is in `in_sight`, else the first one there of the same language.
fn nearest<'l>(wanted: &Locale, in_sight: &'l [Locale]) -> Option<&'l Locale> {
    let same_language = in_sight
        .iter()
        .find(|locale| locale.language() == wanted.language());
    let exact = in_sight.iter().find(|locale| *locale == wanted);
    exact.or(same_language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ticket: &str, exact: &[&str], fallbacks: &[&str]) {
        let in_sight: Vec<Locale> = ["en", "pt-br", "th"].map(|l| l.parse().unwrap()).into();
        let route = Route::among(
            &[ticket.parse().unwrap()],
            &in_sight,
            in_sight[..2].to_vec(),
        );
        let locales: Vec<&str> = route.exact.iter().map(Locale::as_str).collect();
        assert_eq!(locales, exact);
        let filling_in: Vec<&str> = route.fallbacks.iter().map(Locale::as_str).collect();
        assert_eq!(filling_in, fallbacks);
    }

    #[test]
    fn a_ticket_s_locale_is_searched_else_its_language_and_the_fallbacks_fill_in() {
        check("th", &["th"], &["en", "pt-br"]);
        check("pt-PT", &["pt-br"], &["en"]);
        check("lt", &[], &["en", "pt-br"]);
        check("en-GB", &["en"], &["pt-br"]);
    }
}
