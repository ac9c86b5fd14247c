//! The order and the probabilities of the articles of a pool.

use crate::candidates::pool::{Pool, Ranked};
use crate::candidates::route::LocaleMatch;
use crate::model::Calibration;
use crate::model::meaning::{MeaningCurve, MeaningEvidence, TicketMeaning};
use crate::model::ticket_model::Past;

impl Pool<'_> {
    /// Returns the candidates, most probable first.
    pub(crate) fn rank(&self, past: Option<Past<'_>>, popularity: f64) -> Vec<Ranked> {
        let is_by_text = past.is_none() && !self.goes_by_vectors();
        let mut ranked = match past {
            Some(past) => self.rank_by_blend(past, popularity),
            None if is_by_text => self.rank_by_text(),
            None => self.rank_by_meaning(),
        };
        ranked.sort_by(|a, b| {
            b.probability
                .total_cmp(&a.probability)
                .then_with(|| b.score.total_cmp(&a.score))
        });
        if is_by_text {
            leave_to_the_rest(&mut ranked);
        }
        ranked
    }

    fn rank_by_blend(&self, past: Past<'_>, popularity: f64) -> Vec<Ranked> {
        let blend = &past.fitted().blend;
        let evidence = self.evidence(past);
        let chances = blend.chances(&evidence.candidates, &evidence.silence, popularity);
        self.places()
            .zip(chances)
            .zip(&evidence.candidates)
            .map(|(((locale, article), (score, chance)), evidence)| Ranked {
                locale,
                article,
                score,
                probability: self.probability(chance, Some(past)),
                chance,
                past_share: blend.past_share(evidence),
                is_by_meaning: blend.is_by_meaning(evidence),
            })
            .collect()
    }

    /// Ranks by text alone, as before anything was learned. Scores of different locales cannot be compared, and the
    /// best article of each locale looks equally good there, so each locale is weighted: see [`Pool::locale_weights`].
    /// An article of a fallback locale is right only when no article in the ticket's language is. When no locale has a
    /// word of the ticket, all weights are 1, and only the coverage, which counts parts of words, tells them apart.
    fn rank_by_text(&self) -> Vec<Ranked> {
        let mut weights = self.locale_weights();
        if weights.iter().all(|weight| *weight == 0.0) {
            weights.fill(1.0);
        }
        let mut ranked: Vec<Ranked> = self
            .places()
            .map(|(index, number)| {
                let locale = &self.locales[index];
                let article = &locale.articles[number];
                let chance = Calibration::SHIPPED.probability(article.score, &locale.ticket_scores);
                Ranked {
                    locale: index,
                    article: number,
                    score: article.score.into(),
                    probability: f64::from(chance * weights[index]),
                    chance: 0.0,
                    past_share: 0.0,
                    is_by_meaning: false,
                }
            })
            .collect();
        self.leave_to_exact(&mut ranked);
        ranked
    }

    /// Before anything was learned, by words and vectors. Nearness can be compared across locales.
    fn rank_by_meaning(&self) -> Vec<Ranked> {
        let weights = self.locale_weights();
        let evidence: Vec<MeaningEvidence> = self
            .places()
            .map(|(index, number)| {
                let lexical = self.locales[index].lexical(number, weights[index]);
                MeaningEvidence {
                    lexical,
                    near: self.locales[index].near(number, lexical),
                }
            })
            .collect();
        let curve = MeaningCurve::SHIPPED;
        let chances = curve.chances(&evidence, self.ticket_meaning());
        let mut ranked: Vec<Ranked> = self
            .places()
            .zip(chances)
            .zip(&evidence)
            .map(|(((locale, article), (score, chance)), evidence)| Ranked {
                locale,
                article,
                score,
                probability: chance,
                chance,
                past_share: 0.0,
                is_by_meaning: curve.is_by_meaning(evidence),
            })
            .collect();
        self.leave_to_exact(&mut ranked);
        for ranked in &mut ranked {
            ranked.chance = ranked.probability;
        }
        ranked
    }

    /// Returns the evidence that the ticket is answerable.
    fn ticket_meaning(&self) -> TicketMeaning {
        let mut by_words = self.rank_by_text();
        by_words.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        leave_to_the_rest(&mut by_words);
        let has_exact = by_words.iter().any(|ranked| self.is_exact(ranked));
        let trusted = self.locales.iter().filter_map(|locale| locale.usual);
        TicketMeaning {
            by_words: has_exact.then(|| by_words.iter().map(|ranked| ranked.chance).sum()),
            trust: trusted.map(|usual| usual.trust).fold(0.0, f64::max),
        }
    }

    /// An article that fills in is right only where none in the ticket's language is.
    fn leave_to_exact(&self, ranked: &mut [Ranked]) {
        let exact = ranked.iter().filter(|ranked| self.is_exact(ranked));
        let best_exact = exact.map(|ranked| ranked.probability).fold(0.0, f64::max);
        for fallback in ranked.iter_mut().filter(|ranked| !self.is_exact(ranked)) {
            fallback.probability *= 1.0 - best_exact;
        }
    }

    fn is_exact(&self, ranked: &Ranked) -> bool {
        self.locales[ranked.locale].locale_match == LocaleMatch::Exact
    }
}

/// Multiplies each probability by that of no better article being right, as a ticket usually has one right article.
fn leave_to_the_rest(ranked: &mut [Ranked]) {
    let mut left = 1.0;
    for article in ranked {
        let probability = article.probability;
        article.probability *= left;
        article.chance = article.probability;
        left *= 1.0 - probability;
    }
}
