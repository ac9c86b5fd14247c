//! Parses a Rust file for the tests of the repository: names, paths from the crate's root, functions, named closures
//! and test code. Comments and the contents of strings are skipped, and macros are not expanded.

mod lexer;
pub(crate) mod paths;

use self::lexer::{Token, tokens};

/// The tokens of a Rust file.
#[derive(Debug)]
pub struct RustSource {
    tokens: Vec<Token>,
}

/// A name in a file, with its line.
#[derive(Debug)]
pub struct Identifier<'a> {
    /// The number of the line of the file that the name is on, from 1.
    pub line: usize,
    /// The name itself.
    pub name: &'a str,
}

/// A path from the root of the crate.
#[derive(Debug, PartialEq, Eq)]
pub struct CratePath {
    /// The number of the line of the file that the path is on, from 1.
    pub line: usize,
    /// The name that follows `crate::`; `*` for a glob.
    pub first: String,
}

/// An item that covers lines of a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Span {
    /// The name of the function, closure or module; empty for test code of another kind.
    pub name: String,
    /// The number of the item's first line in the file, from 1.
    pub first: usize,
    /// The number of the item's last line in the file, from 1.
    pub last: usize,
}

impl Span {
    /// Returns the number of lines of the item.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.last - self.first + 1
    }

    /// Whether the line of the file with this number, from 1, belongs to the item.
    #[must_use]
    pub fn contains(&self, line: usize) -> bool {
        (self.first..=self.last).contains(&line)
    }
}

impl RustSource {
    /// Splits the text of a file into tokens.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self {
            tokens: tokens(text),
        }
    }

    /// Returns every name and keyword, in order.
    pub fn identifiers(&self) -> impl Iterator<Item = Identifier<'_>> {
        self.tokens
            .iter()
            .filter(|token| token.is_name())
            .map(|token| Identifier {
                line: token.line,
                name: &token.text,
            })
    }

    /// Returns every path from the root of the crate, written as `crate::a::B`, `crate::{a, B}`, or with as many
    /// `super::` as lead there.
    ///
    /// `depth` is how many modules down the file lies: 1 for `src/a.rs`, 2 for `src/a/b.rs`.
    #[must_use]
    pub fn crate_paths(&self, depth: usize) -> Vec<CratePath> {
        let mut paths = Vec::new();
        // For each open brace whether it is that of a `mod`.
        let mut braces: Vec<bool> = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            match self.text(at) {
                "{" => braces.push(at >= 2 && self.text(at - 2) == "mod"),
                "}" => {
                    braces.pop();
                }
                "crate" if self.text(at + 1) == "::" => self.first_names(at + 2, &mut paths),
                "super" if at < 2 || self.text(at - 2) != "super" => {
                    let supers = (at..)
                        .step_by(2)
                        .take_while(|&i| self.text(i) == "super" && self.text(i + 1) == "::")
                        .count();
                    let nested = braces.iter().filter(|is_module| **is_module).count();
                    if supers >= depth + nested {
                        self.first_names(at + 2 * supers, &mut paths);
                    }
                }
                _ => {}
            }
            at += 1;
        }
        paths
    }

    /// Adds the names that follow in a path at token `at`: one name, or those of a list in braces.
    fn first_names(&self, at: usize, paths: &mut Vec<CratePath>) {
        if self.text(at) != "{" {
            paths.extend(self.path_to(at));
            return;
        }
        let mut open = 1;
        let mut is_first = true;
        for at in at + 1..self.tokens.len() {
            match self.text(at) {
                "{" => open += 1,
                "}" => open -= 1,
                "," if open == 1 => is_first = true,
                _ if is_first => {
                    paths.extend(self.path_to(at));
                    is_first = false;
                }
                _ => {}
            }
            if open == 0 {
                return;
            }
        }
    }

    /// Returns the path whose first name is this token; `None` past the end.
    fn path_to(&self, at: usize) -> Option<CratePath> {
        self.tokens.get(at).map(|token| CratePath {
            line: token.line,
            first: token.text.clone(),
        })
    }

    /// Returns the public names of the root of the crate, each with the module in its `pub use a::{B, C};`. Names that
    /// the documentation hides are included.
    #[must_use]
    pub fn reexports(&self) -> Vec<(String, String)> {
        self.reexports_where(|_| true)
    }

    /// Returns the names of [`reexports`](Self::reexports) that the documentation shows and that are not inside inner
    /// modules.
    #[must_use]
    pub fn documented_reexports(&self) -> Vec<(String, String)> {
        let hidden = ["#", "[", "doc", "(", "hidden", ")", "]"];
        self.reexports_where(|at| {
            self.depth(at) == 0 && (at < 7 || !self.starts_with(at - 7, &hidden))
        })
    }

    /// Returns the number of braces that are open before a token.
    fn depth(&self, at: usize) -> usize {
        (0..at).fold(0_usize, |depth, token| match self.text(token) {
            "{" => depth + 1,
            "}" => depth.saturating_sub(1),
            _ => depth,
        })
    }

    fn reexports_where(&self, is_wanted: impl Fn(usize) -> bool) -> Vec<(String, String)> {
        let mut reexports = Vec::new();
        for at in 0..self.tokens.len() {
            if self.text(at) != "pub" || self.text(at + 1) != "use" || !is_wanted(at) {
                continue;
            }
            let module = self.text(at + 2);
            let names = (at + 3..self.tokens.len())
                .take_while(|&i| self.text(i) != ";")
                .filter(|&i| self.tokens[i].is_name() && self.text(i + 1) != "as")
                .filter(|&i| self.text(i) != "as" && self.text(i + 1) != "::");
            for name in names {
                reexports.push((self.text(name).to_owned(), module.to_owned()));
            }
        }
        reexports
    }

    /// Returns the functions that have a body, from `fn` to the closing brace, in order.
    #[must_use]
    pub fn functions(&self) -> Vec<Span> {
        let starts = (0..self.tokens.len()).filter(|&at| {
            self.text(at) == "fn" && self.tokens.get(at + 1).is_some_and(Token::is_name)
        });
        starts
            .filter_map(|at| {
                let end = self.item_end(at);
                (self.text(end) == "}").then(|| self.span(self.text(at + 1), at, end))
            })
            .collect()
    }

    /// Returns the closures that `let` binds to a name, each with the line of its name.
    #[must_use]
    pub fn named_closures(&self) -> Vec<Identifier<'_>> {
        (0..self.tokens.len())
            .filter(|&at| self.text(at) == "let")
            .map(|at| at + 1 + usize::from(self.text(at + 1) == "mut"))
            .filter(|&name| self.is_bound_to_closure(name))
            .map(|name| Identifier {
                line: self.tokens[name].line,
                name: &self.tokens[name].text,
            })
            .collect()
    }

    /// Whether the token is a name that is bound to a closure.
    fn is_bound_to_closure(&self, name: usize) -> bool {
        if !self.tokens.get(name).is_some_and(Token::is_name) {
            return false;
        }
        let mut at = name + 1;
        if self.text(at) == ":" {
            while !matches!(self.text(at), "=" | ";" | "") {
                at += 1;
            }
        }
        if self.text(at) != "=" {
            return false;
        }
        at += 1;
        while matches!(self.text(at), "&" | "mut" | "move" | "async") {
            at += 1;
        }
        self.text(at) == "|"
    }

    /// Returns the items behind `#[cfg(test)]`, from the attribute to their ends, in order. For a module in a file of
    /// its own, the span is that of its declaration.
    #[must_use]
    pub fn test_code(&self) -> Vec<Span> {
        let mut spans = Vec::new();
        for at in 0..self.tokens.len() {
            if !self.starts_with(at, &["#", "[", "cfg", "(", "test", ")", "]"]) {
                continue;
            }
            let item = (at + 7..self.tokens.len())
                .find(|&at| !matches!(self.text(at), "pub" | "(" | "crate" | "super" | ")"))
                .unwrap_or(at);
            let name = if self.text(item) == "mod" {
                self.text(item + 1)
            } else {
                ""
            };
            spans.push(self.span(name, at, self.item_end(item)));
        }
        spans
    }

    /// Whether these tokens follow from the token at `at` on.
    fn starts_with(&self, at: usize, tokens: &[&str]) -> bool {
        (at..)
            .zip(tokens)
            .all(|(at, token)| self.text(at) == *token)
    }

    /// Returns the last token of the item that begins at `at`: the closing brace of its body, or the `;` or `,` that
    /// ends it.
    fn item_end(&self, at: usize) -> usize {
        let mut braces = 0;
        let mut brackets = 0;
        for at in at..self.tokens.len() {
            match self.text(at) {
                "(" | "[" => brackets += 1,
                ")" | "]" => brackets -= 1,
                "{" => braces += 1,
                "}" => braces -= 1,
                ";" if braces == 0 && brackets == 0 => return at,
                _ => continue,
            }
            if self.text(at) == "}" && braces <= 0 {
                return at;
            }
        }
        self.tokens.len().saturating_sub(1)
    }

    fn span(&self, name: &str, first: usize, last: usize) -> Span {
        Span {
            name: name.to_owned(),
            first: self.tokens[first].line,
            last: self.tokens[last].line,
        }
    }

    /// Returns the text of a token; `""` past the end.
    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.text)
    }
}
