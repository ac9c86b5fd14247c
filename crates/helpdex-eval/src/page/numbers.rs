//! Formats numbers for the page.

use helpdex::confidence::Interval;

/// Formats a share as `27%`.
pub(super) fn percent(share: f64) -> String {
    format!("{:.0}%", 100.0 * share)
}

/// Formats an interval as `21 to 33%`.
pub(super) fn percent_interval(interval: &Interval) -> String {
    format!(
        "{:.0} to {:.0}%",
        100.0 * interval.low,
        100.0 * interval.high
    )
}

/// Formats a count as `12,345`.
pub(super) fn number(n: usize) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Formats a count with its noun, as `1 ticket` or `2 tickets`.
pub(super) fn plural(n: usize, name: &str) -> String {
    let ending = if n == 1 { "" } else { "s" };
    format!("{} {name}{ending}", number(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_counted() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(plural(1, "ticket"), "1 ticket");
        assert_eq!(plural(2_000, "ticket"), "2,000 tickets");
    }
}
