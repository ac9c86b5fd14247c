//! Finds keys and tokens by their form: the prefixes that their makers give them, tokens of three parts, and PEM.

use super::found::Found;
use super::scan::Scan;

/// A kind of key: the prefix it begins with, and the fewest letters, digits, dashes and underscores that follow.
struct Key {
    prefix: &'static str,
    fewest: usize,
}

/// Prefixes that the makers document for their keys; most are those that GitHub's secret scanning lists.
const KEYS: [Key; 58] = [
    key("ghp_", 20),
    key("gho_", 20),
    key("ghu_", 20),
    key("ghs_", 20),
    key("ghr_", 20),
    key("github_pat_", 20),
    key("glpat-", 16),
    key("gldt-", 16),
    key("glrt-", 16),
    key("glptt-", 16),
    key("glcbt-", 16),
    key("xoxb-", 10),
    key("xoxp-", 10),
    key("xoxa-", 10),
    key("xoxr-", 10),
    key("xoxs-", 10),
    key("xoxe-", 10),
    key("xapp-", 10),
    key("sk_live_", 10),
    key("sk_test_", 10),
    key("rk_live_", 10),
    key("rk_test_", 10),
    key("pk_live_", 10),
    key("pk_test_", 10),
    key("whsec_", 16),
    key("npm_", 30),
    key("pypi-", 30),
    key("sk-", 20),
    key("hf_", 24),
    key("dop_v1_", 32),
    key("doo_v1_", 32),
    key("shpat_", 16),
    key("shpss_", 16),
    key("shpca_", 16),
    key("shppa_", 16),
    key("GOCSPX-", 20),
    key("sq0atp-", 20),
    key("sq0csp-", 20),
    key("lin_api_", 20),
    key("ntn_", 30),
    key("figd_", 20),
    key("dckr_pat_", 20),
    key("tskey-", 16),
    key("NRAK-", 20),
    key("PMAK-", 20),
    key("rubygems_", 32),
    key("sntrys_", 30),
    key("sntryu_", 30),
    key("gsk_", 30),
    key("xai-", 30),
    key("pplx-", 30),
    key("r8_", 30),
    key("AGE-SECRET-KEY-", 30),
    key("dapi-", 30),
    key("phc_", 30),
    key("phx_", 30),
    key("CFPAT-", 20),
    key("key-", 32),
];

/// Keys without a sign between the prefix and the rest, with the fewest letters and digits that follow.
const RUN_ON_KEYS: [Key; 8] = [
    // Amazon Web Services.
    key("AKIA", 16),
    key("ASIA", 16),
    key("AROA", 16),
    key("AIDA", 16),
    // Google.
    key("AIza", 35),
    // Twilio: 32 hexadecimal digits.
    key("SK", 32),
    key("AC", 32),
    // Databricks.
    key("dapi", 32),
];

const fn key(prefix: &'static str, fewest: usize) -> Key {
    Key { prefix, fewest }
}

/// Returns the key that begins with the `letters` letters at `start`: with a known prefix, or as a token of three parts
/// (JWT, RFC 7519).
pub(super) fn key_at(scan: &Scan<'_>, start: usize, letters: usize) -> Option<Found> {
    let rest = &scan.text[start..];
    let bytes = rest.as_bytes();
    let joins = matches!(bytes.get(letters), Some(b'_' | b'-' | b'0'..=b'9'));
    // Words are many, and keys without a sign behind their first letters begin with one of these.
    let runs_on = matches!(
        bytes[..letters.min(2)],
        [b'A' | b'S', b'A'..=b'Z'] | [b'e', b'y']
    );
    if (!joins && !runs_on) || scan.before(start).is_some_and(is_of_token) {
        return None;
    }
    let len = if rest.starts_with("eyJ") || rest.starts_with("SG.") || rest.starts_with("ya29.") {
        dotted_len(rest)
    } else {
        prefixed_len(rest, joins)
    }?;
    Some(Found::new(start..start + len, "[secret]"))
}

/// Returns the length of a token that consists of parts between dots, all but the first of them long: `eyJ….….…`,
/// `SG.….…`, `ya29.…`.
fn dotted_len(rest: &str) -> Option<usize> {
    let len = token_len(rest, b"._-");
    let token = rest[..len].trim_end_matches('.');
    let mut parts = token.split('.');
    let fits = match parts.next()? {
        "SG" => token.len() >= 40 && parts.next().is_some_and(|part| part.len() >= 16),
        "ya29" => token.len() >= 20,
        // The signature of an unsigned token is empty.
        _ => token.len() >= 30 && parts.next().is_some_and(|part| part.len() >= 10),
    };
    fits.then_some(token.len())
}

fn prefixed_len(rest: &str, joins: bool) -> Option<usize> {
    let first = rest.as_bytes().first()?;
    let is_first =
        |key: &&Key| key.prefix.as_bytes().first() == Some(first) && rest.starts_with(key.prefix);
    if let Some(key) = RUN_ON_KEYS.iter().find(is_first) {
        let len = token_len(rest, b"_-");
        let body = &rest[key.prefix.len()..len];
        let fits = match key.prefix {
            "AIza" => body.len() >= key.fewest,
            "SK" | "AC" | "dapi" => {
                body.len() == key.fewest && body.bytes().all(|byte| byte.is_ascii_hexdigit())
            }
            _ => {
                body.len() == key.fewest
                    && body
                        .bytes()
                        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            }
        };
        if fits {
            return Some(len);
        }
    }
    if !joins {
        return None;
    }
    let key = KEYS.iter().find(is_first)?;
    let len = token_len(rest, b"_-");
    let body = &rest[key.prefix.len()..len];
    let has_both = body.bytes().any(|byte| byte.is_ascii_digit())
        && body.bytes().any(|byte| byte.is_ascii_alphabetic());
    (body.len() >= key.fewest && has_both).then_some(len)
}

/// Returns the length of the run of ASCII letters, digits and bytes of `more` that a text begins with.
pub(super) fn token_len(rest: &str, more: &[u8]) -> usize {
    rest.bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || more.contains(byte))
        .count()
}

fn is_of_token(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// Returns the private key in PEM (RFC 7468) that begins with the dashes at `start`, up to its end or to the first line
/// that cannot belong to it.
pub(super) fn pem_at(scan: &Scan<'_>, start: usize) -> Option<Found> {
    const OPENING: &str = "-----BEGIN ";
    /// The most bytes of the name in the first line of PEM; the longest name in use is "PGP PRIVATE KEY BLOCK".
    const MOST_NAME_BYTES: usize = 40;
    let rest = scan.text[start..].strip_prefix(OPENING)?;
    let name_len = rest
        .bytes()
        .take(MOST_NAME_BYTES)
        .take_while(|&byte| byte != b'-')
        .count();
    let name = &rest.as_bytes()[..name_len];
    if !name.ends_with(b"PRIVATE KEY") && !name.ends_with(b"PRIVATE KEY BLOCK") {
        return None;
    }
    let body = rest[name_len..].trim_start_matches('-');
    let mut at = start + OPENING.len() + rest.len() - body.len();
    let mut end = at;
    for line in body.split_inclusive('\n') {
        let content = line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '|'));
        let is_end = content.starts_with("-----END");
        if !is_end && !content.is_empty() && !is_pem_line(content) {
            break;
        }
        if !content.is_empty() {
            end = at + line.trim_end().len();
        }
        if is_end {
            break;
        }
        at += line.len();
    }
    Some(Found::new(start..end, "[secret]"))
}

/// Whether a line of PEM is base 64, or a field such as `DEK-Info: …`.
fn is_pem_line(line: &str) -> bool {
    let is_base64 = line
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'\\'));
    let is_field = ["Proc-Type:", "DEK-Info:", "Version:", "Comment:"]
        .iter()
        .any(|field| line.starts_with(field));
    (is_base64 && line.len() >= 4) || is_field
}
