//! The articles to fix: the first report cards with something to do.

use super::definitions::link;
use super::format::{text, words};
use crate::cards::{ArticleCard, CardReport, Task, ToDo};
use helpdex_eval::html::number;

/// The most articles on the page; the JSON and the tables have all.
const MAX_ARTICLES: usize = 10;

pub(super) fn section(report: &CardReport) -> String {
    let cards = report.cards.iter();
    let rows: Vec<String> = cards
        .filter(|card| !card.to_do.is_empty())
        .take(MAX_ARTICLES)
        .map(row)
        .collect();
    let body = if rows.is_empty() {
        "<p>No article has something to do.</p>\n".to_owned()
    } else {
        format!(
            "<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Article</th><th scope=\"col\">To do</th><th \
             scope=\"col\">Affected</th><th scope=\"col\">Its tickets: right, another first, silent</th><th scope=\"col\">Words \
             that it lacks</th></tr></thead>\n<tbody>\n{}</tbody>\n</table></div>\n",
            rows.concat()
        )
    };
    format!(
        "<section>\n<h2>Articles to fix {}</h2>\n{body}</section>\n",
        link("task")
    )
}

fn row(card: &ArticleCard) -> String {
    let tasks: Vec<String> = card.to_do.iter().map(task).collect();
    let affected = card.to_do.first().map_or(0, |task| task.tickets);
    let tickets = &card.tickets;
    let lacks = if card.lacks.is_empty() {
        let in_title = words(&card.lacks_in_title);
        if in_title.is_empty() {
            String::new()
        } else {
            format!("in its title: {in_title}")
        }
    } else {
        words(&card.lacks)
    };
    format!(
        "<tr><th scope=\"row\">{}<span class=\"id\">{}</span></th><td>{}</td><td>{}</td><td>{}, {}, {}</td><td>{lacks}</td></tr>\n",
        text(&card.title),
        text(&card.article_id),
        tasks.join("<br>"),
        number(affected),
        number(tickets.right),
        number(tickets.lost),
        number(tickets.silent)
    )
}

fn task(task: &ToDo) -> String {
    let name = match task.kind {
        Task::AddWords => "Add the words of customers",
        Task::Merge => "Merge with, or tell apart from,",
        Task::Rewrite => "Answer the question",
        Task::Narrow => "Say what it is about",
        Task::CheckChange => "Check its last change",
        Task::UpdateTranslation => "Translate again from",
        Task::NeverSuggested => "Never suggested: is it needed?",
    };
    match &task.other {
        Some(other) => format!("{name} {}", text(other)),
        None => name.to_owned(),
    }
}
