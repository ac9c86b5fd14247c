//! Reads the path of a page: its id, its locale, its address, and whether the file is a page at all.

use helpdex::Locale;

use crate::input::Input;
use crate::report::LeftOut;
use crate::source::Source;

/// The arrangement of the folders with the pages of a source.
pub(super) struct Layout {
    source: Source,
    /// The folder of the pages, with a slash at the end; "" if they are at the top.
    root: String,
    /// Whether there are pages outside of folders of versions.
    has_current: bool,
}

/// What the path of a file says about the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Placed {
    /// The path without the root folder, the locale and the name ending.
    pub id: String,
    /// The locale that the folder or the file is named after, in lower case.
    pub locale: Option<String>,
    /// The path of the page on the site.
    pub route: String,
    pub left_out: Option<LeftOut>,
}

impl Layout {
    pub(super) fn of(input: &Input, source: Source) -> Self {
        let roots: &[&str] = match source {
            Source::Starlight => &[
                "src/content/docs/",
                "content/docs/",
                "docs/src/content/docs/",
                "docs/",
            ],
            Source::Mkdocs | Source::Vitepress => &["docs/"],
            Source::Hugo => &["content/"],
            Source::Sphinx => &["source/", "docs/source/", "docs/"],
            _ => &[],
        };
        // One folder may stand around everything, as in an archive.
        let around = common_folder(input);
        let mut starts = roots
            .iter()
            .flat_map(|root| [(*root).to_owned(), format!("{around}{root}")]);
        let found = starts.find(|root| input.files.iter().any(|file| file.path.starts_with(root)));
        let is_pages = matches!(source, Source::Docusaurus | Source::Antora | Source::Jekyll);
        let root = found.unwrap_or_else(|| if is_pages { around } else { String::new() });
        let has_current = input.files.iter().any(|file| {
            let path = file.path.strip_prefix(&root).unwrap_or(&file.path);
            path.starts_with("docs/")
        });
        Self {
            source,
            root,
            has_current,
        }
    }

    /// Reads the path of a file.
    pub(super) fn place(&self, path: &str) -> Placed {
        let Some(inner) = path.strip_prefix(&self.root) else {
            return outside(path);
        };
        let names: Vec<&str> = inner.split('/').collect();
        let placed = match self.source {
            Source::Docusaurus => self.docusaurus(&names),
            Source::Antora => antora(&names),
            Source::Jekyll => jekyll(&names),
            Source::Markdown | Source::Obsidian => in_folder_of_locale(&names, false),
            _ => in_folder_of_locale(&names, true),
        };
        let Some(mut placed) = placed else {
            return outside(path);
        };
        placed.left_out = placed.left_out.or_else(|| self.reason(&names));
        placed
    }

    /// Returns the reason for which the file at this path is no article; `None` if it is one.
    fn reason(&self, names: &[&str]) -> Option<LeftOut> {
        let (name, folders) = names.split_last()?;
        if folders.contains(&"_drafts") {
            return Some(LeftOut::Draft);
        }
        let is_collection = self.source == Source::Jekyll
            && folders
                .first()
                .is_some_and(|folder| !JEKYLL_FOLDERS.contains(folder));
        let from = usize::from(is_collection);
        if names
            .get(from..)
            .unwrap_or_default()
            .iter()
            .any(is_underscored)
        {
            return Some(LeftOut::Partial);
        }
        let is_part = match self.source {
            Source::Docfx => folders
                .iter()
                .any(|folder| matches!(*folder, "includes" | "_themes")),
            Source::Mintlify => folders.contains(&"snippets"),
            Source::Vitepress => folders.contains(&"parts"),
            Source::Mkdocs => {
                folders.first() == Some(&"includes") || folders.first() == Some(&"overrides")
            }
            _ => false,
        };
        if is_part {
            return Some(LeftOut::Partial);
        }
        let stem = name
            .rsplit_once('.')
            .map_or(*name, |(stem, _)| stem)
            .to_ascii_lowercase();
        let is_other = folders
            .iter()
            .any(|folder| matches!(*folder, "node_modules" | "_site" | "site-packages"))
            || matches!(stem.as_str(), "toc" | "summary" if self.source != Source::Markdown)
            || matches!(stem.as_str(), "license" | "changelog" | "contributing" | "code_of_conduct" if folders.is_empty());
        is_other.then_some(LeftOut::NotAnArticle)
    }

    fn docusaurus(&self, names: &[&str]) -> Option<Placed> {
        match names {
            ["i18n", locale, plugin, version, rest @ ..]
                if plugin.starts_with("docusaurus-plugin-content-docs") =>
            {
                let locale = locale_name(locale)?;
                if *version != "current" && self.has_current {
                    return Some(versioned(names));
                }
                Some(numbered(rest, Some(locale)))
            }
            ["i18n", locale, plugin, rest @ ..]
                if plugin.starts_with("docusaurus-plugin-content") =>
            {
                Some(numbered(rest, Some(locale_name(locale)?)))
            }
            ["i18n", ..] => None,
            ["versioned_docs", _, rest @ ..] if !self.has_current => Some(numbered(rest, None)),
            ["versioned_docs", ..] => Some(versioned(names)),
            ["docs", rest @ ..] if !rest.is_empty() => Some(numbered(rest, None)),
            [_] if self.has_current => None,
            names => Some(numbered(names, None)),
        }
    }
}

/// Whether a file name is that of a part that pages include: one that begins with `_`, except for Hugo's `_index.md`.
fn is_underscored(name: &&str) -> bool {
    name.starts_with('_') && !name.starts_with("_index.")
}

/// The names of the folders of Jekyll that contain no pages.
const JEKYLL_FOLDERS: [&str; 6] = [
    "_includes",
    "_layouts",
    "_data",
    "_sass",
    "_site",
    "_plugins",
];

/// Returns the folder that contains all files, with a slash at the end; "" if there is none.
fn common_folder(input: &Input) -> String {
    let first = input
        .files
        .first()
        .and_then(|file| file.path.split_once('/'));
    let Some((folder, _)) = first else {
        return String::new();
    };
    let prefix = format!("{folder}/");
    let is_common = input
        .files
        .iter()
        .all(|file| file.path.starts_with(&prefix));
    let is_content = folder.starts_with('_')
        || matches!(folder, "docs" | "content" | "src" | "source" | "modules");
    if is_common && !is_content && locale_name(folder).is_none() {
        prefix
    } else {
        String::new()
    }
}

fn placed(path: &str, locale: Option<String>) -> Placed {
    let stem = match path.rsplit_once('/') {
        Some((folders, name)) => format!("{folders}/{}", without_ending(name)),
        None => without_ending(path).to_owned(),
    };
    let index = ["index", "_index", "README"];
    let last = stem.rsplit('/').next().unwrap_or_default();
    let route = if index.contains(&last) {
        stem[..stem.len() - last.len()].to_owned()
    } else {
        stem.clone()
    };
    Placed {
        id: stem,
        locale,
        route,
        left_out: None,
    }
}

fn without_ending(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Reads a path of Docusaurus, where `01-` before a name only gives its position in the menu.
fn numbered(names: &[&str], locale: Option<String>) -> Placed {
    let names: Vec<&str> = names.iter().map(|name| without_number(name)).collect();
    let mut placed = placed(&names.join("/"), locale);
    placed.route = format!("docs/{}", placed.route);
    placed
}

fn without_number(name: &str) -> &str {
    let rest = name.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = rest.len() < name.len() && name.len() - rest.len() <= 3;
    let behind = rest.trim_start_matches(['-', '_', '.', ' ']);
    let is_separated = behind.len() < rest.len() && behind.starts_with(|c: char| c.is_alphabetic());
    if is_numbered
        && is_separated
        && behind.contains(|c: char| c.is_alphabetic())
        && !behind.starts_with("md")
    {
        behind
    } else {
        name
    }
}

/// Reads a path of Antora: `modules/NAME/pages/...`.
fn antora(names: &[&str]) -> Option<Placed> {
    let at = names.iter().position(|name| *name == "modules");
    let Some(at) = at else {
        return Some(placed(&names.join("/"), None));
    };
    match &names[at + 1..] {
        [module, "pages", rest @ ..] if !rest.is_empty() => {
            // A translation lies in a component of its own, or in a folder of the pages.
            let of_component = names[..at].iter().find_map(|name| locale_name(name));
            let page = match of_component {
                Some(locale) => placed(&rest.join("/"), Some(locale)),
                None => in_folder_of_locale(rest, true)?,
            };
            if *module == "ROOT" {
                return Some(page);
            }
            Some(Placed {
                id: format!("{module}/{}", page.id),
                route: format!("{module}/{}", page.route),
                ..page
            })
        }
        [_, "partials" | "examples" | "assets", ..] => Some(Placed {
            left_out: Some(LeftOut::Partial),
            ..placed(&names.join("/"), None)
        }),
        _ => None,
    }
}

/// Reads a path of Jekyll: `_articles/topic/name.md`, `_posts/2026-01-31-name.md`.
fn jekyll(names: &[&str]) -> Option<Placed> {
    let is_collection = names.len() > 1
        && names[0].starts_with('_')
        && !JEKYLL_FOLDERS.contains(&names[0])
        && names[0] != "_drafts";
    let inner = if is_collection { &names[1..] } else { names };
    let mut placed = in_folder_of_locale(inner, true)?;
    let name = placed.id.rsplit('/').next().unwrap_or_default().to_owned();
    let date = name.get(..11).filter(|date| {
        date.ends_with('-')
            && date.bytes().filter(|b| *b == b'-').count() == 3
            && date.bytes().all(|b| b.is_ascii_digit() || b == b'-')
    });
    if date.is_some() {
        placed.route = placed.route.replace(&name, &name[11..]);
    }
    Some(placed)
}

/// Reads a path with a folder named after a locale, or with a name such as `page.fr.md`. With `first`, only the first
/// folder may be the locale.
fn in_folder_of_locale(names: &[&str], first: bool) -> Option<Placed> {
    let (name, folders) = names.split_last()?;
    let most = if first {
        folders.len().min(1)
    } else {
        folders.len()
    };
    if let Some(at) = folders[..most]
        .iter()
        .position(|folder| locale_name(folder).is_some())
    {
        let locale = locale_name(folders[at]);
        let mut rest = names.to_vec();
        rest.remove(at);
        return Some(placed(&rest.join("/"), locale));
    }
    let stem = without_ending(name);
    if let Some((inner, locale)) = stem
        .rsplit_once('.')
        .and_then(|(inner, tag)| locale_name(tag).map(|l| (inner, l)))
    {
        let ending = &name[stem.len()..];
        let mut rest: Vec<String> = folders.iter().map(|folder| (*folder).to_owned()).collect();
        rest.push(format!("{inner}{ending}"));
        return Some(placed(&rest.join("/"), Some(locale)));
    }
    Some(placed(&names.join("/"), None))
}

/// Returns the locale that a folder is named after: two letters, or two letters with a region or script, because longer
/// names are more often words than languages.
pub(super) fn locale_name(name: &str) -> Option<String> {
    let locale: Locale = name.parse().ok()?;
    (locale.language().len() == 2).then(|| locale.to_string())
}

/// Returns the place of a file that is left out because it is no page of the documentation.
fn outside(path: &str) -> Placed {
    Placed {
        left_out: Some(LeftOut::NotAnArticle),
        ..placed(path, None)
    }
}

/// Returns the place of a page that is left out because it belongs to an older version.
fn versioned(names: &[&str]) -> Placed {
    Placed {
        left_out: Some(LeftOut::OldVersion),
        ..placed(&names.join("/"), None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(
        source: Source,
        has_current: bool,
        path: &str,
        expected: (&str, Option<&str>, &str, Option<LeftOut>),
    ) {
        let layout = Layout {
            source,
            root: String::new(),
            has_current,
        };
        let placed = layout.place(path);
        let found = (
            &*placed.id,
            placed.locale.as_deref(),
            &*placed.route,
            placed.left_out,
        );
        assert_eq!(found, expected, "{path}");
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table of paths")]
    fn paths_tell_id_locale_route_and_what_is_no_page() {
        let is = |id, locale, route| (id, locale, route, None);
        check(
            Source::Docusaurus,
            true,
            "docs/01-guide/02-start.md",
            is("guide/start", None, "docs/guide/start"),
        );
        let path = "i18n/de/docusaurus-plugin-content-docs/current/guide/start.md";
        check(
            Source::Docusaurus,
            true,
            path,
            is("guide/start", Some("de"), "docs/guide/start"),
        );
        let old = Some(LeftOut::OldVersion);
        check(
            Source::Docusaurus,
            true,
            "versioned_docs/version-1/a.md",
            (
                "versioned_docs/version-1/a",
                None,
                "versioned_docs/version-1/a",
                old,
            ),
        );
        check(
            Source::Docusaurus,
            true,
            "docs/_part.md",
            ("_part", None, "docs/_part", Some(LeftOut::Partial)),
        );
        check(
            Source::Starlight,
            false,
            "de/guides/a.mdx",
            is("guides/a", Some("de"), "guides/a"),
        );
        check(
            Source::Mkdocs,
            false,
            "setup/index.fr.md",
            is("setup/index", Some("fr"), "setup/"),
        );
        check(
            Source::Jekyll,
            false,
            "_articles/account/a.md",
            is("account/a", None, "account/a"),
        );
        check(
            Source::Jekyll,
            false,
            "_posts/2026-01-31-a.md",
            is("2026-01-31-a", None, "a"),
        );
        check(
            Source::Jekyll,
            false,
            "_drafts/a.md",
            ("_drafts/a", None, "_drafts/a", Some(LeftOut::Draft)),
        );
        check(
            Source::Antora,
            false,
            "modules/ROOT/pages/a/b.adoc",
            is("a/b", None, "a/b"),
        );
        check(
            Source::Antora,
            false,
            "modules/x/pages/b.adoc",
            is("x/b", None, "x/b"),
        );
        check(
            Source::Hugo,
            false,
            "en/docs/_index.md",
            is("docs/_index", Some("en"), "docs/"),
        );
        check(
            Source::Markdown,
            false,
            "help/pt-br/a.md",
            is("help/a", Some("pt-br"), "help/a"),
        );
        check(
            Source::Markdown,
            false,
            "_includes/a.md",
            ("_includes/a", None, "_includes/a", Some(LeftOut::Partial)),
        );
        check(
            Source::Markdown,
            false,
            "node_modules/x/README.md",
            (
                "node_modules/x/README",
                None,
                "node_modules/x/",
                Some(LeftOut::NotAnArticle),
            ),
        );
    }
}
