//! Splits the text of a Rust file into tokens. Comments and the contents of strings give no tokens.

/// A token: a name, a number or a sign.
#[derive(Debug)]
pub(super) struct Token {
    /// The number of the line of the file that the token is on, from 1.
    pub line: usize,
    /// The text of the token: a name, a number, `::`, or another single character.
    pub text: String,
}

impl Token {
    /// Whether the token can follow `::` in a path.
    pub(super) fn can_follow(&self) -> bool {
        self.is_name() || self.text == "*"
    }

    pub(super) fn is_name(&self) -> bool {
        self.text
            .starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

/// Returns the tokens of a text, in order.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    Lexer::new(text).tokens()
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
                c if c.is_ascii_digit() => self.number(),
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

    /// Makes the next `count` characters a token.
    fn push(&mut self, count: usize) {
        let text = self.chars[self.at..self.at + count].iter().collect();
        self.tokens.push(Token {
            line: self.line,
            text,
        });
        self.skip(count);
    }

    fn number(&mut self) {
        let rest = &self.chars[self.at..];
        let length = rest
            .iter()
            .take_while(|c| c.is_alphanumeric() || **c == '_');
        self.push(length.count());
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
