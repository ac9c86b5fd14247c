//! Formats intervals for the page.

use helpdex::confidence::Interval;

/// Formats an interval as `21 to 33%`.
pub(super) fn percent_interval(interval: &Interval) -> String {
    format!(
        "{:.0} to {:.0}%",
        100.0 * interval.low,
        100.0 * interval.high
    )
}
