//! How much a word of a ticket tells about its matter, from its frequency in the language and its rarity among
//! articles.

use serde::Serialize;

/// The Zipf value of a word that tells nothing: one in a hundred words, such as "the" or "to".
const TELLS_NOTHING: f32 = 7.0;
/// The Zipf value that a word counts with if its language's table lacks it: the rarest words of a table have 3. With 0
/// one rare word that a ticket and an article share counts too much: of unrelated questions 4.7% get an article of a
/// help center that the fit does not know, and 10.4% one of a part of it with 6 or 20 articles; with 2 these are 2.6%
/// and 2.8%.
const UNLISTED: f32 = 2.0;

/// Returns the information of a word, which is how much it tells about the matter of a ticket: the square of its
/// distance below the most common words on the Zipf scale. It is 0 to 49, and at most 25 for a word that the table
/// lacks.
///
/// `zipf` is how common the word is in its language, `None` for a word that the table lacks or a language without a
/// table. `rarity` is how rare the word is among the articles, in [0, 1]. It alone decides for a word without a `zipf`,
/// such as the name of a product, which every article of its help center has. Over sets of five families the squares of
/// Zipf values lost as much likelihood as their power of 1.5 (0.4119 and 0.4120 a ticket), and less than the inverse
/// document frequency alone (0.450).
pub(crate) fn information(zipf: Option<f32>, rarity: f32) -> f32 {
    let distance = match zipf {
        Some(zipf) => (TELLS_NOTHING - zipf).max(0.0),
        None => (TELLS_NOTHING - UNLISTED) * rarity,
    };
    distance * distance
}

/// The information of a ticket, and how much of it an article covers.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub(crate) struct Coverage {
    /// The sum of the [`information`] of the ticket's words.
    pub told: f32,
    /// The share of the ticket's information that the article's title, headings and best passage have, in [0, 1].
    pub share: f32,
    /// The share of the information of the article's title that the ticket has, in [0, 1].
    pub title_share: f32,
    /// The share of the ticket's information that no article of the locale has and that the article does not cover, in
    /// [0, 1].
    pub unknown: f32,
    /// The number of distinct words of the ticket.
    pub words: usize,
}

impl Coverage {
    /// Returns how much the article is about what the ticket asks, in [0, 1]. It is high if the ticket has most of the
    /// words of the title, or if the passage has most of the ticket's information. A passage often has half of it by
    /// chance, so the share is squared.
    pub(crate) fn aboutness(&self) -> f32 {
        1.0 - (1.0 - self.title_share) * (1.0 - self.share * self.share)
    }

    /// Returns how much of the ticket's information no article knows, in [0, 1]; less if the title of the best article
    /// says the same as the ticket.
    pub(crate) fn strangeness(&self) -> f32 {
        self.unknown * (1.0 - self.title_share)
    }

    /// Returns the information of the ticket that the article covers.
    pub(crate) fn covered(&self) -> f32 {
        self.told * self.share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_word_tells_nothing_and_a_rare_one_much() {
        let close = |a: f32, b: f32| (a - b).abs() < 1e-5;
        assert!(close(information(Some(7.1), 1.0), 0.0));
        assert!(close(information(Some(5.0), 1.0), 4.0));
        assert!(close(information(Some(4.0), 0.1), 9.0));
        assert!(close(information(None, 1.0), 25.0));
        // A product that every article names.
        assert!(information(None, 0.05) < 0.2);
    }

    #[test]
    fn an_article_is_about_a_ticket_by_its_title_or_by_a_passage() {
        let aboutness = |share, title_share| {
            let coverage = Coverage {
                told: 10.0,
                share,
                title_share,
                ..Coverage::default()
            };
            coverage.aboutness()
        };
        assert!((aboutness(0.0, 0.8) - 0.8).abs() < 1e-6);
        assert!((aboutness(0.5, 0.0) - 0.25).abs() < 1e-6);
        assert!((aboutness(0.5, 0.5) - 0.625).abs() < 1e-6);
        assert!((aboutness(1.0, 0.0) - 1.0).abs() < 1e-6);
    }
}
