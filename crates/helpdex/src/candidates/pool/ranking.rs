//! The order and the probabilities of the articles of a pool.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::candidates::pool::{Pool, Ranked};
use crate::candidates::route::LocaleMatch;
use crate::model::Calibration;
use crate::model::chance::{Beside, Chance};
use crate::model::meaning::{MeaningCurve, MeaningEvidence, TicketMeaning};
use crate::model::ticket_model::Past;

impl Pool<'_> {
    /// Returns the candidates, most probable first.
    pub(crate) fn rank(&self, past: Option<Past<'_>>, popularity: f64) -> Vec<Ranked> {
        let mut ranked = match past {
            Some(past) => self.rank_by_blend(past, popularity),
            None => self.rank_before_learning(self.goes_by_vectors()),
        };
        ranked.sort_by(best_first);
        ranked
    }

    fn rank_by_blend(&self, past: Past<'_>, popularity: f64) -> Vec<Ranked> {
        let blend = &past.fitted().blend;
        let evidence = self.evidence(past);
        let own = blend.chances(&evidence.candidates, &evidence.silence, popularity);
        let candidates = evidence.candidates.iter().zip(self.beside(past));
        self.places()
            .zip(own)
            .zip(candidates)
            .map(|(((locale, article), (score, own)), (evidence, beside))| {
                let chance = beside.chance(own);
                let of_taught = chance.taught_part();
                Ranked {
                    locale,
                    article,
                    score,
                    probability: self.probability(chance, Some(past)),
                    chance,
                    past_share: of_taught + (1.0 - of_taught) * blend.past_share(evidence),
                    is_by_meaning: blend.is_by_meaning(evidence),
                }
            })
            .collect()
    }

    /// Returns the evidence beside the own blend for each candidate, in the order of the pool.
    pub(crate) fn beside(&self, past: Past<'_>) -> Vec<Beside> {
        let ranked = self.rank_before_learning(past.by_vector.is_some());
        let before: BTreeMap<_, _> = ranked
            .iter()
            .map(|ranked| ((ranked.locale, ranked.article), ranked.chance.before))
            .collect();
        let candidates = self.articles().zip(before.into_values());
        candidates
            .map(|(article, before)| Beside {
                before,
                taught: past.taught.of(&article.classes(past)),
            })
            .collect()
    }

    fn rank_before_learning(&self, by_vectors: bool) -> Vec<Ranked> {
        if by_vectors {
            self.rank_by_meaning()
        } else {
            self.rank_by_text()
        }
    }

    /// Ranks by text alone, as before anything was learned, best first. Scores of different locales cannot be compared, and the
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
                    chance: Chance::default(),
                    past_share: 0.0,
                    is_by_meaning: false,
                }
            })
            .collect();
        self.leave_to_exact(&mut ranked);
        ranked.sort_by(best_first);
        leave_to_the_rest(&mut ranked);
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
                chance: Chance::default(),
                past_share: 0.0,
                is_by_meaning: curve.is_by_meaning(evidence),
            })
            .collect();
        self.leave_to_exact(&mut ranked);
        for ranked in &mut ranked {
            ranked.chance = Chance::before_learning(ranked.probability);
        }
        ranked
    }

    /// Returns the evidence that the ticket is answerable.
    fn ticket_meaning(&self) -> TicketMeaning {
        let by_words = self.rank_by_text();
        let has_exact = by_words.iter().any(|ranked| self.is_exact(ranked));
        let trusted = self.locales.iter().filter_map(|locale| locale.usual);
        TicketMeaning {
            by_words: has_exact.then(|| by_words.iter().map(|ranked| ranked.chance.before).sum()),
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
        article.chance = Chance::before_learning(article.probability);
        left *= 1.0 - probability;
    }
}

fn best_first(a: &Ranked, b: &Ranked) -> Ordering {
    let by_probability = b.probability.total_cmp(&a.probability);
    by_probability.then_with(|| b.score.total_cmp(&a.score))
}
