//! Reads the attributes of an HTML element: whether it is hidden, a quote, a signature or a divider, and whether it
//! keeps its white space.

use html5ever::tokenizer::Tag;

use super::html_text::MarkKind;

/// The most bytes of an attribute's value that are read, some of them several times. Styles, classes and alternative
/// texts that people write are far shorter; what is longer is an image in an address.
const MOST_VALUE_BYTES: usize = 64 * 1024;

/// Returns the value of the attribute `name` of `tag`, at most its first 64 KiB; "" for an attribute without a value,
/// `None` without the attribute.
pub(super) fn attribute<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    tag.attrs
        .iter()
        .find(|attribute| &*attribute.name.local == name)
        .map(|attribute| &attribute.value[..attribute.value.floor_char_boundary(MOST_VALUE_BYTES)])
}

/// The class that Gmail gives to quoted mails.
const GMAIL_QUOTE: &str = "gmail_quote";

/// Attribute values that mark a span of mail HTML, by the program that writes them.
///
/// Outlook on the web puts `x_` before the ids and classes of the mail that it quotes, so names
/// are compared without it.
const MAIL_MARKS: &[(&str, &str, MarkKind)] = &[
    ("class", "gmail_attr", MarkKind::QuoteHeader),
    ("class", "moz-cite-prefix", MarkKind::QuoteHeader),
    ("id", "reply-intro", MarkKind::QuoteHeader),
    ("class", GMAIL_QUOTE, MarkKind::Quote),
    ("class", "gmail_quote_container", MarkKind::Quote),
    ("class", "yahoo_quoted", MarkKind::Quote),
    ("class", "protonmail_quote", MarkKind::Quote),
    ("class", "tutanota_quote", MarkKind::Quote),
    ("class", "zmail_extra", MarkKind::Quote),
    (
        "class",
        "ms-outlook-mobile-reference-message",
        MarkKind::Quote,
    ),
    ("id", "ms-outlook-mobile-reference-message", MarkKind::Quote),
    (
        "id",
        "mail-editor-reference-message-container",
        MarkKind::Quote,
    ),
    ("id", "olk_src_body_section", MarkKind::Quote),
    ("id", "mac_outlook_attribution_blockquote", MarkKind::Quote),
    ("id", "isreplycontent", MarkKind::Quote),
    ("class", "ntes-mailmaster-quote", MarkKind::Quote),
    ("id", "blockquote_zmail", MarkKind::Quote),
    ("class", "spark_quote", MarkKind::Quote),
    ("id", "divrplyfwdmsg", MarkKind::Divider),
    ("id", "appendonsend", MarkKind::Divider),
    ("id", "stopspelling", MarkKind::Divider),
    ("class", "gmail_signature", MarkKind::Signature),
    ("class", "moz-signature", MarkKind::Signature),
    ("class", "protonmail_signature_block", MarkKind::Signature),
    ("id", "signature", MarkKind::Signature),
    ("id", "ms-outlook-mobile-signature", MarkKind::Signature),
    ("id", "ymail_android_signature", MarkKind::Signature),
    ("id", "applemailsignature", MarkKind::Signature),
];

/// Returns the mark that a mail program left in the attributes of `tag`, and the name of the rule that found it.
pub(super) fn mail_mark(tag: &Tag) -> Option<(MarkKind, &'static str)> {
    let by_name = ["class", "id"].into_iter().find_map(|attribute_name| {
        let value = attribute(tag, attribute_name)?;
        value.split_ascii_whitespace().find_map(|written| {
            let written = written.strip_prefix("x_").unwrap_or(written);
            MAIL_MARKS
                .iter()
                .find(|(name, value, _)| {
                    *name == attribute_name && value.eq_ignore_ascii_case(written)
                })
                .map(|(_, rule, kind)| (kind.clone(), *rule))
        })
    });
    match &*tag.name {
        // Gmail gives quotations of the sender's own the class of its quotes; a reply stands in a `div` of that class.
        "blockquote"
            if by_name
                .as_ref()
                .is_none_or(|(_, class)| *class == GMAIL_QUOTE) =>
        {
            let kind = attribute(tag, "type");
            let is_cited = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("cite"));
            Some((MarkKind::BlockQuote { is_cited }, "blockquote"))
        }
        _ if by_name.is_some() => by_name,
        "div" if is_outlook_border(tag) => Some((MarkKind::Divider, "outlook_border_top")),
        "hr" if attribute(tag, "tabindex") == Some("-1") => {
            Some((MarkKind::Divider, "outlook_rule"))
        }
        _ => None,
    }
}

/// Whether a `div` has the top border that desktop Outlook draws above a quoted mail.
fn is_outlook_border(tag: &Tag) -> bool {
    compact_style(tag).is_some_and(|style| {
        style.contains("border-top:solid")
            && (style.contains("border:none") || style.contains("border-bottom:none"))
    })
}

/// The classes of elements inside the text that are not part of it: text for screen readers only, and the `#` or `¶`
/// links beside headings.
const HIDDEN_CLASSES: &[&str] = &[
    "sr-only",
    "visually-hidden",
    "screen-reader-text",
    "headerlink",
    "header-anchor",
    "hash-link",
    "anchor-link",
    "anchorjs-link",
];

/// Returns the name of the rule by which the element is not shown; `None` when it is shown.
pub(super) fn hidden_rule(tag: &Tag) -> Option<&'static str> {
    if attribute(tag, "hidden").is_some_and(|value| !value.eq_ignore_ascii_case("until-found")) {
        return Some("hidden");
    }
    if attribute(tag, "aria-hidden").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return Some("aria-hidden");
    }
    if has_class(tag, HIDDEN_CLASSES) {
        return Some("hidden_class");
    }
    let style = compact_style(tag)?;
    let is_hidden = style.contains("display:none")
        || style.contains("visibility:hidden")
        || style.contains("mso-hide:all")
        || declares_zero(&style, "font-size:")
        || declares_zero(&style, "max-height:");
    is_hidden.then_some("hidden_style")
}

/// The most bytes of a CSS value that are checked for being zero: `0.00px` and the like are far shorter.
const LONGEST_ZERO_BYTES: usize = 32;

/// Whether `style` has `property` with the value 0, in any unit.
fn declares_zero(style: &str, property: &str) -> bool {
    style.match_indices(property).any(|(start, _)| {
        let rest = &style[start + property.len()..];
        let looked_at = &rest[..rest.floor_char_boundary(LONGEST_ZERO_BYTES)];
        let end = looked_at.find([';', '!']);
        if end.is_none() && looked_at.len() < rest.len() {
            return false;
        }
        let value = &looked_at[..end.unwrap_or(looked_at.len())];
        let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
        !number.is_empty() && number.bytes().all(|b| matches!(b, b'0' | b'.'))
    })
}

/// Whether the element's style keeps line ends and runs of spaces.
pub(super) fn keeps_white_space(tag: &Tag) -> bool {
    compact_style(tag).is_some_and(|style| {
        style.contains("white-space:pre") || style.contains("white-space:break-spaces")
    })
}

/// Whether the paragraph has no margin, like the lines that Outlook writes, so that no blank line belongs around it.
pub(super) fn has_no_margin(tag: &Tag) -> bool {
    attribute(tag, "class").is_some_and(|class| class.contains("MsoNormal"))
        || compact_style(tag)
            .is_some_and(|style| declares_zero(&style, "margin:") || style.contains("margin:0cm"))
}

/// Whether `tag` has an ARIA role of page furniture.
pub(super) fn has_navigation_role(tag: &Tag) -> bool {
    attribute(tag, "role").is_some_and(|role| {
        ["navigation", "banner", "contentinfo", "search"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(role.trim()))
    })
}

/// The words in the class of an `aside` by which it is a note of the article and not a sidebar.
const NOTE_WORDS: &[&str] = &[
    "note",
    "tip",
    "info",
    "hint",
    "important",
    "warning",
    "caution",
    "danger",
    "alert",
    "callout",
    "admonition",
    "starlight-aside",
];

/// Whether an `aside` is a note of the article and not a sidebar.
pub(super) fn is_note(tag: &Tag) -> bool {
    attribute(tag, "role").is_some_and(|role| role.eq_ignore_ascii_case("note"))
        || has_class(tag, NOTE_WORDS)
}

fn has_class(tag: &Tag, classes: &[&str]) -> bool {
    attribute(tag, "class").is_some_and(|value| {
        value.split_ascii_whitespace().any(|class| {
            classes
                .iter()
                .any(|known| known.eq_ignore_ascii_case(class))
        })
    })
}

/// Returns the `style` attribute in lower case and without white space.
fn compact_style(tag: &Tag) -> Option<String> {
    attribute(tag, "style").map(|style| {
        style
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| c.to_ascii_lowercase())
            .collect()
    })
}

/// Whether an `id` is valid by the HTML standard, so that a link can point to it.
pub(super) fn is_anchor(id: &str) -> bool {
    !id.is_empty() && !id.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Whether a parameter of a Confluence macro holds the visible title of the macro.
pub(super) fn names_a_title(tag: &Tag) -> bool {
    attribute(tag, "ac:name") == Some("title")
}

pub(super) fn first_number(tag: &Tag) -> i64 {
    number_attribute(tag, "start").unwrap_or(1)
}

/// Returns an attribute as a number. Numbers of HTML lists have at most 32 bits, so counting on in 64 bits cannot
/// overflow.
pub(super) fn number_attribute(tag: &Tag, name: &str) -> Option<i64> {
    let number: i32 = attribute(tag, name)?.trim().parse().ok()?;
    Some(i64::from(number))
}

/// Whether an alternative text is only the file name of the image.
pub(super) fn is_file_name(alt: &str) -> bool {
    let extension = alt.rsplit_once('.').map(|(_, extension)| extension);
    !alt.contains(' ')
        && extension.is_some_and(|extension| {
            ["png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "avif"]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(extension))
        })
}
