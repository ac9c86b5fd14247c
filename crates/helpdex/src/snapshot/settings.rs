//! Settings that hold for a whole knowledge base, as a generation was published with them.

use std::collections::BTreeMap;

use helpdex_text::Locale;

use crate::error::Result;
use crate::synonyms::Synonyms;

/// Settings of a whole knowledge base.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Settings {
    /// The locales that fill in for missing translations, first choice first. When empty, the largest locale fills in.
    pub fallback_locales: Vec<Locale>,
    pub synonyms: BTreeMap<Locale, Synonyms>,
}

impl Settings {
    pub(crate) fn read(
        fallback_locales: &[String],
        synonyms: &BTreeMap<String, String>,
    ) -> Result<Self> {
        let mut settings = Self {
            fallback_locales: parse_locales(fallback_locales)?,
            synonyms: BTreeMap::new(),
        };
        for (locale, text) in synonyms {
            let locale: Locale = locale.parse()?;
            let synonyms = Synonyms::parse(&locale, text)?;
            settings.synonyms.insert(locale, synonyms);
        }
        Ok(settings)
    }
}

pub(crate) fn parse_locales(tags: &[String]) -> Result<Vec<Locale>> {
    tags.iter().map(|tag| Ok(tag.parse()?)).collect()
}
