//! Combines verdicts into past tickets, and limits how much repetitions, clicks and the tickets of one article count.

use std::collections::{BTreeMap, BTreeSet};

use crate::confidence::LabelKind;
use crate::feedback_event::clean::CleanFeedback;
use crate::train::past_ticket::{MAX_REPETITIONS, Opinion, PastTicket, Repetitions, requester};

/// The age, compared to the newest verdict, at which the weight of a verdict would be half. Articles change within
/// years, and most right answers stay right. Two months without a lower limit were much too short (nDCG@10 0.55 to 0.35
/// on tickets of five months); no set has tickets of several years to measure longer ones.
const HALF_LIFE_SECONDS: f64 = 3.0 * 365.25 * 86_400.0;
/// The least factor of a verdict's weight that its age leaves.
const LEAST_AGEING: f32 = 0.5;

/// The most tickets that are learned from: enough for all of the gain, and trained within seconds. If there are more,
/// the oldest tickets of the articles with the most tickets are dropped first.
pub(super) const MAX_TICKETS: usize = 15_000;

/// Returns the past tickets of the readers who see the articles that `key_of` knows, ordered by id.
///
/// `key_of` returns the key of an article: that of its translation group, or that of the article alone if several
/// articles of one locale name the group, so that a verdict counts for the article that it names. Links to other
/// articles are ignored. A later verdict on the same ticket and article replaces an earlier one.
pub(super) fn past_tickets<'a>(
    verdicts: &'a [CleanFeedback],
    key_of: impl Fn(&str) -> Option<u64>,
) -> Vec<PastTicket<'a>> {
    let mut opinions: BTreeMap<&str, Opinion> = BTreeMap::new();
    for (index, solved) in verdicts.iter().enumerate() {
        let groups: Vec<u64> = solved.articles.iter().filter_map(|id| key_of(id)).collect();
        if groups.is_empty() && solved.verdict.names_articles() {
            continue;
        }
        let opinion = opinions.entry(&solved.ticket_id).or_default();
        opinion.add(solved.verdict, &groups);
        opinion.newest = Some(index);
    }
    // Those on articles that are not seen make no other older.
    let newest_at = opinions
        .values()
        .filter_map(|opinion| Some(verdicts[opinion.newest?].at.unix_seconds()))
        .max();
    let mut tickets: Vec<PastTicket<'a>> = opinions
        .into_values()
        .filter_map(|opinion| {
            let solved = &verdicts[opinion.newest?];
            let age = newest_at
                .unwrap_or(0)
                .saturating_sub(solved.at.unix_seconds());
            opinion.weigh(solved, ageing(age))
        })
        .collect();
    limit_clicks(&mut tickets);
    join_repetitions(&mut tickets);
    limit_number(&mut tickets, MAX_TICKETS);
    tickets
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
fn ageing(age_seconds: i64) -> f32 {
    (libm::exp2(-(age_seconds as f64) / HALF_LIFE_SECONDS) as f32).max(LEAST_AGEING)
}

/// Limits clicks, because an article that is shown more is clicked more: all clicks on an article together weigh at
/// most one ticket more than the decisions on it, and a requester's click on an article counts once.
fn limit_clicks(tickets: &mut Vec<PastTicket<'_>>) {
    let mut clicked = BTreeSet::new();
    // The newest one of a requester counts.
    let mut order: Vec<usize> = (0..tickets.len()).collect();
    order.sort_by_key(|&index| (std::cmp::Reverse(tickets[index].solved.at), index));
    let mut repeated = BTreeSet::new();
    for index in order {
        let ticket = &tickets[index];
        if ticket.is_click() {
            let mut is_new = false;
            for group in ticket.right.keys() {
                is_new |= clicked.insert((requester(ticket.solved), *group));
            }
            if !is_new {
                repeated.insert(index);
            }
        }
    }
    let mut index = 0;
    tickets.retain(|_| {
        index += 1;
        !repeated.contains(&(index - 1))
    });
    let mut sums: BTreeMap<u64, (f32, f32)> = BTreeMap::new();
    for ticket in &*tickets {
        for (group, share) in &ticket.right {
            let (decided, clicks) = sums.entry(*group).or_default();
            let sum = if ticket.is_click() { clicks } else { decided };
            *sum += share * ticket.weight;
        }
    }
    for ticket in tickets {
        if ticket.is_click() {
            let factor = |group| {
                let (decided, clicks) = sums[group];
                ((decided + 1.0) / clicks).min(1.0)
            };
            let least = ticket.right.keys().map(factor).fold(1.0, f32::min);
            ticket.weight *= least;
            ticket.repetitions.weight = ticket.weight;
        }
    }
}

/// Joins the tickets with the same text and the same answer: the newest of them stands for all.
fn join_repetitions(tickets: &mut Vec<PastTicket<'_>>) {
    type Answer = (Vec<u64>, Vec<u64>, LabelKind, bool);
    let mut same: BTreeMap<(&str, &str, Answer), Vec<usize>> = BTreeMap::new();
    for (index, ticket) in tickets.iter().enumerate() {
        let answer = (
            ticket.right.keys().copied().collect(),
            ticket.rejected.iter().copied().collect(),
            ticket.kind(),
            ticket.is_click(),
        );
        let text = (&*ticket.solved.subject, &*ticket.solved.text, answer);
        same.entry(text).or_default().push(index);
    }
    let mut dropped = BTreeSet::new();
    for mut indices in same.into_values() {
        let (Some(oldest), true) = (oldest(tickets, &indices), indices.len() > 1) else {
            continue;
        };
        indices.sort_by_key(|&index| (std::cmp::Reverse(tickets[index].solved.at), index));
        let all = indices.iter().map(|&index| &tickets[index]);
        let counted = all.clone().take(MAX_REPETITIONS);
        let repetitions = Repetitions {
            oldest,
            weight: counted.clone().map(|ticket| ticket.weight).sum(),
            requesters: all.map(|ticket| requester(ticket.solved)).collect(),
            times: counted
                .map(|ticket| ticket.solved.at.unix_seconds())
                .collect(),
        };
        tickets[indices[0]].repetitions = repetitions;
        dropped.extend(indices.split_off(1));
    }
    drop_indices(tickets, &dropped);
}

/// Returns the oldest of some tickets, of equally old ones the first by id; `None` for none.
fn oldest<'a>(tickets: &[PastTicket<'a>], indices: &[usize]) -> Option<&'a CleanFeedback> {
    let solved = indices.iter().map(|&index| tickets[index].solved);
    solved.min_by_key(|solved| (solved.at, &solved.ticket_id))
}

/// Keeps the newest tickets of each article, as many for each as the total limit allows.
fn limit_number(tickets: &mut Vec<PastTicket<'_>>, limit: usize) {
    if tickets.len() <= limit {
        return;
    }
    let mut by_answer: BTreeMap<Option<u64>, Vec<usize>> = BTreeMap::new();
    for (index, ticket) in tickets.iter().enumerate() {
        let first = ticket.right.keys().next().copied();
        by_answer.entry(first).or_default().push(index);
    }
    let kept = |most: usize| -> usize {
        by_answer
            .values()
            .map(|indices| indices.len().min(most))
            .sum()
    };
    let (mut low, mut high) = (0, tickets.len());
    while low < high {
        let middle = (low + high).div_ceil(2);
        if kept(middle) <= limit {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    let mut dropped = BTreeSet::new();
    for (_, mut indices) in by_answer {
        if indices.len() > low {
            indices.sort_by_key(|&index| (std::cmp::Reverse(tickets[index].solved.at), index));
            dropped.extend(indices.split_off(low));
        }
    }
    drop_indices(tickets, &dropped);
}

fn drop_indices(tickets: &mut Vec<PastTicket<'_>>, dropped: &BTreeSet<usize>) {
    let mut index = 0;
    tickets.retain(|_| {
        index += 1;
        !dropped.contains(&(index - 1))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feedback_event::verdict::{Rejection, Verdict};
    use crate::timestamp::Timestamp;

    fn verdict(id: &str, at: i64, verdict: Verdict, articles: &[&str]) -> CleanFeedback {
        CleanFeedback {
            at: Timestamp::from_unix_seconds(at),
            ticket_id: id.to_owned(),
            verdict,
            articles: articles.iter().map(|id| (*id).to_owned()).collect(),
            requester: None,
            locale: None,
            subject: String::new(),
            text: format!("the text of {id}"),
            vector: None,
        }
    }

    /// Combines verdicts into past tickets. Each article is its own group, with its id as the number; article "9" is
    /// not visible.
    fn fold(verdicts: &[CleanFeedback]) -> Vec<PastTicket<'_>> {
        past_tickets(verdicts, |id| id.parse().ok().filter(|group| *group != 9))
    }

    #[test]
    fn the_later_verdict_on_a_ticket_and_an_article_counts() {
        let verdicts = [
            verdict("a", 1, Verdict::Resolved, &["1", "2"]),
            verdict("a", 2, Verdict::Rejected(Rejection::NotRelated), &["1"]),
            verdict("b", 1, Verdict::NoArticle, &[]),
            verdict("b", 2, Verdict::Clicked, &["1"]),
            verdict("c", 1, Verdict::NoArticle, &[]),
            verdict("c", 2, Verdict::Linked, &["3"]),
        ];
        let tickets = fold(&verdicts);
        assert_eq!(tickets[0].right, [(2, 1.0)].into());
        assert_eq!(tickets[0].rejected, [1].into());
        assert!(tickets[1].has_no_article && tickets[1].right.is_empty());
        assert_eq!(tickets[2].right, [(3, 1.0)].into());
        assert!(!tickets[2].has_no_article);
    }

    #[test]
    fn whatever_else_is_known_of_a_ticket_takes_the_place_of_unlinked() {
        let unlinked = |id| verdict(id, 5, Verdict::Unlinked, &[]);
        let verdicts = [
            unlinked("a"),
            unlinked("b"),
            verdict("b", 9, Verdict::Linked, &["1"]),
            unlinked("c"),
            verdict("c", 1, Verdict::NoArticle, &[]),
            unlinked("d"),
            verdict("d", 9, Verdict::Rejected(Rejection::Unknown), &["1"]),
            // An article that is not seen is as if nobody had linked it.
            unlinked("e"),
            verdict("e", 9, Verdict::Linked, &["9"]),
        ];
        let tickets = fold(&verdicts);
        let kinds: Vec<_> = tickets.iter().map(PastTicket::kind).collect();
        let (linked, unlinked) = (LabelKind::Linked, LabelKind::Unlinked);
        assert_eq!(
            kinds,
            [unlinked, linked, LabelKind::NoArticle, linked, unlinked]
        );
        assert!(tickets[0].weight < tickets[2].weight && tickets[0].has_no_article);
        assert!(tickets[3].right.is_empty() && !tickets[3].has_no_article);
    }

    #[test]
    fn articles_that_are_not_seen_are_as_if_nobody_had_named_them() {
        let seen = [
            verdict("a", 1, Verdict::NoArticle, &[]),
            verdict("b", 1, Verdict::Linked, &["1"]),
        ];
        let all = [
            verdict("a", 1, Verdict::NoArticle, &[]),
            verdict("a", 2, Verdict::Linked, &["9"]),
            verdict("b", 1, Verdict::Linked, &["1", "9"]),
            // Years later: the others are not older for it.
            verdict("c", 200_000_000, Verdict::Linked, &["9"]),
        ];
        let weights = |verdicts: &[CleanFeedback]| -> Vec<_> {
            fold(verdicts)
                .into_iter()
                .map(|t| {
                    (
                        t.solved.ticket_id.clone(),
                        t.right,
                        t.has_no_article,
                        t.weight,
                    )
                })
                .collect()
        };
        assert_eq!(weights(&seen), weights(&all));
    }

    #[test]
    fn many_clicks_weigh_little_more_than_what_was_decided() {
        let mut verdicts: Vec<CleanFeedback> = (0..100)
            .map(|n| verdict(&format!("click {n}"), 5, Verdict::Clicked, &["1"]))
            .collect();
        verdicts.push(verdict("decided", 5, Verdict::Linked, &["1"]));
        let sum: f32 = fold(&verdicts).iter().map(|ticket| ticket.weight).sum();
        // One that was decided, and 100 clicks of 0.2, limited to 1 + 1.
        assert!((sum - 3.0).abs() < 1e-3, "{sum}");
    }

    #[test]
    fn a_ticket_solved_by_many_articles_counts_as_one_and_a_flood_as_ten() {
        let many: Vec<String> = (10..60).map(|n| n.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let tickets = [verdict("a", 1, Verdict::Linked, &many)];
        let tickets = fold(&tickets);
        assert_eq!(tickets[0].right.len(), 50);
        assert!(
            tickets[0]
                .right
                .values()
                .all(|share| (share - 0.02).abs() < 1e-6)
        );

        let flood: Vec<CleanFeedback> = (0..1_000)
            .map(|n| CleanFeedback {
                text: "the same".to_owned(),
                ..verdict(&n.to_string(), n, Verdict::Linked, &["1"])
            })
            .collect();
        let tickets = fold(&flood);
        assert_eq!(tickets.len(), 1);
        assert_eq!(tickets[0].solved.at.unix_seconds(), 999);
        assert!((tickets[0].weight - 1.0).abs() < 1e-6);
        assert!((tickets[0].repetitions.weight - 10.0).abs() < 1e-3);
        assert_eq!(tickets[0].repetitions.requesters.len(), 1_000);
        assert_eq!(tickets[0].repetitions.oldest.at.unix_seconds(), 0);
        assert_eq!(tickets[0].repetitions.times.len(), MAX_REPETITIONS);
    }

    #[test]
    fn beyond_the_limit_the_oldest_of_the_most_asked_article_go() {
        let verdicts: Vec<CleanFeedback> = (0..30)
            .map(|n| {
                verdict(
                    &format!("{n:02}"),
                    n,
                    Verdict::Linked,
                    &[if n < 5 { "1" } else { "2" }],
                )
            })
            .collect();
        let mut tickets = fold(&verdicts);
        limit_number(&mut tickets, 12);
        let of = |group| {
            tickets
                .iter()
                .filter(|t| t.right.contains_key(&group))
                .count()
        };
        assert_eq!((of(1), of(2)), (5, 7));
        assert!(
            tickets
                .iter()
                .all(|t| t.solved.at.unix_seconds() < 5 || t.solved.at.unix_seconds() >= 23)
        );
    }

    #[test]
    fn old_tickets_count_less() {
        let one_and_a_half_years = ageing(3 * 365 * 43_200 + 32_400);
        assert!((one_and_a_half_years - std::f32::consts::FRAC_1_SQRT_2).abs() < 1e-3);
        assert!((ageing(0) - 1.0).abs() < 1e-6 && (ageing(i64::MAX) - 0.5).abs() < 1e-6);
    }
}
