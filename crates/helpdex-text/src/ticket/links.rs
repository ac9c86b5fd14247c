//! Cuts links down to the parts that may hold words: the host and the path.

use super::page::Page;
use super::removal::RemovalKind::TrackingLink;

/// A longer query says nothing that a person would search for. Our own judgement: `?page=billing&tab=invoices` stays.
const LONGEST_QUERY_BYTES: usize = 48;

/// A longer part of a path without a word in it is a key of the sender's system.
const LONGEST_KEY_BYTES: usize = 24;

/// Cuts the queries of links that track or are opaque, and the keys in their paths.
pub(super) fn cut(page: &mut Page<'_>) {
    for i in 0..page.lines.len() {
        if page.lines[i].is_cut() {
            continue;
        }
        let text = page.lines[i].text;
        let mut at = 0;
        while let Some(found) = text[at..].find("://") {
            let start = at + found + "://".len();
            let end = start + link_len(&text[start..]);
            for (range, rule) in opaque_parts(&text[start..end]) {
                page.cut_within(
                    i,
                    start + range.start..start + range.end,
                    TrackingLink,
                    rule,
                );
            }
            at = end;
        }
    }
}

/// The length of the link that a text goes on with, behind its `://`.
pub(super) fn link_len(rest: &str) -> usize {
    // A mask stands in a link where an address stood.
    let mut len = 0;
    for (at, c) in rest.char_indices() {
        if is_end(c)
            && !(c == ']'
                && rest[..at]
                    .rfind('[')
                    .is_some_and(|open| super::masks::is_mask(&rest[open..=at])))
        {
            return at;
        }
        len = at + c.len_utf8();
    }
    len
}

fn is_end(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '<' | '>' | '"' | ')' | ']' | '|' | '、' | '。' | '，' | '」' | '）'
        )
}

/// The parts of a link, behind its `://`, that say nothing.
fn opaque_parts(link: &str) -> Vec<(std::ops::Range<usize>, &'static str)> {
    let path_end = link.find(['?', '#']).unwrap_or(link.len());
    let mut parts = Vec::new();
    let mut at = link.find('/').unwrap_or(link.len());
    while at < path_end {
        let segment_end = link[at + 1..path_end]
            .find('/')
            .map_or(path_end, |len| at + 1 + len);
        if is_key(&link[at + 1..segment_end]) {
            parts.push((at..segment_end, "path-key"));
        }
        at = segment_end;
    }
    let query = &link[path_end..];
    if has_tracking_parameter(query) {
        parts.push((path_end..link.len(), "tracking-query"));
    } else if query.len() > LONGEST_QUERY_BYTES {
        parts.push((path_end..link.len(), "long-query"));
    }
    parts
}

/// Whether a part of a path is a key: random, and longer than a word.
fn is_key(segment: &str) -> bool {
    segment.len() > LONGEST_KEY_BYTES && is_random(segment)
}

/// Whether less than half of a part of a path stands in runs of letters that may be words.
pub(super) fn is_random(segment: &str) -> bool {
    if !segment.is_ascii() {
        return false;
    }
    let letters: usize = segment
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|run| {
            (3..=LONGEST_KEY_BYTES).contains(&run.len())
                && run.bytes().all(|b| b.is_ascii_alphabetic())
        })
        .map(str::len)
        .sum();
    letters * 2 < segment.len()
}

/// Parameters that marketing and mail systems add to links.
fn has_tracking_parameter(query: &str) -> bool {
    const NAMES: [&str; 16] = [
        "utm_",
        "fbclid=",
        "gclid=",
        "msclkid=",
        "mc_cid=",
        "mc_eid=",
        "_hsenc=",
        "_hsmi=",
        "mkt_tok=",
        "igshid=",
        "yclid=",
        "dclid=",
        "trk=",
        "elqtrackid=",
        "vero_id=",
        "wickedid=",
    ];
    let query = query.to_ascii_lowercase();
    let query = query.replace("&amp;", "&");
    query
        .split(['?', '&', '#', ';'])
        .any(|parameter| NAMES.iter().any(|name| parameter.starts_with(name)))
}
