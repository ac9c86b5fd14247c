//! Language tags of articles and tickets.

use std::fmt;
use std::str::FromStr;

use serde_core::{Serialize, Serializer};

use crate::error::Error;

/// A language tag such as `en`, `pt-br` or `zh-hant`, lower case, with `-` between its parts.
///
/// It is compared as written: `en` and `en-gb` are two locales of one [language](Self::language).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Locale(String);

impl Locale {
    /// Returns the first part of the tag, which names the language: `pt` in `pt-br`.
    #[must_use]
    pub fn language(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }

    /// Returns the whole language tag, such as `pt-br`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Locale {
    type Err = Error;

    /// Parses a BCP 47 tag in any case, with `-` or `_` between its parts.
    ///
    /// # Errors
    /// When the first part is not 2 to 8 ASCII letters or a later part is not 1 to 8 ASCII letters and digits.
    fn from_str(tag: &str) -> Result<Self, Error> {
        let lower = tag.to_ascii_lowercase().replace('_', "-");
        let mut parts = lower.split('-');
        let language = parts.next().unwrap_or_default();
        let language_is_valid =
            (2..=8).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_alphabetic());
        let rest_is_valid = parts
            .all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
        if language_is_valid && rest_is_valid && lower.len() <= 35 {
            Ok(Self(lower))
        } else {
            let shown: String = tag.chars().take(40).collect();
            Err(Error::new(format!(
                "locale {shown:?} is not a language tag; write it like \"en\" or \"pt-BR\""
            )))
        }
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Locale {
    /// Serializes the locale as its tag.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_in_any_case_and_with_either_separator() {
        let locale: Locale = "pt_BR".parse().unwrap();
        assert_eq!(locale.as_str(), "pt-br");
        assert_eq!(locale.language(), "pt");
    }

    #[test]
    fn a_tag_that_is_no_language_is_refused_with_the_remedy() {
        for tag in ["", "e", "12", "en/gb", "en--gb", "a\0b"] {
            let error = tag.parse::<Locale>().unwrap_err();
            assert!(error.to_string().contains("write it like"), "{tag:?}");
        }
    }
}
