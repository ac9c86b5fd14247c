//! Reads the redirects in the settings of a site, and the former addresses of pages of `AsciiDoc`.

use serde_json::Value;

use super::variables::MAX_SETTINGS_BYTES;
use crate::input::Input;
use crate::json_value::text;
use crate::source::Source;

/// The number of lines at the head of a page in which its attributes are read.
const MAX_ATTRIBUTE_LINES: usize = 40;
/// The most redirects of a site that are read.
const MAX_REDIRECTS: usize = 100_000;

/// A function that reads the redirects in the settings of a site, as pairs of from and to.
type ReadSettings = fn(&str) -> Vec<(String, String)>;

/// Returns the redirects of a site as pairs of from and to, each an address or a path of the site.
pub(super) fn of_site(input: &Input, source: Source) -> Vec<(String, String)> {
    let (names, read): (&[&str], ReadSettings) = match source {
        Source::Mkdocs => (&["mkdocs.yml", "mkdocs.yaml"], of_mkdocs),
        Source::Docusaurus => (
            &[
                "docusaurus.config.js",
                "docusaurus.config.ts",
                "docusaurus.config.mjs",
            ],
            of_script,
        ),
        Source::Starlight => (
            &["astro.config.mjs", "astro.config.ts", "astro.config.js"],
            of_script,
        ),
        Source::Sphinx => (&["conf.py"], of_script),
        Source::Mintlify => (&["docs.json", "mint.json"], of_mintlify),
        _ => return Vec::new(),
    };
    let files = input.files.iter();
    let mut redirects: Vec<(String, String)> = files
        .filter(|file| names.contains(&file.name()))
        .filter_map(|file| file.read_text(MAX_SETTINGS_BYTES).ok())
        .flat_map(|settings| read(&settings))
        .filter(|(from, to)| !from.contains(['*', ':']) && is_place(from) && is_place(to))
        .collect();
    redirects.truncate(MAX_REDIRECTS);
    redirects
}

/// Whether a text may be an address or a path: whether it is not empty and has no white space.
fn is_place(text: &str) -> bool {
    !text.trim_matches('/').is_empty() && !text.contains(char::is_whitespace)
}

/// Reads `redirect_maps` of the plugin redirects of `MkDocs`: pairs of a file, and a file or an address.
fn of_mkdocs(settings: &str) -> Vec<(String, String)> {
    let mut lines = settings
        .lines()
        .skip_while(|line| line.trim() != "redirect_maps:");
    let Some(first) = lines.next() else {
        return Vec::new();
    };
    let indent = indent_of(first);
    lines
        .take_while(|line| line.trim().is_empty() || indent_of(line) > indent)
        .filter_map(|line| {
            let (from, to) = line.trim().split_once(": ")?;
            let unquoted = [from, to].map(|text| text.trim().trim_matches(['\'', '"']).to_owned());
            let [from, to] = unquoted;
            (!from.starts_with('#')).then_some((from, to))
        })
        .collect()
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Reads the list `redirects` of Mintlify's settings: objects with a source and a destination.
fn of_mintlify(settings: &str) -> Vec<(String, String)> {
    let settings: Value = serde_json::from_str(settings).unwrap_or_default();
    let redirects = settings.get("redirects").and_then(Value::as_array);
    let redirects = redirects.into_iter().flatten();
    redirects
        .filter_map(|redirect| {
            let from = text(redirect, "source")?.to_owned();
            Some((from, text(redirect, "destination")?.to_owned()))
        })
        .collect()
}

/// A token of a script: a name, a text or a sign.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    Name(String),
    /// A text in quotation marks.
    Text(String),
    Sign(char),
}

/// Reads `redirects` in a script without running it: a list of `{from, to}`, or an object or dictionary of texts.
/// Values that the script computes are not read.
fn of_script(script: &str) -> Vec<(String, String)> {
    let block = script.match_indices("redirects").find_map(|(at, name)| {
        let is_apart = !script[..at].ends_with(|c: char| c.is_alphanumeric() || "-_/.".contains(c));
        let rest = script[at + name.len()..].trim_start_matches(['\'', '"']);
        let rest = rest.trim_start().strip_prefix([':', '='])?;
        is_apart.then_some(rest)
    });
    let mut redirects = Redirects::default();
    let tokens = tokens(block.unwrap_or_default());
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Sign(sign @ ('[' | '{')) => {
                depth += 1;
                if *sign == '{' {
                    redirects.open();
                }
            }
            Token::Sign(sign @ (']' | '}')) => {
                depth = depth.saturating_sub(1);
                if *sign == '}' {
                    redirects.close();
                }
            }
            Token::Sign(_) => {}
            Token::Name(text) | Token::Text(text)
                if tokens.get(at + 1) == Some(&Token::Sign(':')) =>
            {
                redirects.key.clone_from(text);
            }
            Token::Text(text) => redirects.value(text),
            Token::Name(_) => redirects.key.clear(),
        }
        if depth == 0 {
            break;
        }
    }
    redirects.found
}

/// Collects the redirects of a script while its tokens are read.
#[derive(Default)]
struct Redirects {
    found: Vec<(String, String)>,
    /// The key that was read last, whose value follows.
    key: String,
    /// The addresses of the object that is being read, which its target belongs to.
    from: Vec<String>,
    to: Option<String>,
}

impl Redirects {
    fn value(&mut self, text: &str) {
        match self.key.as_str() {
            "from" | "source" => self.from.push(text.to_owned()),
            "to" | "destination" => self.to = Some(text.to_owned()),
            key if key.contains(['/', '.', '-']) => {
                self.found.push((key.to_owned(), text.to_owned()));
            }
            _ => {}
        }
    }

    /// Begins an object. If the key before it is an address, the object has its target.
    fn open(&mut self) {
        if self.key.contains(['/', '.', '-']) {
            self.from = vec![std::mem::take(&mut self.key)];
        }
    }

    /// Ends an object, and adds the redirects that it states.
    fn close(&mut self) {
        let from = std::mem::take(&mut self.from);
        if let Some(to) = self.to.take() {
            let pairs = from.into_iter().map(|from| (from, to.clone()));
            self.found.extend(pairs);
        }
        self.key.clear();
    }
}

fn tokens(script: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = script.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\'' | '"' | '`' => {
                let text: String = chars.by_ref().take_while(|next| *next != c).collect();
                tokens.push(Token::Text(text));
            }
            '/' if chars.peek() == Some(&'/') => {
                chars.by_ref().find(|next| *next == '\n');
            }
            '#' => {
                chars.by_ref().find(|next| *next == '\n');
            }
            c if c.is_alphanumeric() || c == '_' => {
                let mut name = c.to_string();
                while let Some(next) = chars.next_if(|next| next.is_alphanumeric() || *next == '_')
                {
                    name.push(next);
                }
                tokens.push(Token::Name(name));
            }
            c if c.is_whitespace() => {}
            c => tokens.push(Token::Sign(c)),
        }
    }
    tokens
}

/// Returns the paths that the attribute `page-aliases` of Antora lists.
pub(super) fn aliases_of_asciidoc(page: &str) -> Vec<String> {
    let mut lines = page.lines().take(MAX_ATTRIBUTE_LINES);
    let stated = lines.find_map(|line| line.strip_prefix(":page-aliases:"));
    let aliases = stated.unwrap_or_default().split(',');
    aliases
        .map(|alias| {
            let alias = alias.rsplit('@').next().unwrap_or_default().trim();
            let path = alias.trim_end_matches(".adoc").replace(':', "/");
            format!("/{}", path.trim_start_matches("ROOT/"))
        })
        .filter(|path| path.len() > 1)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(read: ReadSettings, settings: &str, expected: &[(&str, &str)]) {
        let found = read(settings);
        let found: Vec<(&str, &str)> = found.iter().map(|(a, b)| (&**a, &**b)).collect();
        assert_eq!(found, expected, "{settings}");
    }

    #[test]
    fn settings_of_every_generator_give_their_redirects() {
        let mkdocs = "plugins:\n  - redirects:\n      redirect_maps:\n        'old.md': new.md\n        # c: d\n        a/b.md: https://x.example/c\nnav: []\n";
        check(
            of_mkdocs,
            mkdocs,
            &[("old.md", "new.md"), ("a/b.md", "https://x.example/c")],
        );
        let docusaurus = "plugins: [['@docusaurus/plugin-client-redirects', { redirects: [ // moved\n\
            { from: '/old', to: '/docs/new' }, { to: '/docs/b', from: ['/a', '/aa'] }, ], createRedirects(path) {} }]],";
        check(
            of_script,
            docusaurus,
            &[("/old", "/docs/new"), ("/a", "/docs/b"), ("/aa", "/docs/b")],
        );
        let astro =
            "redirects: { '/old': '/new', '/a/b': { status: 302, destination: '/c' } }, site: 'x'";
        check(of_script, astro, &[("/old", "/new"), ("/a/b", "/c")]);
        let sphinx =
            "redirects = {\n    \"old/page\": \"../new.html\",  # moved\n}\nhtml = {'a/b': 'c'}";
        check(of_script, sphinx, &[("old/page", "../new.html")]);
        let mintlify = r#"{"redirects": [{"source": "/old", "destination": "/new"}]}"#;
        check(of_mintlify, mintlify, &[("/old", "/new")]);
        check(of_script, "redirects: [{from: '/a', to: make('/b')", &[]);
        check(of_script, "const redirects = require('./redirects');", &[]);
        assert_eq!(
            aliases_of_asciidoc("= T\n:page-aliases: a.adoc, m:b/c.adoc, 1.0@ROOT:d.adoc\n"),
            ["/a", "/m/b/c", "/d"]
        );
    }
}
