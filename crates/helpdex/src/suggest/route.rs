//! Which locales' articles may answer a ticket.

use helpdex_text::{CleanTicket, Locale, detect_language};

use super::LocaleMatch;
use crate::audience::Audience;
use crate::index::generation::Generation;
use crate::ticket::Ticket;

/// The locales to search, likeliest first, and whether they are the ticket's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Route {
    pub locales: Vec<Locale>,
    pub locale_match: LocaleMatch,
}

impl Route {
    /// The declared locale where there are articles in it, else in its language; without a declared one what the
    /// text looks like among the locales in sight. A declared language without articles falls back to the default.
    pub(super) fn of(
        generation: &Generation,
        ticket: &Ticket,
        clean: &CleanTicket,
        audience: &Audience,
    ) -> Self {
        let locales = generation.locales(audience);
        let default = generation.default_locale(audience);
        let Some(declared) = &ticket.locale else {
            let text = format!("{}\n{}", clean.subject(), clean.text());
            return Self {
                locales: detect_language(&text, &locales, default.as_ref()).locales,
                locale_match: LocaleMatch::Exact,
            };
        };
        let same_language = locales
            .iter()
            .find(|locale| locale.language() == declared.language());
        let exact = locales.iter().find(|locale| *locale == declared);
        match exact.or(same_language) {
            Some(locale) => Self {
                locales: vec![locale.clone()],
                locale_match: LocaleMatch::Exact,
            },
            None => Self {
                locales: default.into_iter().collect(),
                locale_match: LocaleMatch::Fallback,
            },
        }
    }
}
