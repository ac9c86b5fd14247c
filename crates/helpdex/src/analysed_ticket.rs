//! A cleaned ticket with its terms, which are computed once for each locale that is asked for.

use std::collections::BTreeMap;

use helpdex_text::{Analysis, Analyzer, CleanTicket, Locale};

/// A cleaned ticket, with its terms in each locale that was asked for.
pub(crate) struct AnalysedTicket<'t> {
    pub clean: &'t CleanTicket,
    by_locale: BTreeMap<Locale, AnalysedTexts<'t>>,
}

/// The subject and the text of a ticket, in this order, with the terms of each in one language.
pub(crate) type AnalysedTexts<'t> = [AnalysedText<'t>; 2];

/// The subject or the text of a ticket, with its terms.
pub(crate) struct AnalysedText<'t> {
    pub text: &'t str,
    pub analysis: Analysis,
}

impl<'t> AnalysedTicket<'t> {
    pub(crate) fn new(clean: &'t CleanTicket) -> Self {
        Self {
            clean,
            by_locale: BTreeMap::new(),
        }
    }

    /// Returns the analysed subject and text for the language of a locale; analyses them at the first call.
    pub(crate) fn in_locale(&mut self, locale: &Locale) -> &AnalysedTexts<'t> {
        self.by_locale
            .entry(locale.clone())
            .or_insert_with(|| analyse(self.clean, &Analyzer::new(locale)))
    }
}

fn analyse<'t>(clean: &'t CleanTicket, analyzer: &Analyzer) -> AnalysedTexts<'t> {
    [clean.subject(), clean.text()].map(|text| {
        let mut analysis = Analysis::default();
        analyzer.analyze(text, &mut analysis);
        AnalysedText { text, analysis }
    })
}
