//! Converts Confluence's storage format to HTML.

use std::fmt::Write as _;

/// Converts the storage format to HTML: the titles of panels and of linked pages become text; the text layer reads
/// everything else as it is.
pub(super) fn of_storage(storage: &str) -> String {
    // A whole CDATA in a CDATA is written so.
    let storage = storage.replace("]] >", "]]>");
    let mut output = String::with_capacity(storage.len());
    let mut rest = storage.as_str();
    while let Some(start) = rest.find("<ac:parameter") {
        let (before, from) = rest.split_at(start);
        output.push_str(before);
        let Some((tag, behind)) = from.split_once('>') else {
            break;
        };
        if tag.ends_with('/') {
            rest = behind;
            continue;
        }
        let Some((inner, after)) = behind.split_once("</ac:parameter>") else {
            break;
        };
        if tag.contains("ac:name=\"title\"") {
            let _ = write!(output, "<p><strong>{inner}</strong></p>");
        }
        rest = after;
    }
    if !rest.starts_with("<ac:parameter") {
        output.push_str(rest);
    }
    let mut linked = String::with_capacity(output.len());
    let mut rest = output.as_str();
    while let Some(start) = rest.find("<ac:link") {
        let (before, from) = rest.split_at(start);
        linked.push_str(before);
        let end = from
            .find("</ac:link>")
            .map_or(from.len(), |end| end + "</ac:link>".len());
        let link = &from[..end];
        linked.push_str(link);
        if !link.contains("link-body>")
            && let Some((_, title)) = link.split_once("ri:content-title=\"")
            && let Some((title, _)) = title.split_once('"')
        {
            linked.push_str(title);
        }
        rest = &from[end..];
    }
    linked.push_str(rest);
    linked
}
