//! The page: its frame, its headline and its style.

use helpdex_eval::html::{number, page_start, plural};

use super::report::LeadReport;
use super::{articles, copies, definitions, gaps, outcome, trends};

const STYLE: &str = include_str!("style.css");

/// Writes the report as one HTML page in UTF-8, without a script, a link to elsewhere or anything that is loaded. It can be
/// printed, and follows the colours of the system. All text from outside is escaped.
#[must_use]
pub fn html_page(report: &LeadReport) -> String {
    let parts = [
        page_start(&format!("Help center report, {}", report.at.date()), STYLE),
        header(report),
        outcome::section(&report.metrics),
        trends::section(report),
        gaps::section(&report.gaps),
        articles::section(&report.cards),
        copies::section(&report.copies),
        definitions::section(),
        FOOTER.to_owned(),
        "</main>\n</body>\n</html>\n".to_owned(),
    ];
    parts.concat()
}

const FOOTER: &str = "<footer>\n<p>Written by <code>helpdex report</code>. The page loads nothing. It shows words that several \
     requesters used, and the masked text of a ticket only where extracts were asked for.</p>\n</footer>\n";

fn header(report: &LeadReport) -> String {
    let headline = match (report.gaps.gaps.len(), tasks(report)) {
        (0, 0) => "Nothing stands out.".to_owned(),
        (gaps, tasks) => format!(
            "{} to write, and {} to fix.",
            plural(gaps, "article"),
            plural(tasks, "article")
        ),
    };
    format!(
        "<header>\n<p class=\"eyebrow\">Help center report, {}</p>\n<h1>{headline}</h1>\n<p class=\"lede\">{} were read against \
         {}; {} of them got no good answer. {} followed in events.</p>\n</header>\n",
        report.at.date(),
        plural(report.gaps.tickets, "solved ticket"),
        plural(report.articles, "article"),
        number(report.gaps.unanswered),
        plural(report.cards.visits, "visit"),
    )
}

/// Returns the number of articles with something to do that affects a ticket or a visit.
fn tasks(report: &LeadReport) -> usize {
    let cards = report.cards.cards.iter();
    let affected = cards.filter_map(|card| card.to_do.first().map(|task| task.tickets));
    affected.filter(|tickets| *tickets > 0).count()
}
