//! Finds the articles whose addresses or titles agents write in their replies.

use std::collections::{BTreeMap, BTreeSet};

use helpdex::{Article, Error, Result};
use linkify::{LinkFinder, LinkKind};

use super::redirects::{Redirects, Target};
use super::titles::Titles;
use crate::web_address::{Address, Number, parts};

/// The fewest digits of an article's number that is unique whatever the host: Zendesk and Freshdesk number the articles
/// of all their customers in one sequence.
const FEWEST_DIGITS_OF_ITS_OWN: usize = 6;

/// The most redirects that follow each other: more are a circle.
const MAX_REDIRECTS: usize = 4;

/// The articles of a help center, to be found by their addresses and titles.
///
/// ```
/// use helpdex::{Article, ArticleFields};
/// use helpdex_import::ArticleLinks;
///
/// let article = Article::new(ArticleFields {
///     id: "7".into(),
///     locale: "en".into(),
///     title: "Pay by card".into(),
///     url: Some("https://help.example.com/en/articles/7-pay-by-card".into()),
///     ..ArticleFields::default()
/// })?;
/// let links = ArticleLinks::new([&article])?;
/// let found = links.in_text("Please read https://help.example.com/en/articles/7-old-title?utm=1.");
/// assert_eq!(found.linked, ["7"]);
/// # Ok::<(), helpdex::Error>(())
/// ```
#[derive(Debug)]
pub struct ArticleLinks {
    articles: Vec<Known>,
    by_page: BTreeMap<String, Vec<usize>>,
    by_number: BTreeMap<Number, Vec<usize>>,
    /// The articles by their id and by their translation group, as indices.
    by_id: BTreeMap<String, Vec<usize>>,
    /// The articles without an address, by the last part of the path that their id is, as indices.
    by_last_part: BTreeMap<String, Vec<usize>>,
    /// The hosts in the addresses of the articles.
    hosts: BTreeSet<String>,
    /// For articles whose addresses have no number: each host with the first part of the path.
    folders: BTreeSet<(String, String)>,
    redirects: Redirects,
    titles: Titles,
}

#[derive(Debug)]
struct Known {
    id: String,
    locale: String,
    has_url: bool,
    host: Option<String>,
    path: Vec<String>,
}

/// The articles that a text names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NamedArticles {
    /// The ids of the articles whose addresses the text contains, in the order of the text.
    pub linked: Vec<String>,
    /// The ids of the articles whose titles the text contains word for word, in the order of the text.
    pub titled: Vec<String>,
    /// The addresses in the text that look like articles of the help center but belong to none.
    pub missing: Vec<String>,
}

impl ArticleLinks {
    /// Collects the addresses and titles of articles.
    ///
    /// A title that articles of several translation groups share is not searched for.
    ///
    /// # Errors
    /// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) when the titles are too many to be looked for at once, which takes
    /// gigabytes of titles.
    pub fn new<'a>(articles: impl IntoIterator<Item = &'a Article>) -> Result<Self> {
        let mut links = Self {
            articles: Vec::new(),
            by_page: BTreeMap::new(),
            by_number: BTreeMap::new(),
            by_id: BTreeMap::new(),
            by_last_part: BTreeMap::new(),
            hosts: BTreeSet::new(),
            folders: BTreeSet::new(),
            redirects: Redirects::default(),
            titles: Titles::default(),
        };
        for article in articles {
            let at = links.add(article);
            let fields = article.fields();
            let group = fields.translation_group.as_ref().unwrap_or(&fields.id);
            links.titles.add(&fields.title, group, at);
        }
        links.titles.close()?;
        Ok(links)
    }

    /// Adds a redirect to an article, such as for a moved page or a short link. `from` is an address, or a path of the help
    /// center that begins with `/`; `to` is one too, or the id of an article.
    ///
    /// # Errors
    /// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for what is neither.
    pub fn redirect(&mut self, from: &str, to: &str) -> Result<()> {
        let of_id = self.by_id.get(to).and_then(|found| found.first());
        let target = match of_id {
            Some(at) => Target::Article(*at),
            None => Target::Page(Address::of_page(to).ok_or_else(|| no_address(to))?),
        };
        let from = Address::of_page(from).ok_or_else(|| no_address(from))?;
        self.redirects.add(&from, target);
        Ok(())
    }

    fn add(&mut self, article: &Article) -> usize {
        let fields = article.fields();
        let at = self.articles.len();
        let address = fields.url.as_deref().and_then(Address::parse);
        self.by_id.entry(fields.id.clone()).or_default().push(at);
        if let Some(group) = fields
            .translation_group
            .as_ref()
            .filter(|group| **group != fields.id)
        {
            self.by_id.entry(group.clone()).or_default().push(at);
        }
        let path = parts(&fields.id);
        if let Some(address) = &address {
            self.by_page.entry(address.page()).or_default().push(at);
            self.hosts.insert(address.host.clone());
            match address.number() {
                Some(number) => self.by_number.entry(number).or_default().push(at),
                None => {
                    if let [first, _, ..] = address.path.as_slice() {
                        self.folders.insert((address.host.clone(), first.clone()));
                    }
                }
            }
        } else if let Some(last) = path.last() {
            self.by_last_part.entry(last.clone()).or_default().push(at);
        }
        self.articles.push(Known {
            id: fields.id.clone(),
            locale: article.locale().to_string().to_lowercase(),
            has_url: address.is_some(),
            host: address.map(|address| address.host),
            path,
        });
        at
    }

    /// Returns the id of the article that the value of a field names: by its id, the id of its translation group, or
    /// its address.
    pub(super) fn by_name(&self, name: &str) -> Option<String> {
        let name = name.trim();
        let by_id = self
            .by_id
            .get(name)
            .and_then(|found| found.first())
            .copied();
        let at = by_id.or_else(|| {
            let address = Address::parse(name)?;
            let mut targets = address.with_targets().into_iter();
            targets.find_map(|address| self.resolve(address).ok())
        })?;
        Some(self.articles[at].id.clone())
    }

    /// Finds the articles that a text names by address or title.
    #[must_use]
    pub fn in_text(&self, text: &str) -> NamedArticles {
        let mut named = NamedArticles::default();
        let mut finder = LinkFinder::new();
        finder.kinds(&[LinkKind::Url]).url_must_have_scheme(false);
        for link in finder.links(text) {
            let Some(address) = Address::parse(link.as_str()) else {
                continue;
            };
            self.add_link(address, &mut named);
        }
        for at in self.titles.in_text(text) {
            push_new(&mut named.titled, &self.articles[at].id);
        }
        named
    }

    fn add_link(&self, address: Address, named: &mut NamedArticles) {
        let mut missing = None;
        for address in address.with_targets() {
            match self.resolve(address) {
                Ok(at) => {
                    push_new(&mut named.linked, &self.articles[at].id);
                    return;
                }
                Err(address) if self.looks_like_article(&address) => {
                    missing = Some(address.page());
                }
                Err(_) => {}
            }
        }
        if let Some(page) = missing {
            push_new(&mut named.missing, &page);
        }
    }

    /// Returns the article that an address leads to, by itself or by redirects; else the address at which they end.
    fn resolve(&self, mut address: Address) -> Result<usize, Address> {
        for _ in 0..MAX_REDIRECTS {
            let is_own_host = self.hosts.is_empty() || self.hosts.contains(&address.host);
            match self.redirects.target(&address, is_own_host) {
                Some(Target::Article(at)) => return Ok(*at),
                Some(Target::Page(to)) => {
                    let host = std::mem::take(&mut address.host);
                    address = to.clone();
                    if address.host.is_empty() {
                        address.host = host;
                    }
                }
                None => break,
            }
        }
        self.find(&address).ok_or(address)
    }

    /// Returns the index of the article at an address: by the page itself, by its number, or, for articles without an
    /// address, by the path that is their id.
    fn find(&self, address: &Address) -> Option<usize> {
        if let Some(found) = self.by_page.get(&address.page()) {
            return self.of_locale(found, address);
        }
        if let Some(number) = address.number() {
            let is_own = number.id.len() >= FEWEST_DIGITS_OF_ITS_OWN;
            let found = self.by_number.get(&number).into_iter().flatten();
            let found: Vec<usize> = found
                .copied()
                .filter(|at| is_own || self.articles[*at].host.as_ref() == Some(&address.host))
                .collect();
            if !found.is_empty() {
                return self.of_locale(&found, address);
            }
            // Topics and discussions have the kind in their ids.
            let by_kind = self.by_id.get(&format!("{}-{}", number.kind, number.id));
            let by_id = self.by_id.get(&number.id).or(by_kind);
            let found = by_id.into_iter().flatten();
            let found: Vec<usize> = found
                .copied()
                .filter(|at| is_own || !self.articles[*at].has_url)
                .collect();
            return self.of_locale(&found, address);
        }
        let found = self.by_last_part.get(address.path.last()?)?.iter();
        let longest = found
            .copied()
            .filter(|at| address.path.ends_with(&self.articles[*at].path))
            .max_by_key(|at| self.articles[*at].path.len())?;
        Some(longest)
    }

    /// Returns the article whose locale occurs in the address, or else the first of `found`.
    fn of_locale(&self, found: &[usize], address: &Address) -> Option<usize> {
        let in_address = found
            .iter()
            .find(|at| address.path.contains(&self.articles[**at].locale));
        in_address.or_else(|| found.first()).copied()
    }

    /// Whether an address looks like that of an article of this help center.
    fn looks_like_article(&self, address: &Address) -> bool {
        let is_own_host = self.hosts.contains(&address.host);
        if address.number().is_some() {
            return is_own_host || self.hosts.is_empty();
        }
        address.path.first().is_some_and(|first| {
            address.path.len() > 1
                && self
                    .folders
                    .contains(&(address.host.clone(), first.clone()))
        })
    }
}

fn no_address(text: &str) -> Error {
    let shown: String = text.chars().take(80).collect();
    Error::invalid(format!(
        "{shown:?} is no address; write it like https://help.example.com/page, or /page"
    ))
}

fn push_new(list: &mut Vec<String>, id: &str) {
    if !list.iter().any(|known| known == id) {
        list.push(id.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use helpdex::ArticleFields;

    use super::*;

    fn article(id: &str, locale: &str, title: &str, url: Option<&str>) -> Article {
        Article::new(ArticleFields {
            id: id.to_owned(),
            translation_group: id.split_once('@').map(|(group, _)| group.to_owned()),
            locale: locale.to_owned(),
            title: title.to_owned(),
            url: url.map(str::to_owned),
            ..ArticleFields::default()
        })
        .unwrap()
    }

    #[track_caller]
    fn check(links: &ArticleLinks, text: &str, linked: &[&str], titled: &[&str], missing: &[&str]) {
        let named = links.in_text(text);
        assert_eq!(named.linked, linked, "{text}");
        assert_eq!(named.titled, titled, "{text}");
        assert_eq!(named.missing, missing, "{text}");
    }

    #[test]
    fn numbers_count_whatever_stands_around_them() {
        let base = "https://help.example.com/hc";
        let articles = [
            article(
                "360001",
                "en-us",
                "Pay by card",
                Some(&format!("{base}/en-us/articles/360001-Pay-by-card")),
            ),
            article(
                "360001@de",
                "de",
                "Mit Karte zahlen",
                Some(&format!("{base}/de/articles/360001-Zahlen")),
            ),
        ];
        let links = ArticleLinks::new(&articles).unwrap();
        let read = |address: &str| format!("Hi,\nread {address}.");
        check(
            &links,
            &read(&format!("{base}/en-us/articles/360001-Renamed?x=1")),
            &["360001"],
            &[],
            &[],
        );
        check(
            &links,
            &read(&format!("{base}/de/articles/360001")),
            &["360001@de"],
            &[],
            &[],
        );
        check(
            &links,
            &read("https://example.zendesk.example/hc/articles/360001"),
            &["360001"],
            &[],
            &[],
        );
        check(
            &links,
            &read(&format!("{base}/en-us/articles/360777-gone")),
            &[],
            &[],
            &["help.example.com/hc/en-us/articles/360777-gone"],
        );
        check(&links, &read(&format!("{base}/en-us")), &[], &[], &[]);
        check(&links, &read(&format!("{base}/requests/12")), &[], &[], &[]);
        check(
            &links,
            "https://other.example/hc/articles/360777",
            &[],
            &[],
            &[],
        );
    }

    #[test]
    fn a_short_number_counts_on_its_host_alone() {
        let url = "https://docs.example.com/article/12-pay";
        let links = ArticleLinks::new(&[article("5f00", "en", "Pay by card", Some(url))]).unwrap();
        check(
            &links,
            "https://docs.example.com/article/12-paying",
            &["5f00"],
            &[],
            &[],
        );
        check(
            &links,
            "https://else.example.com/article/12-paying",
            &[],
            &[],
            &[],
        );
    }

    #[test]
    fn pages_of_documentation_are_found_by_address_or_by_path() {
        let url = "https://docs.example.com/guide/pay/";
        let articles = [
            article("guide/pay", "en", "Pay", Some(url)),
            article("guide/refund.md", "en", "Refund", None),
        ];
        let mut links = ArticleLinks::new(&articles).unwrap();
        check(
            &links,
            "docs.example.com/guide/pay#cards",
            &["guide/pay"],
            &[],
            &[],
        );
        check(
            &links,
            "https://docs.example.com/guide/refund.html",
            &["guide/refund.md"],
            &[],
            &[],
        );
        check(
            &links,
            "https://docs.example.com/guide/gone",
            &[],
            &[],
            &["docs.example.com/guide/gone"],
        );
        check(&links, "https://docs.example.com/prices", &[], &[], &[]);
        links
            .redirect("https://docs.example.com/guide/gone", url)
            .unwrap();
        links
            .redirect("https://exm.pl/p", "https://docs.example.com/guide/gone")
            .unwrap();
        check(&links, "https://exm.pl/p", &["guide/pay"], &[], &[]);
        assert!(links.redirect("nothing", url).is_err());
        links.redirect("/old/refund/", "guide/refund.md").unwrap();
        links.redirect("/older/refund", "/old/refund").unwrap();
        for address in ["old/refund", "old/refund.html", "older/refund"] {
            let address = format!("https://docs.example.com/{address}");
            check(&links, &address, &["guide/refund.md"], &[], &[]);
        }
        // A path is one of the help center alone.
        check(&links, "https://else.example/old/refund", &[], &[], &[]);
    }

    #[test]
    fn a_title_is_found_word_for_word_and_not_within_words() {
        let articles = [
            article("a", "en", "Change your billing address", None),
            article("b", "en", "Billing", None),
            article("c", "th", "การคืนสินค้าและเงิน", None),
            article("d", "en", "Reset two-factor login", None),
            article("e", "en", "Reset two-factor login", None),
        ];
        let links = ArticleLinks::new(&articles).unwrap();
        check(
            &links,
            "see “Change your  Billing Address”!",
            &[],
            &["a"],
            &[],
        );
        check(&links, "exchange your billing address", &[], &[], &[]);
        check(&links, "Billing", &[], &[], &[]);
        check(&links, "กรุณาอ่านการคืนสินค้าและเงินนะคะ", &[], &["c"], &[]);
        check(&links, "Reset two-factor login", &[], &[], &[]);
    }
}
