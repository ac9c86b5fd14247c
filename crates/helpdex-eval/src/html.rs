//! Parts of the pages that Helpdex writes: their beginning, numbers and counts.

use helpdex::escape_html;

/// Begins an HTML page in UTF-8, up to its content: its title, which is escaped, and its style, which is not. The page
/// loads nothing, runs no script, and follows the colours of the system.
#[must_use]
pub fn page_start(title: &str, style: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n",
        escape_html(title)
    )
}

/// Formats a share as `27%`.
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{:.0}%", 100.0 * share)
}

/// Formats a count as `12,345`.
#[must_use]
pub fn number(n: usize) -> String {
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
#[must_use]
pub fn plural(n: usize, name: &str) -> String {
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
