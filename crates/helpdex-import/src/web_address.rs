//! Web addresses, parsed so that different spellings of one address are equal.

/// The most redirects nested in one address that are followed: a mail filter around a mail filter around the page.
const MAX_NESTED: usize = 3;

/// The address of a web page, cut into parts so that different spellings of it are equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Address {
    /// The host in lower case, without `www.` and port.
    pub host: String,
    /// The parts of the path, decoded and in lower case, without `index.html` and the file ending of a page.
    pub path: Vec<String>,
    query: Vec<(String, String)>,
}

impl Address {
    /// Parses an address with or without its scheme; `None` for a text without a host.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let rest = match text.split_once("://") {
            Some((scheme, rest)) => {
                let is_web =
                    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
                is_web.then_some(rest)?
            }
            None => text,
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (host, path) = place.split_once('/').unwrap_or((place, ""));
        let host = host.rsplit('@').next().unwrap_or_default();
        let host = host
            .split(':')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let host = host.strip_prefix("www.").unwrap_or(&host).to_owned();
        if !host.contains('.') && host != "localhost" {
            return None;
        }
        Some(Self {
            host,
            path: parts(path),
            query: query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .map(|(name, value)| (name.to_ascii_lowercase(), decoded(value)))
                .collect(),
        })
    }

    /// Reads an address, or a path that begins with `/`, whose host is "".
    pub(crate) fn of_page(text: &str) -> Option<Self> {
        let text = text.trim();
        if !text.starts_with('/') || text.starts_with("//") {
            return Self::parse(text);
        }
        let end = text.find(['#', '?']).unwrap_or(text.len());
        let path = parts(&text[..end]);
        (!path.is_empty()).then_some(Self {
            host: String::new(),
            path,
            query: Vec::new(),
        })
    }

    /// Returns this address and the addresses in its query, where mail filters and click counters write the page they
    /// lead to.
    pub(crate) fn with_targets(self) -> Vec<Self> {
        let mut found = vec![self];
        for at in 0..MAX_NESTED {
            let Some(address) = found.get(at) else { break };
            let inner: Vec<Self> = address
                .query
                .iter()
                .filter(|(_, value)| value.starts_with("http://") || value.starts_with("https://"))
                .filter_map(|(_, value)| Self::parse(value))
                .collect();
            found.extend(inner);
        }
        found
    }

    /// Returns the value of the parameter `name` in the query of the address.
    fn parameter(&self, name: &str) -> Option<&str> {
        let mut query = self.query.iter();
        query
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns the host and the path, by which the page is looked up.
    pub(crate) fn page(&self) -> String {
        format!("{}/{}", self.host, self.path.join("/"))
    }

    /// Returns the number of the article in an address of a known helpdesk, with the kind of the number; `None` for
    /// other addresses.
    pub(crate) fn number(&self) -> Option<Number> {
        if let Some(id) = self.parameter("pageid").and_then(leading_digits) {
            return Some(Number::new("page", id));
        }
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        for (at, part) in path.iter().enumerate() {
            let next = path.get(at + 1).copied().unwrap_or_default();
            match *part {
                // Zendesk, Freshdesk and Intercom; Help Scout.
                "articles" | "article" => {
                    if let Some(id) = leading_digits(next) {
                        return Some(Number::new("article", id));
                    }
                }
                // Discourse: the slug may be left out.
                "t" => {
                    let id = path
                        .get(at + 2)
                        .and_then(|id| whole_digits(id))
                        .or_else(|| whole_digits(next));
                    if let Some(id) = id {
                        return Some(Number::new("topic", id));
                    }
                }
                "pages" => {
                    if let Some(id) = whole_digits(next) {
                        return Some(Number::new("page", id));
                    }
                }
                "discussions" if at >= 2 => {
                    if let Some(id) = whole_digits(next) {
                        return Some(Number::new("discussion", id));
                    }
                }
                _ => {}
            }
        }
        // Zammad: /help/LOCALE/CATEGORY-slug/ANSWER-slug.
        if let [.., category, answer] = path.as_slice()
            && path.len() >= 3
            && path[0] == "help"
            && leading_digits(category).is_some()
            && let Some(id) = leading_digits(answer)
        {
            return Some(Number::new("answer", id));
        }
        None
    }
}

/// The number of an article in addresses of its helpdesk.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Number {
    pub kind: &'static str,
    pub id: String,
}

impl Number {
    fn new(kind: &'static str, id: &str) -> Self {
        Self {
            kind,
            id: id.to_owned(),
        }
    }
}

/// Returns the parts of a path, normalized for comparison.
pub(crate) fn parts(path: &str) -> Vec<String> {
    let mut parts: Vec<String> = path
        .split('/')
        .map(|part| decoded(part).trim().to_lowercase())
        .filter(|part| !part.is_empty() && part != ".")
        .collect();
    if let Some(last) = parts.last_mut() {
        for ending in [
            ".html", ".htm", ".mdx", ".md", ".rst", ".adoc", ".aspx", ".php",
        ] {
            if let Some(name) = last.strip_suffix(ending) {
                *last = name.to_owned();
                break;
            }
        }
        if matches!(last.as_str(), "index" | "readme" | "_index" | "") {
            parts.pop();
        }
    }
    parts
}

/// Decodes escapes such as `%20`; anything else stays.
fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

/// Returns the digits before a slug, as `360001` in `360001-how-to-pay`.
fn leading_digits(part: &str) -> Option<&str> {
    let end = part
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(part.len());
    let is_number = end > 0 && (end == part.len() || part[end..].starts_with('-'));
    is_number.then(|| &part[..end])
}

fn whole_digits(part: &str) -> Option<&str> {
    (!part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())).then_some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_number(address: &str, expected: Option<(&str, &str)>) {
        let number = Address::parse(address).unwrap().number();
        let number = number
            .as_ref()
            .map(|number| (number.kind, number.id.as_str()));
        assert_eq!(number, expected, "{address}");
    }

    #[test]
    fn every_helpdesk_gives_its_number() {
        check_number(
            "https://help.example.com/hc/en-us/articles/360001-Pay?utm_source=mail#top",
            Some(("article", "360001")),
        );
        check_number(
            "https://help.example.com/hc/articles/360001",
            Some(("article", "360001")),
        );
        check_number(
            "https://x.freshdesk.example/de/support/solutions/articles/84000-zahlen",
            Some(("article", "84000")),
        );
        check_number(
            "https://help.example.com/en/articles/77-pay",
            Some(("article", "77")),
        );
        check_number(
            "https://docs.example.com/article/12-pay",
            Some(("article", "12")),
        );
        check_number(
            "https://forum.example.com/t/pay/99/3",
            Some(("topic", "99")),
        );
        check_number("https://forum.example.com/t/99", Some(("topic", "99")));
        check_number(
            "https://w.example.com/wiki/spaces/KB/pages/123/Pay",
            Some(("page", "123")),
        );
        check_number(
            "https://w.example.com/pages/viewpage.action?pageId=123",
            Some(("page", "123")),
        );
        check_number(
            "https://z.example.com/help/en-us/3-billing/14-pay",
            Some(("answer", "14")),
        );
        check_number("https://help.example.com/hc/en-us", None);
        check_number("https://help.example.com/hc/requests/42", None);
        check_number("https://help.example.com/articles/how-to-pay", None);
    }

    #[test]
    fn ways_to_write_an_address_are_one_page() {
        let same = [
            "https://docs.example.com/guide/pay",
            "http://www.docs.example.com/guide/pay/",
            "docs.example.com:443/Guide/pay.html?ref=mail",
            "https://docs.example.com/guide/pay/index.html#cards",
            "https://docs.example.com/guide/p%61y",
        ];
        for address in same {
            let page = Address::parse(address).unwrap().page();
            assert_eq!(page, "docs.example.com/guide/pay", "{address}");
        }
        assert_eq!(Address::parse("ftp://a.example/x"), None);
        assert_eq!(Address::parse("nothing"), None);
    }

    #[test]
    fn the_target_of_a_mail_filter_is_found() {
        let address = Address::parse(
            "https://safe.example/?url=https%3A%2F%2Fdocs.example.com%2Fpay%3Fa%3D1&data=x",
        );
        let pages: Vec<String> = address
            .unwrap()
            .with_targets()
            .iter()
            .map(Address::page)
            .collect();
        assert_eq!(pages, ["safe.example/", "docs.example.com/pay"]);
    }
}
