//! Copies, and sentences that differ in a value.

use super::definitions::link;
use super::format::text;
use crate::copies::{Copies, Place};
use helpdex_eval::html::percent;

/// The most pairs of each kind on the page; the JSON and the tables have all.
const MAX_PAIRS: usize = 10;

pub(super) fn section(copies: &Copies) -> String {
    let mut body = String::new();
    let differing = copies.differing.iter().take(MAX_PAIRS);
    let differing: Vec<String> = differing
        .map(|pair| {
            format!(
                "<tr><td>{}<br>{}</td><td>{}<br>{}</td></tr>\n",
                text(&pair.left_sentence),
                place(&pair.left),
                text(&pair.right_sentence),
                place(&pair.right)
            )
        })
        .collect();
    if !differing.is_empty() {
        body.push_str(&table("Sentences that differ in a value", &differing));
    }
    let near = copies.copies.iter().take(MAX_PAIRS);
    let near: Vec<String> = near
        .map(|pair| {
            format!(
                "<tr><td>{}</td><td>{} <span class=\"interval\">{} alike</span></td></tr>\n",
                place(&pair.left),
                place(&pair.right),
                percent(pair.similarity)
            )
        })
        .collect();
    if !near.is_empty() {
        body.push_str(&table("Sections that say nearly the same", &near));
    }
    if body.is_empty() {
        body.push_str("<p>None were found.</p>\n");
    }
    format!(
        "<section>\n<h2>Copies and differing values {}</h2>\n{body}</section>\n",
        link("copy")
    )
}

fn table(name: &str, rows: &[String]) -> String {
    format!(
        "<h3>{name}</h3>\n<div class=\"scroll\"><table class=\"pairs\">\n<thead><tr><th scope=\"col\">One</th><th \
         scope=\"col\">The other</th></tr></thead><tbody>\n{}</tbody>\n</table></div>\n",
        rows.concat()
    )
}

fn place(place: &Place) -> String {
    let heading = if place.heading.is_empty() {
        String::new()
    } else {
        format!(", {}", text(&place.heading))
    };
    format!(
        "<span class=\"note\">{}{heading}</span>",
        text(&place.title)
    )
}
