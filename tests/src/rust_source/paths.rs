//! Finds the paths in a Rust file; a list in braces gives several paths.

use super::RustSource;
use super::lexer::Token;

/// A path of at least two names; lists in braces are resolved.
#[derive(Debug, PartialEq, Eq)]
pub struct ModulePath {
    /// The names of the path, with `crate`, `self` and `super`; `*` for a glob.
    pub names: Vec<String>,
    /// The number of modules inside the file around the path.
    pub nested: usize,
    /// Whether one of the modules around the path is named `tests`.
    pub is_of_tests: bool,
}

impl RustSource {
    /// Returns every path of at least two names, in order; each name in a list of braces ends a path of its own.
    #[must_use]
    pub fn paths(&self) -> Vec<ModulePath> {
        let mut paths = Vec::new();
        // The name of the module that each open brace belongs to; empty for other braces.
        let mut braces: Vec<&str> = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            match self.text(at) {
                "{" if at >= 2 && self.text(at - 2) == "mod" => braces.push(self.text(at - 1)),
                "{" => braces.push(""),
                "}" => {
                    braces.pop();
                }
                _ if self.tokens[at].is_name() && self.text(at + 1) == "::" => {
                    let mut found = Vec::new();
                    at = self.path_from(at, &mut Vec::new(), &mut found);
                    paths.extend(found.into_iter().map(|names| ModulePath {
                        names,
                        nested: braces.iter().filter(|name| !name.is_empty()).count(),
                        is_of_tests: braces.contains(&"tests"),
                    }));
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
        paths
    }

    /// Reads the rest of a path from the name at `at` on, and returns the token behind it.
    fn path_from(
        &self,
        mut at: usize,
        before: &mut Vec<String>,
        paths: &mut Vec<Vec<String>>,
    ) -> usize {
        let depth = before.len();
        loop {
            before.push(self.text(at).to_owned());
            let is_followed = self.text(at + 1) == "::";
            if is_followed && self.text(at + 2) == "{" {
                at = self.list_from(at + 3, before, paths);
                break;
            }
            let goes_on = self.tokens.get(at + 2).is_some_and(Token::can_follow);
            if !(is_followed && goes_on) {
                paths.push(before.clone());
                at += 1;
                break;
            }
            at += 2;
        }
        before.truncate(depth);
        at
    }

    /// Reads a list in braces from behind its opening brace, and returns the token behind it.
    fn list_from(
        &self,
        mut at: usize,
        before: &mut Vec<String>,
        paths: &mut Vec<Vec<String>>,
    ) -> usize {
        while at < self.tokens.len() {
            match self.text(at) {
                "}" => return at + 1,
                "as" => at += 2,
                _ if self.tokens[at].can_follow() => at = self.path_from(at, before, paths),
                _ => at += 1,
            }
        }
        at
    }
}
