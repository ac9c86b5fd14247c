//! Checks the address of an article: a browser must open what the address looks like.

use crate::error::{Error, Result};

/// The longest address, in bytes: the sitemap protocol accepts fewer than 2,048 characters.
const MAX_URL_BYTES: usize = 2_048;

/// Checks that a text is a valid URL string of the WHATWG URL Standard (section 4.3) in one of three forms:
///
/// - `http://` or `https://` and a host, with or without a port. A name or password is refused, which a valid URL
///   string cannot have (`https://bank.example@evil.example` leads to the second host).
/// - A path from the root of the site: one `/`, not followed by `/` or `\`, with which a browser reads a host.
/// - A path from the page, whose first part has only letters, digits and `-._~%`, so that it has no scheme, written
///   with `:` or with a character reference of HTML (`javascript&colon;x`).
///
/// A backslash is refused anywhere, because browsers read it as `/`; so are white space, control characters and marks
/// that reorder text, which browsers leave out or hide.
pub(super) fn check_url(url: &str) -> Result<()> {
    if url.len() > MAX_URL_BYTES {
        return Err(Error::invalid(format!(
            "url has {} bytes; shorten it to {MAX_URL_BYTES}",
            url.len()
        )));
    }
    let is_address = is_web_address(url) || is_path_of_site(url) || is_path_of_page(url);
    if is_address && !url.contains(is_forbidden) {
        return Ok(());
    }
    let shown: String = url.chars().take(80).collect();
    Err(Error::invalid(format!(
        "url {shown:?} is not an http or https address with a host, nor a path; write it like \"https://example.org/a\" \
         or \"/a\", or drop it"
    )))
}

/// Whether a character is refused anywhere in an address.
fn is_forbidden(c: char) -> bool {
    c == '\\' || c.is_control() || c.is_whitespace() || is_invisible(c)
}

/// Returns the rest of an address behind its scheme; `None` if it does not begin with `scheme`.
fn after_scheme<'u>(url: &'u str, scheme: &str) -> Option<&'u str> {
    let (start, rest) = url.split_at_checked(scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then_some(rest)
}

fn is_web_address(url: &str) -> bool {
    let rest = after_scheme(url, "https://").or_else(|| after_scheme(url, "http://"));
    let Some(rest) = rest else {
        return false;
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = &rest[..end];
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (authority, ""),
    };
    port.bytes().all(|b| b.is_ascii_digit()) && is_host(host)
}

/// Whether a text is a host name, or an IP address of four or eight parts, without the forbidden host code points of
/// the standard.
fn is_host(host: &str) -> bool {
    if let Some(address) = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        return address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    host.contains(char::is_alphanumeric) && !host.contains(is_forbidden_in_host)
}

fn is_forbidden_in_host(c: char) -> bool {
    c.is_ascii_control()
        || matches!(
            c,
            ' ' | '#' | '/' | ':' | '<' | '>' | '?' | '@' | '[' | '\\' | ']' | '^' | '|' | '%'
        )
}

fn is_path_of_site(url: &str) -> bool {
    url.strip_prefix('/')
        .is_some_and(|rest| !rest.starts_with('/'))
}

fn is_path_of_page(url: &str) -> bool {
    let end = url.find(['/', '?', '#']).unwrap_or(url.len());
    let is_plain = url[..end]
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | '%'));
    !url.is_empty() && !url.starts_with('/') && is_plain
}

/// Whether a character is a mark that browsers do not show.
fn is_invisible(c: char) -> bool {
    reorders_text(c)
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

/// Whether the character is a mark that reorders text: an embedding, override or isolate of its direction.
pub(super) fn reorders_text(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_with_a_host_and_paths_are_taken() {
        for url in [
            "https://example.org",
            "HTTP://Example.org:8080/a?b=c:d#e",
            "https://[2001:db8::1]:443/a",
            "https://127.0.0.1/",
            "https://b\u{FC}cher.example/\u{1F4D6}",
            "https://example.org/a@b",
            "/",
            "/hc/a:b",
            "/a//b",
            "guide?x=a:b",
            "../a/b",
            "#part",
            "?page=2",
            "a%20b/c:d",
        ] {
            assert!(check_url(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn what_a_browser_would_open_as_something_else_is_refused() {
        for url in [
            "",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "\\evil.example",
            "/a\\b",
            "http:/x",
            "http:x",
            "https:///x",
            "https://",
            "https://?x",
            "https://:80/",
            "https://a:b@evil.example/",
            "https://bank.example@evil.example",
            "https://a b.example/",
            "https://a<b>.example/",
            "https://example.org:port/",
            "https://[::g]/",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\tscript:alert(1)",
            "java\u{200B}script:alert(1)",
            " javascript:alert(1)",
            "javascript&colon;alert(1)",
            "javascript&#58;alert(1)",
            "vbscript:x",
            "data:text/html,x",
            "blob:https://example.org/x",
            "file:///etc/passwd",
            "mailto:a@example.org",
            "ftp://example.org/",
            "view-source:https://example.org/",
            "/a\r\nb",
            "/a b",
            "/a\u{202E}b",
            "/a\0",
        ] {
            let error = check_url(url).unwrap_err().to_string();
            assert!(
                error.contains("is not an http or https address"),
                "{url:?}: {error}"
            );
        }
        let long = format!("/{}", "x".repeat(MAX_URL_BYTES));
        let error = check_url(&long).unwrap_err().to_string();
        assert!(
            error.contains("url has 2049 bytes; shorten it to 2048"),
            "{error}"
        );
    }
}
