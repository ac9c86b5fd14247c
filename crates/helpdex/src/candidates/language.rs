//! The language of a ticket.

use helpdex_text::{CleanTicket, Locale, detect_language};

/// Returns the locales that a ticket may be written in, likeliest first: the declared one, else those of `among` that the
/// text looks like. `default` stands for a text that looks like none; without it there may be no locale.
pub(crate) fn ticket_locales(
    declared: Option<&Locale>,
    clean: &CleanTicket,
    among: &[Locale],
    default: Option<&Locale>,
) -> Vec<Locale> {
    if let Some(declared) = declared {
        return vec![declared.clone()];
    }
    let text = format!("{}\n{}", clean.subject(), clean.text());
    detect_language(&text, among, default).locales
}
