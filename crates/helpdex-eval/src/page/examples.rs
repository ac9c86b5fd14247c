//! Shows a few tickets of each kind, with their answers and the right articles.

use helpdex::escape_html;

use crate::evaluated_ticket::EvaluatedTicket;
use crate::evaluation::Evaluation;
use crate::extract::extract;
use crate::html::percent;

/// The most tickets that are shown of each kind.
const EXAMPLES: usize = 4;
/// The most characters of a ticket that are shown.
const TICKET_CHARS: usize = 260;
/// The most characters of an article's title that are shown.
const TITLE_CHARS: usize = 120;

pub(super) fn section(evaluation: &Evaluation) -> String {
    let mut right = Vec::new();
    let mut wrong = Vec::new();
    let mut missed = Vec::new();
    let mut silent = Vec::new();
    for ticket in &evaluation.tickets {
        let judged = &ticket.judged;
        let kind = match judged.first_offered() {
            Some(first) if judged.is_right(Some(first)) => &mut right,
            Some(_) => &mut wrong,
            None if judged.is_answerable() => &mut missed,
            None => &mut silent,
        };
        kind.push(ticket);
    }
    for tickets in [&mut right, &mut wrong, &mut missed, &mut silent] {
        tickets.sort_by(|a: &&EvaluatedTicket, b: &&EvaluatedTicket| {
            let (a, b) = (&a.judged, &b.judged);
            b.top_probability.total_cmp(&a.top_probability)
        });
    }
    let kinds = [
        kind(
            "right",
            "Answered, right",
            "from the surest to the least sure",
            &spread(&right),
            evaluation,
        ),
        kind(
            "wrong",
            "Answered, wrong",
            "the surest ones",
            first(&wrong),
            evaluation,
        ),
        kind(
            "missed",
            "Silent, though an article helps",
            "those that came closest to an answer",
            first(&missed),
            evaluation,
        ),
        kind(
            "silent",
            "Silent, and nothing helps",
            "those that came closest to an answer",
            first(&silent),
            evaluation,
        ),
    ];
    format!(
        "<section class=\"examples\">\n<h2>Examples</h2>\n{}</section>\n",
        kinds.concat()
    )
}

fn first<'a, 'b>(tickets: &'b [&'a EvaluatedTicket]) -> &'b [&'a EvaluatedTicket] {
    &tickets[..tickets.len().min(EXAMPLES)]
}

/// Returns a few tickets, evenly spread from the first to the last.
fn spread<'a>(tickets: &[&'a EvaluatedTicket]) -> Vec<&'a EvaluatedTicket> {
    if tickets.len() <= EXAMPLES {
        return tickets.to_vec();
    }
    (0..EXAMPLES)
        .map(|i| tickets[i * (tickets.len() - 1) / (EXAMPLES - 1)])
        .collect()
}

fn kind(
    class: &str,
    name: &str,
    order: &str,
    tickets: &[&EvaluatedTicket],
    evaluation: &Evaluation,
) -> String {
    if tickets.is_empty() {
        return String::new();
    }
    let cards: Vec<String> = tickets
        .iter()
        .map(|ticket| card(ticket, evaluation))
        .collect();
    format!(
        "<h3 class=\"{class}\">{name} <span class=\"note\">{order}</span></h3>\n<ul class=\"cards\">\n{}</ul>\n",
        cards.concat()
    )
}

fn card(ticket: &EvaluatedTicket, evaluation: &Evaluation) -> String {
    let judged = &ticket.judged;
    let text = match ticket.extract(TICKET_CHARS) {
        empty if empty.is_empty() => "<i>an empty ticket</i>".to_owned(),
        text => format!("<bdi>{}</bdi>", escape_html(&text)),
    };
    let first = judged.ranking.first().map_or_else(
        || "<p>no article matched</p>".to_owned(),
        |id| {
            let verb = if judged.offered.is_empty() { "nearest" } else { "answered" };
            format!(
                "<p><span class=\"label\">{verb}</span><span>{} <span class=\"probability\">{}</span></span></p>",
                title(id, evaluation),
                percent(judged.top_probability)
            )
        },
    );
    let first_is_right = judged.is_right(judged.ranking.first().map(String::as_str));
    let should = if first_is_right && !judged.offered.is_empty() {
        String::new()
    } else if first_is_right {
        "<p><span class=\"label\">right one</span><span>the same</span></p>".to_owned()
    } else if judged.is_answerable() {
        let relevant = judged.grades.iter().filter(|(_, grade)| **grade > 0);
        let mut best: Vec<(&String, &u32)> = relevant.collect();
        best.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let more = match best.len() {
            1 => String::new(),
            several => format!(" <span class=\"note\">and {} more</span>", several - 1),
        };
        let id = best.first().map_or("", |(id, _)| id.as_str());
        format!(
            "<p><span class=\"label\">right one</span><span>{}{more}</span></p>",
            title(id, evaluation)
        )
    } else {
        let kind = judged.unanswerable.as_deref().unwrap_or_default();
        let kind = match kind {
            "" => String::new(),
            kind => format!(
                " <span class=\"note\">{}</span>",
                escape_html(&kind.replace('_', " "))
            ),
        };
        format!("<p><span class=\"label\">right one</span><span>no article{kind}</span></p>")
    };
    format!("<li><blockquote>{text}</blockquote>{first}{should}</li>\n")
}

/// Returns the title of an article, or its id when it has no title or is not in the help center.
fn title(id: &str, evaluation: &Evaluation) -> String {
    let title = evaluation.titles.get(id).map(|title| title.trim());
    let shown = title.filter(|title| !title.is_empty()).unwrap_or(id);
    format!("<bdi>{}</bdi>", escape_html(&extract(shown, TITLE_CHARS)))
}
