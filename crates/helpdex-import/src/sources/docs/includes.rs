//! Finds the files that pages include.

use helpdex_text::MAX_ARTICLE_BYTES;

use super::front_matter::Block;
use crate::front_matter::MAX_FRONT_MATTER_BYTES;
use crate::input::Input;

/// The largest file of a page, in bytes: its body, its front matter, and the lines around it.
pub(super) const MAX_FILE_BYTES: usize = MAX_ARTICLE_BYTES + MAX_FRONT_MATTER_BYTES + 100;

/// Returns the text of a file that a page includes, found wherever its generator looks for such files; never from
/// outside of the input.
pub(super) fn included(input: &Input, page: &str, path: &str) -> Option<String> {
    let path = path
        .trim_start_matches("./")
        .trim_start_matches("@/")
        .trim_start_matches('~');
    let path = path.split(['#', '{', '?']).next().unwrap_or(path);
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut names = vec![joined(folder, path), joined("", path)];
    // Antora: `partial$name.adoc`, `module:partial$name.adoc`.
    if let Some((place, name)) = path.split_once('$') {
        let (module, kind) = place
            .rsplit_once(':')
            .map_or((None, place), |(module, kind)| (Some(module), kind));
        let base = page
            .split_once("/pages/")
            .or_else(|| page.split_once("/partials/"))
            .map_or("modules/ROOT", |(base, _)| base);
        let base = match module {
            Some(module) => format!(
                "{}/{}",
                base.rsplit_once('/').map_or("modules", |(b, _)| b),
                module.rsplit(':').next().unwrap_or(module)
            ),
            None => base.to_owned(),
        };
        names.push(joined(&format!("{base}/{kind}s"), name));
    }
    for place in [
        "_includes",
        "docs",
        "includes",
        "snippets",
        "docs/includes",
        "_partials",
        "layouts/shortcodes",
    ] {
        names.push(joined(place, path));
    }
    let file = names
        .into_iter()
        .flatten()
        .find_map(|name| input.file(&name))?;
    let text = file.read_text(MAX_FILE_BYTES).ok()?;
    let (_, body) = Block::split(&text).ok()?;
    Some(body.to_owned())
}

/// Joins a folder and a path; `None` if the result is outside of the input.
fn joined(folder: &str, path: &str) -> Option<String> {
    let base = if path.starts_with('/') { "" } else { folder };
    let mut names: Vec<&str> = Vec::new();
    for name in base.split('/').chain(path.split(['/', '\\'])) {
        match name {
            "" | "." => {}
            ".." => {
                names.pop()?;
            }
            name => names.push(name),
        }
    }
    Some(names.join("/"))
}
