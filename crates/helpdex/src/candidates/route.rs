//! Which locales' articles may answer a ticket.

use std::collections::BTreeMap;

use helpdex_text::{CleanTicket, Locale, names};

use crate::candidates::language::ticket_locales;
use crate::search::view::View;
use crate::snapshot::generation::Generation;
use crate::ticket::Ticket;

/// Whether an article is in the ticket's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LocaleMatch {
    /// It is.
    Exact,
    /// It is not: the article has no translation into the ticket's language.
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
    /// Empty when there is no article in the ticket's language.
    pub exact: Vec<Locale>,
    /// First choice first; none of those above.
    pub fallbacks: Vec<Locale>,
}

impl Route {
    /// Returns the declared locale if it has articles, else one of its language; without a declared locale, the one
    /// that is detected in the text among the visible locales.
    pub(crate) fn new(
        ticket: &Ticket,
        clean: &CleanTicket,
        generation: &Generation,
        views: &BTreeMap<&Locale, View<'_>>,
    ) -> Self {
        let in_sight: Vec<Locale> = views.keys().copied().cloned().collect();
        let fallbacks = generation.fallback_locales(views);
        Self::among(ticket, clean, &in_sight, &fallbacks)
    }

    pub(crate) fn among(
        ticket: &Ticket,
        clean: &CleanTicket,
        in_sight: &[Locale],
        fallbacks: &[Locale],
    ) -> Self {
        let declared = ticket.locale.as_ref();
        let locales = ticket_locales(declared, clean, in_sight, fallbacks.first());
        let exact: Vec<Locale> = locales
            .iter()
            .filter_map(|locale| nearest(locale, in_sight))
            .cloned()
            .collect();
        let fallbacks = fallbacks
            .iter()
            .filter(|fallback| !exact.contains(fallback))
            .cloned()
            .collect();
        Self { exact, fallbacks }
    }

    pub(crate) fn locales(&self) -> impl Iterator<Item = (&Locale, LocaleMatch)> {
        let exact = self.exact.iter().map(|locale| (locale, LocaleMatch::Exact));
        let fallbacks = self.fallbacks.iter();
        exact.chain(fallbacks.map(|locale| (locale, LocaleMatch::Fallback)))
    }
}

/// Returns the locale itself if it is visible, else one of its language.
fn nearest<'l>(wanted: &Locale, in_sight: &'l [Locale]) -> Option<&'l Locale> {
    let same_language = in_sight
        .iter()
        .find(|locale| locale.language() == wanted.language());
    let exact = in_sight.iter().find(|locale| *locale == wanted);
    exact.or(same_language)
}

#[cfg(test)]
mod tests {
    use helpdex_text::{Content, clean_ticket};

    use super::*;

    #[track_caller]
    fn check(declared: Option<&str>, text: &str, exact: &[&str], fallbacks: &[&str]) {
        let in_sight: Vec<Locale> = ["en", "pt-br", "th"].map(|l| l.parse().unwrap()).into();
        let ticket = Ticket {
            locale: declared.map(|locale| locale.parse().unwrap()),
            ..Ticket::from_text(text)
        };
        let clean = clean_ticket(None, Content::Text(text));
        let route = Route::among(&ticket, &clean, &in_sight, &in_sight[..2]);
        let locales: Vec<&str> = route.exact.iter().map(Locale::as_str).collect();
        assert_eq!(locales, exact);
        let filling_in: Vec<&str> = route.fallbacks.iter().map(Locale::as_str).collect();
        assert_eq!(filling_in, fallbacks);
    }

    #[test]
    fn a_declared_locale_is_searched_else_its_language_and_the_fallbacks_fill_in() {
        check(Some("th"), "password", &["th"], &["en", "pt-br"]);
        check(Some("pt-PT"), "password", &["pt-br"], &["en"]);
        check(Some("lt"), "password", &[], &["en", "pt-br"]);
        check(Some("en-GB"), "password", &["en"], &["pt-br"]);
    }

    #[test]
    fn without_a_declared_locale_the_text_decides() {
        check(None, "ลืมรหัสผ่าน เข้าสู่ระบบไม่ได้", &["th"], &["en", "pt-br"]);
    }
}
