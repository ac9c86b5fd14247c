//! The articles to write: the first gaps.

use super::definitions::link;
use super::format::{text, words};
use crate::gaps::{Cause, Gap, GapReport, TrendDirection};
use helpdex_eval::html::{number, percent, plural};

/// The most gaps on the page; the JSON and the tables have all.
const MAX_GAPS: usize = 10;

pub(super) fn section(report: &GapReport) -> String {
    let mut list = String::new();
    for gap in report.gaps.iter().take(MAX_GAPS) {
        list.push_str(&card(gap));
    }
    let body = if list.is_empty() {
        "<p>No group of tickets without a good answer is large enough to be shown.</p>\n".to_owned()
    } else {
        format!("<ul class=\"cards\">\n{list}</ul>\n")
    };
    format!(
        "<section>\n<h2>Articles to write {}</h2>\n<p class=\"note\">{} of {} got no good answer; {} of those are in the gaps \
         that were found.</p>\n{body}</section>\n",
        link("gap"),
        number(report.unanswered),
        plural(report.tickets, "ticket"),
        number(report.in_gaps)
    )
}

fn card(gap: &Gap) -> String {
    let mut lines = vec![format!(
        "<p class=\"facts\"><span class=\"cause\">{}</span> {}, {} {}</p>\n",
        cause(gap.cause),
        plural(gap.requesters, "requester"),
        plural(gap.tickets, "ticket"),
        trend(gap.trend.direction)
    )];
    if !gap.phrases.is_empty() {
        let phrases = gap.phrases.iter();
        let phrases: Vec<String> = phrases.map(|phrase| text(&phrase.text)).collect();
        lines.push(format!("<p>They write: {}</p>\n", phrases.join(", ")));
    }
    if let Some(nearest) = &gap.nearest {
        let lacks = if nearest.lacks.is_empty() {
            String::new()
        } else {
            format!("; it lacks {}", words(&nearest.lacks))
        };
        lines.push(format!(
            "<p class=\"note\">Nearest article: {}, {} probable{lacks}</p>\n",
            text(&nearest.title),
            percent(nearest.probability)
        ));
    }
    if let Some(extract) = &gap.extract {
        lines.push(format!("<blockquote>{}</blockquote>\n", text(extract)));
    }
    format!(
        "<li><h3>{}</h3>\n{}</li>\n",
        words(&gap.words),
        lines.concat()
    )
}

fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Missing => "No article",
        Cause::NotFound => "Linked by agents, not found",
        Cause::NotVisible => "Not visible to them",
        Cause::OtherLanguage => "In another language",
        Cause::DoesNotHelp => "Does not help",
    }
}

fn trend(direction: TrendDirection) -> &'static str {
    match direction {
        TrendDirection::New => "<b class=\"up\">new</b>",
        TrendDirection::Rising => "<b class=\"up\">rising</b>",
        TrendDirection::Steady => "",
        TrendDirection::Falling => "falling",
    }
}
