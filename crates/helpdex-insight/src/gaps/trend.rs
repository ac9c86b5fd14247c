//! Whether more requesters ask than before.

use std::collections::BTreeSet;

use helpdex::confidence::clopper_pearson;

use super::options::GapOptions;
use super::report::{Trend, TrendDirection};
use super::unanswered::UnansweredTicket;

/// Compares the last days with the time before. Where the share of the group in all requesters does not change, its
/// requesters fall into the last days as often as those of all tickets do; the number that do is binomial (Przyborowski and
/// Wilenski 1940), and its exact interval (Clopper and Pearson 1934) tells whether that is chance.
/// `None` for a group without tickets.
pub(super) fn trend(
    members: &[&UnansweredTicket],
    all: &[UnansweredTicket],
    options: &GapOptions,
) -> Option<Trend> {
    let newest = all.iter().map(|ticket| ticket.at.unix_seconds()).max();
    let begin = newest
        .unwrap_or(0)
        .saturating_sub(i64::from(options.recent_days) * 86_400);
    let (recent, before) = requesters_since(members.iter().copied(), begin);
    let (all_recent, all_before) = requesters_since(all.iter(), begin);
    let expected_share = share(all_recent, all_recent + all_before);
    let recent_share = clopper_pearson(recent, recent + before)?;
    // Without a time before there is nothing to compare with.
    let direction = if all_before == 0 {
        TrendDirection::Steady
    } else if recent_share.low > expected_share && before == 0 {
        TrendDirection::New
    } else if recent_share.low > expected_share {
        TrendDirection::Rising
    } else if recent_share.high < expected_share {
        TrendDirection::Falling
    } else {
        TrendDirection::Steady
    };
    Some(Trend {
        direction,
        recent,
        before,
        recent_share,
        expected_share,
    })
}

/// Returns the number of distinct requesters from this moment on, and before.
fn requesters_since<'t>(
    tickets: impl Iterator<Item = &'t UnansweredTicket>,
    begin: i64,
) -> (usize, usize) {
    let (mut recent, mut before) = (BTreeSet::new(), BTreeSet::new());
    for ticket in tickets {
        let is_recent = ticket.at.unix_seconds() > begin;
        let set = if is_recent { &mut recent } else { &mut before };
        set.insert(&*ticket.requester);
    }
    (recent.len(), before.len())
}

#[expect(clippy::cast_precision_loss, reason = "counts of requesters")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    part as f64 / whole as f64
}
