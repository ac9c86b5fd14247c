//! Decides which candidates are shown and in which order, so that a list on screen changes only for a clear difference
//! in probability.
//!
//! With nothing on screen, the candidates that are probable enough are shown, best first.

use crate::confidence::decision::Decision;
use crate::confidence::decision::Promise;
use crate::suggest::candidate::Candidate;
use crate::suggest::options::SuggestOptions;

/// The differences in probability that count as clear.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Margins {
    /// The lead in probability with which an article overtakes another one on screen.
    pub order: f32,
    /// The distance below the threshold to which the probability of a shown article may fall.
    pub threshold: f32,
}

impl Margins {
    /// Margins of 0.1, measured on the 467 plain tickets of the sample corpus, written word by word, with nothing
    /// learned (`benches/src/bin/steadiness.rs`). With `min_probability` 0.5 they cut the changes of the list from
    /// 1,866 to 1,584 and its disappearances from 826 to 673, and on 20 tickets the last list differs from that of
    /// `suggest`. With 0.2 the figures are 3,384 to 2,729, 1,269 to 846, and 46 tickets. With margins of 0.05 there are
    /// 1,671 changes and 12 tickets at 0.5; with a threshold margin of 0.2, 1,475 and 42.
    ///
    /// The threshold margin makes nearly all of the difference: with 0.5, an order margin from 0 to 0.2 changes none of
    /// these figures.
    const STEADY: Self = Self {
        order: 0.1,
        threshold: 0.1,
    };

    /// Returns the margins for these options: a threshold that keeps a precision has no margin.
    pub(super) fn of(options: &SuggestOptions) -> Self {
        match options.decision {
            Decision::AsConfigured | Decision::MinProbability(_) => Self::STEADY,
            Decision::TargetPrecision(_) | Decision::Chosen(_) => Self {
                threshold: 0.0,
                ..Self::STEADY
            },
        }
    }
}

/// A candidate of the ranking.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RankedCandidate<'a> {
    /// Its name in an answer: that of its translation group, or the id of an article that stands alone.
    pub name: &'a str,
    pub probability: f32,
    /// The probability that this candidate or one before it in the ranking is right.
    pub cumulative_probability: f32,
}

impl<'a> From<&'a Candidate<'_>> for RankedCandidate<'a> {
    fn from(candidate: &'a Candidate<'_>) -> Self {
        Self {
            name: &candidate.name,
            probability: candidate.probability,
            cumulative_probability: candidate.cumulative_probability,
        }
    }
}

/// A candidate that is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Displayed {
    /// The index of the candidate in the ranking.
    pub index: usize,
    /// The least probability with which the candidate is shown.
    pub threshold: f32,
}

/// Returns the candidates that are shown, in display order. `ranking` is best first.
///
/// `shown_before` lists the translation groups on screen, in order. They keep that order ahead of new candidates,
/// except that a candidate moves above another when it is more probable by over `margins.order`. A group on screen
/// stays until its probability is more than `margins.threshold` below the threshold.
pub(super) fn displayed(
    ranking: &[RankedCandidate<'_>],
    shown_before: &[String],
    options: &SuggestOptions,
    threshold: f32,
    margins: Margins,
) -> Vec<Displayed> {
    let best = &ranking[..options.limit.min(ranking.len())];
    let before = Before {
        shown: shown_before,
        threshold,
        margin: margins.threshold,
    };
    let candidates = match options.promise {
        Promise::First => ranking,
        Promise::Any => best,
    };
    let together = best.last().map_or(0.0, |last| last.cumulative_probability);
    let mut waiting: Vec<(Option<usize>, Displayed)> = candidates
        .iter()
        .enumerate()
        .filter_map(|(index, candidate)| {
            let (probable, threshold) = match options.promise {
                Promise::First => (
                    candidate.probability,
                    before.threshold(candidate, candidate.probability),
                ),
                Promise::Any => {
                    let of_all = best.iter();
                    let of_all = of_all.map(|candidate| before.threshold(candidate, together));
                    (together, of_all.fold(threshold, f32::min))
                }
            };
            let shown = Displayed { index, threshold };
            (probable >= threshold).then_some((before.place(candidate), shown))
        })
        .collect();
    // Those that were not shown come behind, as they are ranked.
    waiting.sort_by_key(|(place, shown)| (place.is_none(), *place, shown.index));
    let mut waiting: Vec<Displayed> = waiting.into_iter().map(|(_, shown)| shown).collect();
    let mut order = Vec::new();
    while !waiting.is_empty() && order.len() < options.limit {
        let mut probabilities = waiting.iter().map(|shown| ranking[shown.index].probability);
        let most = probabilities.clone().fold(0.0, f32::max);
        let first = probabilities
            .position(|probability| most - probability <= margins.order)
            .unwrap_or(0);
        order.push(waiting.remove(first));
    }
    order
}

/// The candidates on screen, and the data by which the threshold of each is chosen.
struct Before<'a> {
    shown: &'a [String],
    threshold: f32,
    margin: f32,
}

impl Before<'_> {
    /// Returns the place of a candidate on screen; `None` if it is not there.
    fn place(&self, candidate: &RankedCandidate<'_>) -> Option<usize> {
        let mut shown = self.shown.iter();
        shown.position(|group| group == candidate.name)
    }

    /// Returns the threshold for a candidate with this probability. It is lower for a candidate on screen whose
    /// probability falls below the usual threshold.
    fn threshold(&self, candidate: &RankedCandidate<'_>, probability: f32) -> f32 {
        if probability < self.threshold && self.place(candidate).is_some() {
            (self.threshold - self.margin).max(0.0)
        } else {
            self.threshold
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::{select, subsequence};

    use super::*;
    use crate::confidence::decision::TargetPrecision;

    const NONE: Margins = Margins {
        order: 0.0,
        threshold: 0.0,
    };
    const GROUPS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

    /// Makes a ranking of candidates with these names and probabilities, which are given best first.
    fn ranking<'a>(named: &[(&'a str, f32)]) -> Vec<RankedCandidate<'a>> {
        let mut ranking: Vec<RankedCandidate<'a>> = named
            .iter()
            .map(|&(name, probability)| RankedCandidate {
                name,
                probability,
                cumulative_probability: 0.0,
            })
            .collect();
        ranking.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        let mut none = 1.0;
        for candidate in &mut ranking {
            none *= 1.0 - candidate.probability;
            candidate.cumulative_probability = 1.0 - none;
        }
        ranking
    }

    fn groups(ranking: &[RankedCandidate<'_>], shown: &[Displayed]) -> Vec<String> {
        let groups = shown.iter().map(|shown| ranking[shown.index].name);
        groups.map(str::to_owned).collect()
    }

    #[track_caller]
    fn check(before: &[&str], now: &[(&str, f32)], expected: &[&str]) {
        let ranking = ranking(now);
        let before: Vec<String> = before.iter().map(|&group| group.to_owned()).collect();
        let margins = Margins {
            order: 0.125,
            threshold: 0.25,
        };
        let options = SuggestOptions::default();
        let shown = displayed(&ranking, &before, &options, 0.5, margins);
        assert_eq!(groups(&ranking, &shown), expected);
    }

    #[test]
    fn an_article_overtakes_one_that_is_shown_when_the_gap_is_clear() {
        check(&[], &[("a", 0.75), ("b", 0.5)], &["a", "b"]);
        check(&["a", "b"], &[("b", 0.75), ("a", 0.625)], &["a", "b"]);
        check(&["a", "b"], &[("b", 0.875), ("a", 0.625)], &["b", "a"]);
        check(&["a"], &[("new", 0.75), ("a", 0.625)], &["a", "new"]);
        check(&["a"], &[("new", 0.875), ("a", 0.625)], &["new", "a"]);
    }

    #[test]
    fn an_article_that_is_shown_stays_a_little_below_the_threshold_and_no_new_one_comes_there() {
        check(&["a"], &[("a", 0.375), ("b", 0.375)], &["a"]);
        check(&["a"], &[("a", 0.25)], &["a"]);
        check(&["a"], &[("a", 0.24)], &[]);
        check(&[], &[("a", 0.375)], &[]);
    }

    #[test]
    fn who_is_ahead_of_the_second_by_a_clear_gap_passes_the_first_too() {
        let now = [("c", 0.9375), ("b", 0.875), ("a", 0.75)];
        check(&["a", "b"], &now, &["b", "c", "a"]);
    }

    #[test]
    fn an_article_that_is_not_shown_drops_one_out_by_a_clear_gap_alone() {
        let shown = [("a", 0.75), ("b", 0.75), ("c", 0.625)];
        let with = |d: f32| [shown[0], shown[1], shown[2], ("d", d)];
        check(&["a", "b", "c"], &with(0.75), &["a", "b", "c"]);
        check(&["a", "b", "c"], &with(0.8125), &["a", "b", "d"]);
    }

    #[test]
    fn what_is_promised_of_several_together_is_kept_of_them() {
        let options = SuggestOptions {
            limit: 2,
            promise: Promise::Any,
            ..SuggestOptions::default()
        };
        let margins = Margins {
            order: 0.125,
            threshold: 0.25,
        };
        // 1 - 0.75 * 0.75 = 0.4375.
        let now = ranking(&[("a", 0.25), ("b", 0.25), ("c", 0.25)]);
        let of = |before: &[String]| {
            let shown = displayed(&now, before, &options, 0.5, margins);
            groups(&now, &shown)
        };
        assert_eq!(of(&[]), [""; 0]);
        assert_eq!(of(&["b".into()]), ["b", "a"]);
        assert_eq!(of(&["c".into()]), [""; 0]);
    }

    #[test]
    fn a_threshold_that_keeps_a_precision_has_no_margin() {
        let options = SuggestOptions {
            decision: Decision::TargetPrecision(TargetPrecision::of(0.8)),
            ..SuggestOptions::default()
        };
        assert_eq!(Margins::of(&options).threshold.to_bits(), 0.0f32.to_bits());
    }

    /// Generates rankings of some of the groups, with random probabilities.
    fn rankings() -> impl Strategy<Value = Vec<(&'static str, f32)>> {
        let named = (
            subsequence(&GROUPS, 0..=6).prop_shuffle(),
            vec(1u16..1_000, 6),
        );
        named.prop_map(|(groups, thousandths)| {
            let numbered = groups.into_iter().zip(thousandths).enumerate();
            let probability = |(place, (group, thousandths)): (u16, _)| {
                (
                    group,
                    f32::from(thousandths) / 1_000.0 + f32::from(place) / 100_000.0,
                )
            };
            let small = numbered.map(|(place, named)| (u16::try_from(place).unwrap_or(0), named));
            small.map(probability).collect()
        })
    }

    fn options() -> impl Strategy<Value = SuggestOptions> {
        (1..=4usize, select(vec![Promise::First, Promise::Any])).prop_map(|(limit, promise)| {
            SuggestOptions {
                limit,
                promise,
                ..SuggestOptions::default()
            }
        })
    }

    fn before() -> impl Strategy<Value = Vec<String>> {
        let groups = subsequence(&["a", "b", "c", "d", "gone"], 0..=5).prop_shuffle();
        groups.prop_map(|groups| groups.into_iter().map(str::to_owned).collect())
    }

    fn margins() -> impl Strategy<Value = Margins> {
        (0.0f32..0.4, 0.0f32..0.4).prop_map(|(order, threshold)| Margins { order, threshold })
    }

    proptest! {
        #[test]
        fn with_nothing_before_or_without_margins_it_is_the_best_that_are_probable_enough(
            named in rankings(),
            options in options(),
            before in before(),
            margins in margins(),
            threshold in 0.0f32..1.0,
        ) {
            let ranking = ranking(&named);
            let best = &ranking[..options.limit.min(ranking.len())];
            let together = best.last().map_or(0.0, |last| last.cumulative_probability);
            let expected: Vec<usize> = (0..best.len())
                .filter(|&index| match options.promise {
                    Promise::First => best[index].probability >= threshold,
                    Promise::Any => together >= threshold,
                })
                .collect();
            for found in [
                displayed(&ranking, &[], &options, threshold, margins),
                displayed(&ranking, &before, &options, threshold, NONE),
            ] {
                prop_assert_eq!(found.iter().map(|s| s.index).collect::<Vec<_>>(), expected.clone());
                prop_assert!(found.iter().all(|s| s.threshold.to_bits() == threshold.to_bits()));
            }
        }

        #[test]
        fn nobody_stands_behind_one_that_is_clearly_less_probable_and_each_reaches_its_threshold(
            named in rankings(),
            options in options(),
            before in before(),
            margins in margins(),
            threshold in 0.0f32..1.0,
        ) {
            let ranking = ranking(&named);
            let found = displayed(&ranking, &before, &options, threshold, margins);
            prop_assert!(found.len() <= options.limit);
            let best = &ranking[..options.limit.min(ranking.len())];
            let together = best.last().map_or(0.0, |last| last.cumulative_probability);
            for (place, of) in found.iter().enumerate() {
                let probability = ranking[of.index].probability;
                let probable = match options.promise {
                    Promise::First => probability,
                    Promise::Any => together,
                };
                prop_assert!(probable >= of.threshold);
                prop_assert!(of.threshold >= (threshold - margins.threshold).max(0.0));
                for behind in &found[place + 1..] {
                    prop_assert!(behind.index != of.index);
                    prop_assert!(ranking[behind.index].probability - probability <= margins.order);
                }
            }
            // Who is clearly better than all others is first.
            if let [first, second, ..] = &ranking[..]
                && options.promise == Promise::First
                && first.probability >= threshold
                && first.probability - second.probability > margins.order
            {
                prop_assert_eq!(found[0].index, 0);
            }
        }

        #[test]
        fn what_is_shown_is_shown_again_for_the_same_ranking(
            named in rankings(),
            options in options(),
            before in before(),
            margins in margins(),
            threshold in 0.0f32..1.0,
        ) {
            let ranking = ranking(&named);
            let once = displayed(&ranking, &before, &options, threshold, margins);
            let again = displayed(&ranking, &groups(&ranking, &once), &options, threshold, margins);
            prop_assert_eq!(groups(&ranking, &once), groups(&ranking, &again));
            // The threshold of one may rise to that of all: it reaches both.
            prop_assert_eq!(once, again);
        }
    }
}
