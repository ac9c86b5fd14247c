//! Finds the addresses of pages.

use super::layout::Placed;

/// Returns the address of a page: the one that the page states, else the base address with the route of the page;
/// `None` if neither is known.
pub(super) fn address(
    base_url: Option<&str>,
    stated: Option<String>,
    placed: &Placed,
    locale: Option<&str>,
) -> Option<String> {
    let Some(base) = base_url else {
        return stated;
    };
    if let Some(url) = stated.as_deref().filter(|url| is_whole(url)) {
        return Some(url.to_owned());
    }
    let route = stated.unwrap_or_else(|| placed.route.clone());
    let route = route.trim_start_matches('/');
    let base = base.trim_end_matches('/');
    if base.contains("{locale}") {
        return Some(format!(
            "{}/{route}",
            base.replace("{locale}", locale.unwrap_or("en"))
        ));
    }
    match placed.locale.as_deref() {
        Some(locale) => Some(format!("{base}/{locale}/{route}")),
        None => Some(format!("{base}/{route}")),
    }
}

/// Whether an address contains its host: whether it begins with `http://` or `https://`.
fn is_whole(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}
