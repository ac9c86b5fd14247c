//! Reads what the architecture tests need of a Rust file: its names, and its paths from the crate's root. Comments and
//! the insides of strings are passed over; macros are read as they stand.

/// The names of a Rust file.
#[derive(Debug)]
pub struct RustSource {
    tokens: Vec<Token>,
}

#[derive(Debug)]
struct Token {
    line: usize,
    text: String,
}

/// A name, and where it stands.
#[derive(Debug)]
pub struct Identifier<'a> {
    /// The line, from 1.
    pub line: usize,
    /// The name.
    pub name: &'a str,
}

/// A path that begins at the crate's root.
#[derive(Debug, PartialEq, Eq)]
pub struct CratePath {
    /// The line, from 1.
    pub line: usize,
    /// What follows `crate::`; `*` for everything.
    pub first: String,
}

impl RustSource {
    /// Cuts the text into names and signs.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self {
            tokens: Lexer::new(text).tokens(),
        }
    }

    /// Every name and keyword, in order.
    pub fn identifiers(&self) -> impl Iterator<Item = Identifier<'_>> {
        self.tokens
            .iter()
            .filter(|token| token.is_name())
            .map(|token| Identifier {
                line: token.line,
                name: &token.text,
            })
    }

    /// Every path from the crate's root, as `crate::a::B`, `crate::{a, B}`, or `super::` so often that it gets there.
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

    /// The names that a path goes on with at `at`: one, or those of a list in braces.
    fn first_names(&self, at: usize, paths: &mut Vec<CratePath>) {
        let mut add = |at: usize| {
            paths.push(CratePath {
                line: self.tokens[at].line,
                first: self.text(at).to_owned(),
            });
        };
        if self.text(at) != "{" {
            if at < self.tokens.len() {
                add(at);
            }
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
                    add(at);
                    is_first = false;
                }
                _ => {}
            }
            if open == 0 {
                return;
            }
        }
    }

    /// The public names of the crate's root and the module that each comes from: what `pub use a::{B, C};` says.
    #[must_use]
    pub fn reexports(&self) -> Vec<(String, String)> {
        let mut reexports = Vec::new();
        for at in 0..self.tokens.len() {
            if self.text(at) != "pub" || self.text(at + 1) != "use" {
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

    /// The text of a token; `""` past the end.
    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.text)
    }
}

impl Token {
    fn is_name(&self) -> bool {
        self.text
            .starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
    line: usize,
    tokens: Vec<Token>,
}

impl Lexer {
    fn new(text: &str) -> Self {
        Self {
            chars: text.chars().collect(),
            at: 0,
            line: 1,
            tokens: Vec::new(),
        }
    }

    fn tokens(mut self) -> Vec<Token> {
        while let Some(c) = self.peek(0) {
            match c {
                '/' if self.peek(1) == Some('/') => self.skip_while(|c| c != '\n'),
                '/' if self.peek(1) == Some('*') => self.skip_block_comment(),
                '"' => self.skip_string(),
                '\'' => self.skip_char_or_lifetime(),
                c if c.is_alphabetic() || c == '_' => self.name(),
                c if c.is_ascii_digit() => self.skip_while(|c| c.is_alphanumeric() || c == '_'),
                ':' if self.peek(1) == Some(':') => self.push(2),
                c if c.is_whitespace() => self.skip(1),
                _ => self.push(1),
            }
        }
        self.tokens
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            if self.peek(0) == Some('\n') {
                self.line += 1;
            }
            self.at += 1;
        }
    }

    fn skip_while(&mut self, goes_on: impl Fn(char) -> bool) {
        while self.peek(0).is_some_and(&goes_on) {
            self.skip(1);
        }
    }

    /// The next `count` characters are a token.
    fn push(&mut self, count: usize) {
        let text = self.chars[self.at..self.at + count].iter().collect();
        self.tokens.push(Token {
            line: self.line,
            text,
        });
        self.skip(count);
    }

    fn name(&mut self) {
        let rest = &self.chars[self.at..];
        let length = rest
            .iter()
            .take_while(|c| c.is_alphanumeric() || **c == '_')
            .count();
        let name: String = rest[..length].iter().collect();
        let hashes = rest[length..].iter().take_while(|c| **c == '#').count();
        let is_quoted = rest.get(length + hashes) == Some(&'"');
        match &*name {
            "r" | "br" | "cr" if is_quoted => self.skip_raw_string(length, hashes),
            // The sign that quotes follows as a string or character of its own.
            "b" | "c" if hashes == 0 && is_quoted => self.skip(length),
            "b" if rest.get(length) == Some(&'\'') => self.skip(length),
            _ => self.push(length),
        }
    }

    fn skip_block_comment(&mut self) {
        let mut open = 0;
        while let Some(c) = self.peek(0) {
            match (c, self.peek(1)) {
                ('/', Some('*')) => open += 1,
                ('*', Some('/')) => open -= 1,
                _ => {
                    self.skip(1);
                    continue;
                }
            }
            self.skip(2);
            if open == 0 {
                return;
            }
        }
    }

    fn skip_string(&mut self) {
        self.skip(1);
        while let Some(c) = self.peek(0) {
            self.skip(if c == '\\' { 2 } else { 1 });
            if c == '"' {
                return;
            }
        }
    }

    fn skip_raw_string(&mut self, prefix: usize, hashes: usize) {
        self.skip(prefix + hashes + 1);
        while let Some(c) = self.peek(0) {
            self.skip(1);
            if c == '"' && (0..hashes).all(|i| self.peek(i) == Some('#')) {
                self.skip(hashes);
                return;
            }
        }
    }

    fn skip_char_or_lifetime(&mut self) {
        if self.peek(1) == Some('\\') {
            self.skip(3);
            self.skip_while(|c| c != '\'');
            self.skip(1);
        } else if self.peek(2) == Some('\'') {
            self.skip(3);
        } else {
            self.skip(1);
            self.skip_while(|c| c.is_alphanumeric() || c == '_');
        }
    }
}
