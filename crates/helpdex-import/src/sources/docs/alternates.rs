//! Finds the links of an HTML page to its translations.

use helpdex::Locale;

/// Returns the addresses of the translations that the head of an HTML page links to.
pub(super) fn alternates_of_html(html: &str) -> Vec<String> {
    let lower = html.to_ascii_lowercase();
    let end = lower.find("<body").unwrap_or(lower.len());
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = lower[at..end].find("<link") {
        let start = at + start;
        let stop = lower[start..]
            .find('>')
            .map_or(lower.len(), |length| start + length);
        let locale = attribute(&html[start..stop], &lower[start..stop], "hreflang");
        let is_locale = locale.is_some_and(|locale| locale.parse::<Locale>().is_ok());
        let address = attribute(&html[start..stop], &lower[start..stop], "href");
        found.extend(address.filter(|_| is_locale).map(str::to_owned));
        at = stop.min(end);
    }
    found
}

/// Returns the value of an attribute of an HTML tag; `None` if it has none. `lower` is the tag in lower case.
fn attribute<'a>(tag: &'a str, lower: &str, name: &str) -> Option<&'a str> {
    let start = lower.match_indices(name).map(|(at, _)| at).find(|at| {
        lower[..*at].ends_with(char::is_whitespace) && {
            lower[at + name.len()..].trim_start().starts_with('=')
        }
    })?;
    let value = tag[start + name.len()..].trim_start().strip_prefix('=')?;
    let value = value.trim_start();
    match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next(),
        _ => value.split_whitespace().next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_a_head_give_the_translations_alone() {
        let html = "<head><LINK rel=alternate hreflang=de href=/de/a><link rel='alternate' href='/fr/a' hreflang = 'fr'>\
            <link rel=alternate hreflang=x-default href=/><link rel=stylesheet href=/a.css></head>\
            <body><link hreflang=es href=/es/a></body>";
        assert_eq!(alternates_of_html(html), ["/de/a", "/fr/a"]);
    }
}
