//! The decision: which candidates are offered, or why none is.

use helpdex_text::CleanTicket;

use crate::audience::{Audience, Visibility};
use crate::candidates::route::Route;
use crate::confidence::decision::Decision;
use crate::confidence::decision::Promise;
use crate::confidence::{LabelledPredictions, NoThreshold};
use crate::error::Result;
use crate::model::labels::Thresholds;
use crate::snapshot::generation::Generation;
use crate::suggest::answer::Suggestion;
use crate::suggest::applied_rule::AppliedRule;
use crate::suggest::candidate::Candidate;
use crate::suggest::display_order::{Displayed, Margins, RankedCandidate, displayed};
use crate::suggest::options::SuggestOptions;
use crate::suggest::reason::Reason;
use crate::suggest::ruled_candidates::RuledCandidates;

/// Returns the least probability that is offered to an audience, or why there is none. `thresholds` are those of what was
/// learned of its articles, and the options are in range.
pub(crate) fn threshold(
    options: &SuggestOptions,
    thresholds: Option<&Thresholds>,
) -> std::result::Result<f32, NoThreshold> {
    let target = match options.decision {
        Decision::AsConfigured => return Ok(Decision::DEFAULT_MIN_PROBABILITY),
        Decision::MinProbability(least) => return Ok(least),
        Decision::Chosen(chosen) => return chosen,
        Decision::TargetPrecision(target) => target,
    };
    let found = match thresholds {
        Some(thresholds) => thresholds.threshold(
            options.set_size(),
            target.precision,
            target.confidence_level,
            &target.incoming,
        ),
        None => target.threshold(&LabelledPredictions::default()),
    };
    target.least_probability(found)
}

/// The facts about a ticket from which it is decided what is offered.
pub(super) struct Case<'a> {
    pub options: &'a SuggestOptions,
    /// Whether the words of the ticket say what it is about.
    pub tells_enough: bool,
    pub threshold: std::result::Result<f32, NoThreshold>,
    pub candidates: &'a RuledCandidates<'a>,
    /// The articles that the reader has on screen, in their order there, by their names.
    pub shown_before: &'a [String],
}

impl Case<'_> {
    /// Returns the candidates, without pinned ones, that are probable enough, in the order of display; empty if none is
    /// probable enough or the ticket does not say what it is about.
    pub(super) fn displayed(&self) -> Vec<Displayed> {
        let (true, Ok(threshold)) = (self.tells_enough, self.threshold) else {
            return Vec::new();
        };
        let ranking = self.candidates.ranked.iter();
        let ranking: Vec<RankedCandidate<'_>> = ranking.map(RankedCandidate::from).collect();
        let options = SuggestOptions {
            limit: self.options.limit - self.pinned().len(),
            ..self.options.clone()
        };
        let margins = Margins::of(&options);
        displayed(&ranking, self.shown_before, &options, threshold, margins)
    }

    /// Returns the names of the pinned candidates, then of those that are displayed, in the order of display.
    pub(super) fn names(&self, displayed: &[Displayed]) -> Vec<String> {
        let pinned = self.pinned().iter().map(|(_, candidate)| candidate);
        let displayed = displayed.iter();
        pinned
            .chain(displayed.map(|displayed| &self.candidates.ranked[displayed.index]))
            .map(|candidate| candidate.name.clone())
            .collect()
    }

    /// Returns the pinned candidates, then the displayed ones, as suggestions, with everything that an answer says about
    /// each.
    pub(super) fn offered(&self, displayed: Vec<Displayed>) -> Result<Vec<Suggestion>> {
        let pinned = self.pinned().iter().map(|(rule, candidate)| {
            let mut suggestion = candidate.explain(candidate.probability, 0.0)?;
            suggestion.pinned_by = Some(rule.clone());
            Ok(suggestion)
        });
        let displayed = displayed.into_iter().map(|Displayed { index, threshold }| {
            let candidate = &self.candidates.ranked[index];
            let compared = match self.options.promise {
                Promise::First => candidate.probability,
                Promise::Any => self.together(),
            };
            candidate.explain(compared, threshold)
        });
        pinned.chain(displayed).collect()
    }

    /// Returns the pinned candidates that are shown.
    fn pinned(&self) -> &[(AppliedRule, Candidate<'_>)] {
        let pinned = &self.candidates.pinned;
        &pinned[..self.options.limit.min(pinned.len())]
    }

    /// Returns the probability that any of the candidates that could be shown together is right, in [0, 1].
    fn together(&self) -> f32 {
        let best = self.candidates.in_order().take(self.options.limit).last();
        best.map_or(0.0, |last| last.cumulative_probability)
    }

    /// Returns the best blocked candidate with its rule, if it would be displayed without the rule.
    fn blocked(&self) -> Option<&AppliedRule> {
        let (rule, best) = self.candidates.blocked.first()?;
        let threshold = self.threshold.ok()?;
        (best.probability >= threshold).then_some(rule)
    }

    /// Returns the reason why nothing is offered; `empty` is the reason for an audience that sees no article.
    pub(super) fn why_not(&self, clean: &CleanTicket, route: &Route, empty: Reason) -> Reason {
        if route.locales().next().is_none() {
            return empty;
        }
        if !has_words(clean.subject()) && !has_words(clean.text()) {
            return Reason::EmptyAfterCleaning;
        }
        if !self.tells_enough {
            return Reason::NotEnoughSaid;
        }
        if let Some(rule) = self.blocked() {
            return Reason::Blocked(rule.clone());
        }
        match (self.candidates.ranked.first(), self.threshold) {
            (Some(_), Err(missing)) => missing.into(),
            _ if route.exact.is_empty() => Reason::NoArticleInLanguage,
            (Some(best), Ok(threshold)) => Reason::BelowThreshold {
                promise: self.options.promise,
                probability: match self.options.promise {
                    Promise::First => best.probability,
                    Promise::Any => self.together(),
                },
                threshold,
            },
            (None, _) => Reason::NothingMatched,
        }
    }
}

/// Returns the reason why an audience sees no article at all; it does not reveal whether there are articles that it may
/// not see.
pub(super) fn why_empty(generation: &Generation, audience: &Audience) -> Reason {
    if generation.number() == 0 {
        Reason::NotPublished
    } else if audience.visibility() == Visibility::Internal {
        Reason::KnowledgeBaseEmpty
    } else {
        Reason::NothingVisible
    }
}

fn has_words(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::confidence::decision::{TargetPrecision, WhenUnmet};

    /// Makes labels, of which the `right` most probable ones are right.
    fn labelled(labels: u8, right: u8) -> LabelledPredictions {
        let probability = |n: u8| f64::from(f32::from(100 - n) / 100.0);
        LabelledPredictions::new((0..labels).map(|n| (probability(n), n < right)))
    }

    fn least(
        target: TargetPrecision,
        labels: u8,
        right: u8,
    ) -> std::result::Result<f32, NoThreshold> {
        target.least_probability(target.threshold(&labelled(labels, right)))
    }

    #[test]
    fn with_a_target_the_labels_decide() {
        // All 40 are right: the least probable of them is the 40th.
        assert_eq!(least(TargetPrecision::of(0.8), 40, 40), Ok(0.61));
        let strict = least(TargetPrecision::of(0.9), 80, 50).unwrap();
        let lax = least(TargetPrecision::of(0.7), 80, 50).unwrap();
        assert!(strict > lax, "{strict} {lax}");
    }

    #[test]
    fn what_is_missing_is_said_and_nothing_is_shown() {
        let too_few: Reason = least(TargetPrecision::of(0.8), 13, 13).unwrap_err().into();
        assert_eq!(too_few.name(), "not_enough_labels");
        assert_eq!(
            too_few.to_string(),
            "Not enough data: 13 labelled tickets, at least about 14 needed; link an article to more tickets, or mark those that \
             have none."
        );
        let too_wrong: Reason = least(TargetPrecision::of(0.8), 80, 0).unwrap_err().into();
        assert_eq!(too_wrong.name(), "not_enough_precision");
        assert_eq!(
            too_wrong.to_string(),
            "No threshold keeps any precision on the labelled tickets."
        );
    }

    #[test]
    fn a_best_guess_goes_by_the_probability_that_was_given() {
        let target = TargetPrecision {
            when_unmet: WhenUnmet::MinProbability(0.5),
            ..TargetPrecision::of(0.8)
        };
        assert_eq!(least(target, 13, 13), Ok(0.5));
        // One that can be kept is kept.
        assert_eq!(least(target, 40, 40), Ok(0.61));
    }
}
