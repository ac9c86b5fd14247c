//! Which locales' articles may answer a ticket.

use helpdex_text::{CleanTicket, Locale, detect_language};

use super::LocaleMatch;
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
        ticket: &Ticket,
        clean: &CleanTicket,
        in_sight: &[Locale],
        default: Option<&Locale>,
    ) -> Self {
        let Some(declared) = &ticket.locale else {
            let text = format!("{}\n{}", clean.subject(), clean.text());
            return Self {
                locales: detect_language(&text, in_sight, default).locales,
                locale_match: LocaleMatch::Exact,
            };
        };
        let same_language = in_sight
            .iter()
            .find(|locale| locale.language() == declared.language());
        let exact = in_sight.iter().find(|locale| *locale == declared);
        match exact.or(same_language) {
            Some(locale) => Self {
                locales: vec![locale.clone()],
                locale_match: LocaleMatch::Exact,
            },
            None => Self {
                locales: default.into_iter().cloned().collect(),
                locale_match: LocaleMatch::Fallback,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use helpdex_text::{Content, clean_ticket};

    use super::*;

    #[track_caller]
    fn check(declared: Option<&str>, text: &str, expected: (&[&str], LocaleMatch)) {
        let in_sight: Vec<Locale> = ["en", "pt-br", "th"].map(|l| l.parse().unwrap()).into();
        let ticket = Ticket {
            locale: declared.map(|locale| locale.parse().unwrap()),
            ..Ticket::from_text(text)
        };
        let clean = clean_ticket(None, Content::Text(text));
        let route = Route::of(&ticket, &clean, &in_sight, in_sight.first());
        let locales: Vec<&str> = route.locales.iter().map(Locale::as_str).collect();
        assert_eq!((&locales[..], route.locale_match), expected);
    }

    #[test]
    fn a_declared_locale_is_searched_else_its_language_else_the_default() {
        check(Some("th"), "password", (&["th"], LocaleMatch::Exact));
        check(Some("pt-PT"), "password", (&["pt-br"], LocaleMatch::Exact));
        check(Some("lt"), "password", (&["en"], LocaleMatch::Fallback));
    }

    #[test]
    fn without_a_declared_locale_the_text_decides() {
        check(None, "ลืมรหัสผ่าน เข้าสู่ระบบไม่ได้", (&["th"], LocaleMatch::Exact));
    }
}
