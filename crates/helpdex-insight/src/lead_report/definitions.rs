//! The definitions of the figures, to which each of them links.

use std::fmt::Write as _;

/// The anchor, the name and the definition of each figure.
const DEFINITIONS: [(&str, &str, &str); 10] = [
    (
        "attempt",
        "Attempt",
        "A visit that was offered articles, or for which none were found, with all of its events until the window is over. A \
         visit is told by its session, else by its requester, else by its ticket.",
    ),
    (
        "offered",
        "Offered",
        "Attempts that were shown articles, of all attempts that were not held out.",
    ),
    (
        "opened",
        "Opened",
        "Attempts in which an article was opened or solved the problem, of those that were shown articles.",
    ),
    (
        "ticket",
        "Ticket all the same",
        "Attempts after which a ticket came within the window, of those that were shown articles.",
    ),
    (
        "deflection",
        "Outcome of attempts",
        "Confirmed: no ticket came, and the person says that it helped or solved the problem. Potential: no ticket came, and \
         somebody viewed or opened an article. None: a ticket came. Unseen: no ticket came, and nobody saw the articles, as far \
         as events tell. Somebody who left without a ticket was not necessarily helped, so that there is no one rate.",
    ),
    (
        "precision",
        "Right when judged",
        "First articles that helped, solved the problem or were linked, of those that anybody judged.",
    ),
    (
        "caused",
        "Caused by the articles",
        "The share of requesters with a ticket among those for whom articles were held back, less that among those who were \
         shown articles, chosen at random: the only figure that tells what the articles caused. Interval: Newcombe 1998.",
    ),
    (
        "gap",
        "Gap",
        "A group of tickets that got no good answer: nobody linked an article, no article answers them, theirs was rejected, or \
         the linked one is not offered. Every word was used by several requesters. The trend compares the requesters of the last \
         28 days with those before, and is rising or falling only beyond chance.",
    ),
    (
        "task",
        "To do",
        "Tickets and visits that a task would affect. Clicks are compared with those of an average article shown at the same \
         ranks (clicks over expected clicks, Zhang and Jones 2007), because people open the first result, right or wrong.",
    ),
    (
        "copy",
        "Copies and differing values",
        "Sections that share most of their runs of three words, and sentences with the same words that differ in one number, \
         quoted name or negation.",
    ),
];

/// Returns a link to a definition.
pub(super) fn link(anchor: &str) -> String {
    format!("<a class=\"what\" href=\"#{anchor}\" aria-label=\"Definition\">?</a>")
}

pub(super) fn section() -> String {
    let mut list = String::new();
    for (anchor, name, text) in DEFINITIONS {
        let _ = writeln!(list, "<dt id=\"{anchor}\">{name}</dt><dd>{text}</dd>");
    }
    format!(
        "<section>\n<h2>Definitions</h2>\n<dl>\n{list}</dl>\n<p class=\"note\">A share in grey is its exact 95% interval \
         (Clopper and Pearson 1934): how far it could lie elsewhere by chance with so many attempts.</p>\n</section>\n"
    )
}
