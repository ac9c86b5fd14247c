//! Converts roles, references and substitutions in a text of reStructuredText.

use std::fmt::Write as _;

use super::Reader;

impl Reader<'_, '_> {
    /// Converts roles, references and substitutions in a text.
    pub(super) fn inline(&self, text: &str) -> String {
        let mut output = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(['`', '|', '<', '\\', '_']) {
            let (before, from) = rest.split_at(start);
            output.push_str(before);
            rest = self.sign(from, &mut output);
        }
        output.push_str(rest);
        output
    }

    /// Converts the markup that a text begins with, and returns the rest of the text.
    fn sign<'t>(&self, from: &'t str, output: &mut String) -> &'t str {
        let window = &from[..from.floor_char_boundary(2_000)];
        if from.starts_with("``")
            && let Some(end) = window[2..].find("``")
        {
            // The last two of a run of signs end the literal; those before are a part of it.
            let end = end + window[end + 4..].bytes().take_while(|&b| b == b'`').count();
            let code = &from[2..2 + end];
            let fence = fence_of(code);
            let _ = write!(output, "{fence} {code} {fence}");
            return &from[end + 4..];
        }
        if from.starts_with('`')
            && let Some(end) = window[1..].find('`')
        {
            let inner = &from[1..=end];
            let role = take_role(output);
            output.push_str(&shown(inner, role.as_deref()));
            let behind = &from[end + 2..];
            // A role may stand behind, and the mark of a reference.
            let behind = behind.trim_start_matches('_');
            return behind;
        }
        if from.starts_with('|')
            && let Some(end) = window[1..].find('|')
        {
            let name = &from[1..=end];
            if let Some(value) = self.substitutions.get(name) {
                output.push_str(value);
                return from[end + 2..].trim_start_matches('_');
            }
        }
        if let Some(behind) = from.strip_prefix('\\') {
            let escaped = behind.chars().next();
            if let Some(c) = escaped.filter(|c| !c.is_whitespace()) {
                if matches!(c, '*' | '_' | '`') {
                    output.push('\\');
                }
                output.push(c);
            }
            return &behind[escaped.map_or(0, char::len_utf8)..];
        }
        if let Some(behind) = from.strip_prefix('_') {
            let follows = behind.chars().next();
            let is_word = output.ends_with(|c: char| c.is_alphanumeric() || c == ']');
            let ends = follows.is_none_or(|c| c.is_whitespace() || ".,;:!?)".contains(c));
            // `word_` refers to something.
            if !(is_word && ends) {
                output.push('_');
            }
            return behind;
        }
        output.push_str(if from.starts_with('<') {
            "&lt;"
        } else {
            &from[..1]
        });
        &from[1..]
    }
}

/// Returns the signs that a span of code with this text begins and ends with in Markdown: at least two, and more than
/// any run of them in the text.
fn fence_of(code: &str) -> String {
    let runs = code.split(|c| c != '`').map(str::len);
    "`".repeat(runs.max().unwrap_or(0).max(1) + 1)
}

/// Removes a role `:role:` from the end of a text, and returns its name; `None` when there is none.
fn take_role(output: &mut String) -> Option<String> {
    let before = output.strip_suffix(':')?;
    let start = before
        .rfind(|c: char| !(c.is_alphanumeric() || "-_:.+".contains(c)))
        .map_or(0, |at| {
            at + before[at..].chars().next().map_or(1, char::len_utf8)
        });
    let role = before[start..].strip_prefix(':')?.to_owned();
    output.truncate(start);
    (!role.is_empty()).then_some(role)
}

/// Returns the text that a reader sees of a text between backticks.
fn shown(inner: &str, role: Option<&str>) -> String {
    let is_code = matches!(
        role,
        Some(
            "code"
                | "samp"
                | "file"
                | "command"
                | "program"
                | "literal"
                | "envvar"
                | "option"
                | "math"
        )
    );
    if let Some((text, _)) = inner.rsplit_once('<').filter(|_| inner.ends_with('>')) {
        let text = text.trim();
        if !text.is_empty() {
            return text.replace('<', "&lt;");
        }
    }
    if is_code {
        return format!("`{}`", inner.replace('`', ""));
    }
    let inner = inner.trim_start_matches('!').trim_matches(['<', '>']);
    let last = match role {
        Some(_) if inner.starts_with('~') => inner.rsplit('.').next().unwrap_or(inner),
        Some("doc" | "ref" | "numref") => inner.rsplit('/').next().unwrap_or(inner),
        _ => inner,
    };
    let text = last.trim_start_matches('~');
    match role {
        Some("menuselection") => text.replace("-->", ">"),
        Some("doc" | "ref" | "numref") => text.replace(['-', '_'], " "),
        _ => text.replace('<', "&lt;"),
    }
}
