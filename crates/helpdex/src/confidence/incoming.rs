//! The tickets that come in. Labels show them only in part, because labels are tickets that somebody decided on.

use std::fmt;

use helpdex_text::names;
use serde::{Deserialize, Serialize};

use crate::confidence::binomial::lower_bound;
use crate::confidence::count::count;
use crate::confidence::interval::Interval;
use crate::confidence::labelled::{LabelledPredictions, ShownSet};

/// The assumptions about incoming tickets that nobody decides on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Incoming {
    /// The share of incoming tickets that any article answers, in (0, 1];
    /// [`DEFAULT_ANSWERABLE_SHARE`](Self::DEFAULT_ANSWERABLE_SHARE) by default. It is used only if neither unlinked
    /// tickets nor those that no article answers show the share. With 1 the labels are taken as they are.
    pub answerable_share: f64,
    /// The way to count unlinked tickets; as answered wrongly by default.
    pub unlinked: UnlinkedTickets,
}

/// The way to count a ticket that was closed without a linked article, when an article is shown for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum UnlinkedTickets {
    /// Counts it as answered wrongly. The true precision is then at least the promised one.
    #[default]
    Wrong,
    /// Counts some of such tickets as answered rightly: the share that would be left if agents linked at random (Elkan
    /// and Noto 2008). It assumes that agents link the same share of the answerable tickets, whichever they are. This
    /// is rarely true: if agents mostly link what is easy to find, the estimate is too high.
    Estimated,
    /// Leaves the ticket out, as if it had never come.
    Ignored,
}

/// The grounds on which a precision is promised.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "grounds", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Grounds {
    /// The labels are drawn like the incoming tickets: some of them are marked as having no article.
    Labels {
        /// The share of the labels that an article answers, in [0, 1].
        answerable_share: f64,
    },
    /// There are unlinked tickets, and they count as answered wrongly.
    UnlinkedWrong {
        /// The share of all tickets that somebody linked, in [0, 1].
        linked_share: f64,
    },
    /// There are unlinked tickets, and an estimated part of them counts as answered rightly.
    UnlinkedEstimated {
        /// The share of answerable tickets that agents link, estimated from the tickets with the highest probabilities,
        /// with its 95% interval.
        link_rate: Interval,
        /// The share of all tickets that an article answers, according to the link rate.
        answerable_share: f64,
    },
    /// The share of incoming tickets that any article answers is assumed.
    AssumedShare {
        /// The assumed share, in (0, 1].
        answerable_share: f64,
    },
}

impl fmt::Display for Grounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Labels { answerable_share } => write!(
                f,
                "the labelled tickets are like those that come in: {:.0}% of them have an article",
                100.0 * answerable_share
            ),
            Self::UnlinkedWrong { linked_share } => write!(
                f,
                "an unlinked ticket that is shown something counts as wrong; {:.0}% of all tickets are linked",
                100.0 * linked_share
            ),
            Self::UnlinkedEstimated {
                link_rate,
                answerable_share,
            } => write!(
                f,
                "agents are taken to link {:.0}% ({:.0} to {:.0}) of the tickets that have an article, whichever these are; \
                 {:.0}% of all tickets would have one",
                100.0 * link_rate.value,
                100.0 * link_rate.low,
                100.0 * link_rate.high,
                100.0 * answerable_share
            ),
            Self::AssumedShare { answerable_share } => write!(
                f,
                "at least {:.0}% of the tickets that come in are taken to have an article",
                100.0 * answerable_share
            ),
        }
    }
}

/// The link rate is estimated from one in this many tickets: those with the highest probabilities, but at least
/// [`LEAST_SUREST`].
const SUREST: usize = 10;
/// The fewest tickets that the link rate is estimated from.
const LEAST_SUREST: usize = 20;
/// The probability beyond each end of the interval of the link rate.
const TAIL: f64 = 0.025;

impl Incoming {
    /// The share of incoming tickets that any article answers, if nothing shows it.
    ///
    /// The makers of one answer bot report that about half of their customers' tickets got a suggestion that fits.
    pub const DEFAULT_ANSWERABLE_SHARE: f64 = 0.5;
}

impl Default for Incoming {
    fn default() -> Self {
        Self {
            answerable_share: Self::DEFAULT_ANSWERABLE_SHARE,
            unlinked: UnlinkedTickets::default(),
        }
    }
}

names!(UnlinkedTickets, "way to count unlinked tickets" {
    Wrong => "wrong",
    Estimated => "estimated",
    Ignored => "ignored",
});

impl LabelledPredictions {
    /// Returns the grounds on which a precision is promised with these labels and assumptions.
    #[must_use]
    pub fn grounds(&self, incoming: &Incoming) -> Grounds {
        let all = self.all();
        let without_article = all.no_article + all.unlinked;
        let has_unlinked = incoming.unlinked != UnlinkedTickets::Ignored
            && all.unlinked > 0
            && self.tells_share(without_article);
        if has_unlinked {
            let linked_share = count(all.linked) / count(all.linked + without_article);
            return match incoming.unlinked {
                UnlinkedTickets::Estimated => self.estimated(linked_share),
                _ => Grounds::UnlinkedWrong { linked_share },
            };
        }
        if self.tells_share(all.no_article) {
            let answerable_share = count(all.linked) / count(all.decided().max(1));
            return Grounds::Labels { answerable_share };
        }
        Grounds::AssumedShare {
            answerable_share: incoming.answerable_share,
        }
    }

    /// Estimates the link rate: the tickets with the highest probabilities are assumed to have an article, so that the
    /// linked share among them is the link rate.
    fn estimated(&self, linked_share: f64) -> Grounds {
        let all = self.all();
        let size = (all.asked() / SUREST).max(LEAST_SUREST).min(all.asked());
        let surest = self.sets[self.sets.partition_point(|set| set.asked() < size)];
        let (linked, shown) = (surest.linked, surest.asked());
        let value = (count(linked) / count(shown)).max(linked_share);
        Grounds::UnlinkedEstimated {
            link_rate: Interval {
                value,
                low: lower_bound(linked, shown, TAIL).max(linked_share),
                // No fewer are linked than among all tickets, as far as chance goes.
                high: upper_bound(linked, shown).max(upper_bound(all.linked, all.asked())),
            },
            answerable_share: (linked_share / value).min(1.0),
        }
    }

    /// Returns the precision of a threshold for an assumed share of incoming tickets that an article answers, in [0,
    /// 1]. `None` when no label reaches the threshold, or when no label shows how tickets without an article look.
    #[must_use]
    pub fn precision_at(&self, threshold: f64, answerable_share: f64) -> Option<f64> {
        let all = self.all();
        let shown = self
            .sets
            .iter()
            .rev()
            .find(|set| set.threshold >= threshold)?;
        if answerable_share < 1.0 && all.unanswered() == 0 {
            return None;
        }
        let of_answerable = answerable_share / count(all.linked).max(1.0);
        let of_others = (1.0 - answerable_share) / count(all.unanswered()).max(1.0);
        let wrong = of_others * count(shown.unanswered())
            + of_answerable * count(shown.linked - shown.right);
        let right = of_answerable * count(shown.right);
        (right + wrong > 0.0).then(|| right / (right + wrong))
    }
}

fn upper_bound(hits: usize, all: usize) -> f64 {
    1.0 - lower_bound(all - hits, all, TAIL)
}

/// The way in which labels are counted, by the grounds of the promise.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counting {
    grounds: Grounds,
    /// The weight of a withheld ticket against a decided one.
    withheld: f64,
}

/// The numbers of labels that a test of a precision counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tested {
    pub right: usize,
    pub shown: usize,
}

impl Counting {
    pub(super) fn new(labelled: &LabelledPredictions, incoming: &Incoming) -> Self {
        let all = labelled.all();
        let grounds = labelled.grounds(incoming);
        let withheld = match grounds {
            Grounds::AssumedShare { answerable_share } => {
                let unanswered = count(all.linked) * (1.0 - answerable_share) / answerable_share;
                (unanswered - count(all.no_article)).max(0.0) / count(all.withheld.max(1))
            }
            _ => 0.0,
        };
        Self { grounds, withheld }
    }

    /// Whether tickets without an answer are assumed to come in, but no withheld ticket shows how they look.
    pub(super) fn lacks_unanswered(&self, all: &ShownSet) -> bool {
        self.withheld > 0.0 && all.withheld == 0
    }

    /// Whether the link rate is estimated.
    pub(super) fn is_estimated(&self) -> bool {
        matches!(self.grounds, Grounds::UnlinkedEstimated { .. })
    }

    /// Returns the number of labels of the set that are counted.
    pub(super) fn size(&self, set: &ShownSet) -> usize {
        set.decided() + self.extra(set)
    }

    fn extra(&self, set: &ShownSet) -> usize {
        match self.grounds {
            Grounds::UnlinkedWrong { .. } | Grounds::UnlinkedEstimated { .. } => set.unlinked,
            Grounds::AssumedShare { .. } if self.withheld > 0.0 => set.withheld,
            Grounds::Labels { .. } | Grounds::AssumedShare { .. } => 0,
        }
    }

    /// Returns the share of incoming tickets that are shown something, in [0, 1].
    pub(super) fn coverage(&self, set: &ShownSet, all: &ShownSet) -> f64 {
        self.mass(set) / self.mass(all)
    }

    /// Returns how many incoming tickets the set stands for.
    fn mass(&self, set: &ShownSet) -> f64 {
        match self.grounds {
            Grounds::AssumedShare { .. } => {
                count(set.decided()) + self.withheld * count(set.withheld)
            }
            _ => count(self.size(set)),
        }
    }

    /// Returns how many labels of the set a binomial test of the target counts as right and as shown, so that each
    /// counts as one draw of incoming tickets.
    ///
    /// With an estimated link rate `c`, only `c` of what is right is linked, so that the set counts as `c` times its
    /// size. Withheld tickets have the weight `w`, and the variance of their share grows; the set counts as `1 / ((1 -
    /// t) + t v)` as many equal labels, where `v` is the mean weight of the wrong ones and `t` the target.
    pub(super) fn tested(&self, set: &ShownSet, target: f64) -> Tested {
        let right = set.right;
        match self.grounds {
            Grounds::Labels { .. } | Grounds::UnlinkedWrong { .. } => Tested {
                right,
                shown: self.size(set),
            },
            Grounds::UnlinkedEstimated { link_rate, .. } => {
                let asked = rounded_up(count(self.size(set)) * link_rate.high);
                Tested {
                    right,
                    shown: asked.max(right),
                }
            }
            Grounds::AssumedShare { .. } => {
                let w = self.withheld;
                let alone = count(set.decided() - right);
                let withheld = count(set.withheld);
                // One more of the heavier kind, so that a few tell little of the variance.
                let heavier = w.max(1.0);
                let mean_weight = (alone + w * w * withheld + heavier * heavier)
                    / (alone + w * withheld + heavier);
                let design = ((1.0 - target) + target * mean_weight).max(f64::MIN_POSITIVE);
                if w == 0.0 {
                    return Tested {
                        right,
                        shown: set.decided(),
                    };
                }
                let wrong = rounded_up((alone + w * withheld) / design);
                let right = rounded_down(count(right) / design);
                Tested {
                    right,
                    shown: right + wrong,
                }
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn rounded_up(n: f64) -> usize {
    libm::ceil(n - 1e-9).max(0.0) as usize
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn rounded_down(n: f64) -> usize {
    libm::floor(n + 1e-9).max(0.0) as usize
}

#[cfg(test)]
mod tests {
    use oorandom::Rand64;

    use super::super::labelled::{LabelKind, Labelled};
    use super::*;

    /// A simulated help center: the probabilities and the rightness of its answers, and the tickets that come in.
    struct Stream {
        answerable_share: f64,
        /// The share of answerable tickets that agents link.
        link_rate: f64,
    }

    impl Stream {
        /// Draws a ticket: the probability of its first answer, whether any article answers it, and whether the first
        /// one does.
        fn ticket(&self, random: &mut Rand64) -> (f64, bool, bool) {
            let is_answerable = random.rand_float() < self.answerable_share;
            let probability = if is_answerable {
                libm::sqrt(random.rand_float())
            } else {
                0.9 * random.rand_float()
            };
            let is_right = is_answerable && random.rand_float() < libm::pow(probability, 0.6);
            (probability, is_answerable, is_right)
        }

        /// Returns the true precision of the answers with at least this probability, from 20,000 drawn tickets.
        fn precision(&self, threshold: f64) -> f64 {
            let mut random = Rand64::new(99);
            let tickets = (0..20_000).map(|_| self.ticket(&mut random));
            let shown: Vec<bool> = tickets
                .filter(|(probability, ..)| *probability >= threshold)
                .map(|(.., is_right)| is_right)
                .collect();
            count(shown.iter().filter(|right| **right).count()) / count(shown.len().max(1))
        }

        /// Draws the labels of `linked` linked tickets, and as many that are asked without the articles that answer
        /// them.
        fn linked_labels(&self, linked: usize, random: &mut Rand64) -> LabelledPredictions {
            let answerable = Self {
                answerable_share: 1.0,
                ..*self
            };
            let none = Self {
                answerable_share: 0.0,
                ..*self
            };
            let mut labels = Vec::new();
            for _ in 0..linked {
                let (probability, _, is_right) = answerable.ticket(random);
                labels.push(label(probability, LabelKind::Linked, is_right));
                labels.push(label(none.ticket(random).0, LabelKind::Withheld, false));
            }
            LabelledPredictions::of_tickets(labels)
        }

        /// Draws the labels of `tickets` incoming tickets, each linked or unlinked.
        fn all_labels(&self, tickets: usize, random: &mut Rand64) -> LabelledPredictions {
            let labels = (0..tickets).map(|_| {
                let (probability, is_answerable, is_right) = self.ticket(random);
                if is_answerable && random.rand_float() < self.link_rate {
                    label(probability, LabelKind::Linked, is_right)
                } else {
                    label(probability, LabelKind::Unlinked, false)
                }
            });
            LabelledPredictions::of_tickets(labels)
        }

        /// Returns the share of drawn label sets whose threshold has a lower precision than the target, and the share
        /// that has a threshold.
        fn missed(
            &self,
            incoming: &Incoming,
            target: f64,
            draw: impl Fn(&mut Rand64) -> LabelledPredictions,
        ) -> (f64, f64) {
            let mut random = Rand64::new(17);
            let (mut missed, mut found) = (0, 0);
            for _ in 0..DRAWS {
                if let Ok(threshold) = draw(&mut random).threshold(target, 0.95, incoming) {
                    found += 1;
                    missed += usize::from(self.precision(threshold.threshold) < target);
                }
            }
            (count(missed) / count(DRAWS), count(found) / count(DRAWS))
        }
    }

    const DRAWS: usize = 100;
    /// The largest share of label sets that may miss the target: 0.05, plus four standard deviations of such a share.
    const MOST_MISSED: f64 = 0.05 + 4.0 * 0.022;

    fn label(probability: f64, kind: LabelKind, is_right: bool) -> Labelled {
        Labelled {
            probability,
            kind,
            is_right,
        }
    }

    fn incoming(answerable_share: f64, unlinked: UnlinkedTickets) -> Incoming {
        Incoming {
            answerable_share,
            unlinked,
        }
    }

    #[test]
    fn an_assumed_share_that_is_true_keeps_the_target() {
        // Where few tickets have an article, those without one weigh more than their number tells.
        for (share, least_found) in [(0.2, 0.2), (0.5, 0.5), (0.8, 0.5)] {
            let stream = Stream {
                answerable_share: share,
                link_rate: 1.0,
            };
            let assumed = incoming(share, UnlinkedTickets::Wrong);
            for labels in [150, 600] {
                let (missed, found) =
                    stream.missed(&assumed, 0.8, |random| stream.linked_labels(labels, random));
                assert!(missed <= MOST_MISSED, "{share}, {labels}: {missed}");
                assert!(
                    labels < 600 || found > least_found,
                    "{share}, {labels}: {found}"
                );
            }
        }
    }

    #[test]
    fn another_share_than_the_assumed_one_is_told() {
        let assumed = incoming(0.5, UnlinkedTickets::Wrong);
        let of_share = |answerable_share| Stream {
            answerable_share,
            link_rate: 1.0,
        };
        let labels = of_share(0.5).linked_labels(4_000, &mut Rand64::new(3));
        let threshold = labels.threshold(0.8, 0.95, &assumed).unwrap().threshold;
        for share in [0.2, 0.35, 0.5, 0.8, 1.0] {
            let told = labels.precision_at(threshold, share).unwrap();
            let truth = of_share(share).precision(threshold);
            assert!((told - truth).abs() < 0.06, "{share}: {told} {truth}");
        }
        // With fewer answerable tickets than assumed the target does not hold, and that is told.
        assert!(labels.precision_at(threshold, 0.2).unwrap() < 0.7);
        // As it was: nobody without an article comes in.
        let all = labels.threshold(0.8, 0.95, &incoming(1.0, UnlinkedTickets::Wrong));
        assert!(all.unwrap().threshold < threshold);
    }

    #[test]
    fn unlinked_tickets_as_wrong_keep_the_target_at_any_link_rate() {
        for link_rate in [0.2, 0.6, 0.95] {
            let stream = Stream {
                answerable_share: 0.7,
                link_rate,
            };
            let strict = incoming(0.5, UnlinkedTickets::Wrong);
            let (missed, _) =
                stream.missed(&strict, 0.7, |random| stream.all_labels(1_000, random));
            assert!(missed <= MOST_MISSED, "{link_rate}: {missed}");
        }
    }

    #[test]
    fn links_at_random_are_estimated_and_keep_the_target() {
        for link_rate in [0.2, 0.6, 0.9] {
            let stream = Stream {
                answerable_share: 0.7,
                link_rate,
            };
            let estimated = incoming(0.5, UnlinkedTickets::Estimated);
            let draw = |random: &mut Rand64| stream.all_labels(2_000, random);
            let (missed, found) = stream.missed(&estimated, 0.8, draw);
            assert!(missed <= MOST_MISSED, "{link_rate}: {missed}");
            // What the link rate leaves open costs most where few tickets are linked.
            assert!(link_rate < 0.9 || found > 0.5, "{link_rate}: {found}");
            let Grounds::UnlinkedEstimated {
                link_rate: rate,
                answerable_share,
            } = draw(&mut Rand64::new(5)).grounds(&estimated)
            else {
                panic!("unlinked tickets are there");
            };
            assert!(rate.low <= link_rate && link_rate <= rate.high, "{rate:?}");
            assert!((answerable_share - 0.7).abs() < 0.2, "{answerable_share}");
        }
    }

    #[test]
    fn the_grounds_are_what_the_labels_tell() {
        let of = |counts: [usize; 4]| {
            let kinds = [
                LabelKind::Linked,
                LabelKind::NoArticle,
                LabelKind::Unlinked,
                LabelKind::Withheld,
            ];
            let labels = kinds.into_iter().zip(counts);
            LabelledPredictions::of_tickets(
                labels.flat_map(|(kind, n)| std::iter::repeat_n(label(0.5, kind, true), n)),
            )
        };
        let name = |counts, unlinked| {
            let grounds = of(counts).grounds(&incoming(0.5, unlinked));
            serde_json::to_value(grounds).unwrap()["grounds"].to_string()
        };
        let (wrong, ignored) = (UnlinkedTickets::Wrong, UnlinkedTickets::Ignored);
        assert_eq!(name([90, 10, 0, 90], wrong), "\"labels\"");
        // A hundred marks among thousands are those that somebody happened to make.
        assert_eq!(name([9_900, 100, 0, 90], wrong), "\"assumed_share\"");
        assert_eq!(name([90, 0, 0, 90], wrong), "\"assumed_share\"");
        assert_eq!(name([90, 0, 30, 90], wrong), "\"unlinked_wrong\"");
        assert_eq!(name([90, 0, 30, 90], ignored), "\"assumed_share\"");
        assert_eq!(
            name([90, 0, 30, 90], UnlinkedTickets::Estimated),
            "\"unlinked_estimated\""
        );
    }

    #[test]
    fn labels_of_equal_weight_are_counted_one_by_one() {
        let labels = (0..40).map(|n| label(0.9, LabelKind::Linked, n < 30));
        let withheld = (0..40).map(|_| label(0.9, LabelKind::Withheld, false));
        let labels = LabelledPredictions::of_tickets(labels.chain(withheld));
        let counting = |share| Counting::new(&labels, &incoming(share, UnlinkedTickets::Wrong));
        let tested = |share| counting(share).tested(&labels.all(), 0.8);
        assert_eq!(
            tested(0.5),
            Tested {
                right: 30,
                shown: 80
            }
        );
        assert_eq!(
            tested(1.0),
            Tested {
                right: 30,
                shown: 40
            }
        );
        // At a share of 0.8 each withheld ticket counts a quarter.
        assert!((counting(0.8).coverage(&labels.all(), &labels.all()) - 1.0).abs() < 1e-12);
        let Tested { right, shown } = tested(0.8);
        assert!(
            (count(right) / count(shown) - 0.6).abs() < 0.02,
            "{right} of {shown}"
        );
    }
}
