//! The patterns of paths that are not read: those of `--exclude` and of a file `.helpdexignore`.

/// The name of the file, at the top of a folder, with patterns of paths that are not read.
pub(super) const IGNORE_FILE: &str = ".helpdexignore";

/// Patterns of paths in the form of `.gitignore`: `*` matches any characters but `/`, `**` any folders, `?` one
/// character. A pattern with a `/` before its end matches from the top; any other matches at any depth. A pattern
/// behind `!` includes paths again.
#[derive(Debug, Clone, Default)]
pub(crate) struct Patterns(Vec<Pattern>);

#[derive(Debug, Clone)]
struct Pattern {
    /// The parts of the pattern between the slashes.
    names: Vec<String>,
    is_anchored: bool,
    is_taken_back: bool,
}

impl Patterns {
    /// Parses patterns, one in each string.
    pub(crate) fn new(patterns: &[String]) -> Self {
        let mut all = Self::default();
        for pattern in patterns {
            all.add(pattern);
        }
        all
    }

    /// Parses patterns, one a line, and adds them; a line that begins with `#` is a comment.
    pub(crate) fn add_lines(&mut self, text: &str) {
        let lines = text.trim_start_matches('\u{feff}').lines();
        for line in lines.filter(|line| !line.starts_with('#')) {
            self.add(line);
        }
    }

    fn add(&mut self, pattern: &str) {
        let pattern = pattern.trim();
        let (pattern, is_taken_back) = match pattern.strip_prefix('!') {
            Some(rest) => (rest, true),
            None => (pattern, false),
        };
        let inner = pattern.trim_end_matches('/');
        let names = inner.split('/').filter(|name| !name.is_empty());
        let names: Vec<String> = names.map(str::to_owned).collect();
        if !names.is_empty() {
            self.0.push(Pattern {
                names,
                is_anchored: inner.contains('/'),
                is_taken_back,
            });
        }
    }

    /// Whether a path must not be read: it or a folder above it matches a pattern, and no later pattern includes it
    /// again.
    pub(crate) fn exclude(&self, path: &str) -> bool {
        let names: Vec<&str> = path.split('/').collect();
        let mut is_excluded = false;
        for pattern in &self.0 {
            if pattern.matches(&names) {
                is_excluded = !pattern.is_taken_back;
            }
        }
        is_excluded
    }
}

impl Pattern {
    fn matches(&self, path: &[&str]) -> bool {
        let pattern: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let starts = if self.is_anchored { 1 } else { path.len() };
        (0..starts).any(|start| begins_with(&pattern, &path[start..]))
    }
}

/// Whether the first names of a path match a pattern; everything below a folder that matches does, too.
fn begins_with(pattern: &[&str], path: &[&str]) -> bool {
    // One row of a table: which prefixes of the path the names so far match.
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    for name in pattern {
        let mut next = vec![false; path.len() + 1];
        for at in 0..=path.len() {
            if *name == "**" {
                next[at] = reached[at] || (at > 0 && next[at - 1]);
            } else if at > 0 {
                next[at] = reached[at - 1] && matches_name(name, path[at - 1]);
            }
        }
        reached = next;
    }
    reached.contains(&true)
}

/// Whether a name matches a pattern of `*` and `?`.
fn matches_name(pattern: &str, name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    let mut reached = vec![false; name.len() + 1];
    reached[0] = true;
    for sign in pattern.chars() {
        let mut next = vec![false; name.len() + 1];
        for at in 0..=name.len() {
            next[at] = match sign {
                '*' => reached[at] || (at > 0 && next[at - 1]),
                '?' => at > 0 && reached[at - 1],
                sign => at > 0 && reached[at - 1] && name[at - 1] == sign,
            };
        }
        reached = next;
    }
    reached[name.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lines: &str, path: &str, expected: bool) {
        let mut patterns = Patterns::default();
        patterns.add_lines(lines);
        assert_eq!(patterns.exclude(path), expected, "{lines:?} {path:?}");
    }

    #[test]
    fn patterns_exclude_as_those_of_git_do() {
        check("drafts", "a/drafts/b.md", true);
        check("drafts/", "drafts/b.md", true);
        check("/drafts", "a/drafts", false);
        check("a/drafts", "a/drafts/b.md", true);
        check("*.txt", "a/b.txt", true);
        check("*.txt", "a/b.txt.md", false);
        check("a/**/c.md", "a/x/y/c.md", true);
        check("a/**/c.md", "a/c.md", true);
        check("?.md", "ab.md", false);
        check("# a\n\nb.md\n!b.md", "b.md", false);
        check("*\n!en", "de/a.md", true);
        check("", "a", false);
    }
}
