//! Texts that are expensive to read: everything that a rule looks for, repeated, nested, unclosed and in turn.
//!
//! The words come from the tables of rules themselves, so that a new rule is included.

#![allow(
    dead_code,
    reason = "each test that includes this file uses a part of it"
)]

/// A piece that is repeated, and the texts before and behind all repetitions.
#[derive(Debug, Clone)]
pub struct Shape {
    /// The name of the shape, for messages.
    pub name: String,
    pub before: String,
    /// The piece that is repeated; `#` in it becomes the number of the repetition.
    pub piece: String,
    pub behind: String,
}

impl Shape {
    fn new(name: &str, before: &str, piece: &str, behind: &str) -> Self {
        Self {
            name: name.to_owned(),
            before: before.to_owned(),
            piece: piece.to_owned(),
            behind: behind.to_owned(),
        }
    }

    fn repeated(piece: &str) -> Self {
        Self::new(&format!("{piece:?}"), "", piece, "")
    }

    /// Returns the text of the shape, with the piece repeated until it has at least so many bytes.
    pub fn of(&self, bytes: usize) -> String {
        let mut text = self.before.clone();
        let end = text.len() + bytes;
        let mut number = 0;
        while text.len() < end {
            if self.piece.contains('#') {
                text.push_str(&self.piece.replace('#', &number.to_string()));
            } else {
                text.push_str(&self.piece);
            }
            number += 1;
        }
        text.push_str(&self.behind);
        text
    }
}

/// The tables of rules of tickets.
const TABLES: [&str; 12] = [
    include_str!("../../data/ticket/closings.txt"),
    include_str!("../../data/ticket/disclaimers.txt"),
    include_str!("../../data/ticket/dividers.txt"),
    include_str!("../../data/ticket/greeted.txt"),
    include_str!("../../data/ticket/greetings.txt"),
    include_str!("../../data/ticket/header_labels.txt"),
    include_str!("../../data/ticket/mobile_footers.txt"),
    include_str!("../../data/ticket/pointers.txt"),
    include_str!("../../data/ticket/private_labels.txt"),
    include_str!("../../data/ticket/reply_headers.txt"),
    include_str!("../../data/ticket/subject_prefixes.txt"),
    include_str!("../../data/ticket/uninformative_words.txt"),
];

/// Returns a phrase of every fifth rule; all rules of a table are read alike.
fn phrases() -> impl Iterator<Item = &'static str> {
    let lines = TABLES.iter().flat_map(|table| table.lines());
    lines
        .step_by(5)
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .filter_map(|line| line.split_once(char::is_whitespace))
        .filter_map(|(_, phrases)| {
            phrases
                .split(['|', ','])
                .map(str::trim)
                .find(|p| !p.is_empty())
        })
}

/// Pieces of plain text that open, mark or end something.
#[rustfmt::skip]
const SIGNS: [&str; 74] = [
    "[", "]", "(", ")", "<", ">", "{", "}", "\"", "'", "«", "“", "`", "*", "_", "~", "|", "#", ":", ";", ",",
    ".", "!", "?", "-", "–", "=", "+", "@", "/", "\\", "%", "&", "$", "\n", "\r\n", "\r", " ", "\t", "\u{a0}",
    "\u{200b}", "\u{202e}", "\u{feff}", "\0", "\u{ad}", "\u{301}", "a", "A", "7", "٣", "๕", "７", "ก", "字",
    "ー", "한", "é", "ß", "İ", "😀", "🇱🇹", "\u{1f468}\u{200d}", "[]", "()", "><", "a ", "a\n", "> ", "] [",
    "--\n", "-- \n", "___\n", "\n\n", "a.",
];

/// Longer pieces of plain text that the rules for tickets look for.
#[rustfmt::skip]
const PIECES: [&str; 90] = [
    "[image: ", "[image: x]", "[ima[image: x]ge: y]", "[cid:", "[email]", "[phone] ", "a@b.co ", "a@", "@a.",
    "+90 532 123 45 67 ", "(555) ", "4111 1111 1111 1111 ", "DE89 3704 0044 0532 0130 00 ", "AA11",
    "192.168.1.20 ", "1.2.3.", "2001:db8::1 ", "::", "a:", "0x80070057 ", "123456789 ", "1234567 ", "12-",
    "tel: 1\n", "Tel: +49 30 1234567\n", "www.a.example\n", "://", "http://a/", "http://a/?utm_=",
    "http://a?", "http://a/0123456789012345678901234567/", "12:30:45 ERROR A_#\n",
    "2024-03-05 10:22:33 INFO A_# B-#1\n", "[main] ", "ERROR ", "Mar 5 ", "\tat a.b(C.java:1)\n", "at a\n",
    "  File \"a\", line 1\n    b\n", "#1 a(b)\n", "goroutine 1 [x]:\n", "Exception\n", "  12: a::b\n",
    "From: a\n", "From: a@b.co\nTo: b\nSubject: c\n", "From: a\n\nSent: b\n\n", "Subject:\n",
    "On 5 March 2024, Bo wrote:\n", "a1:\n", "a1:\n\n", "> a\n", ">> ", "-----Original Message-----\n",
    "---------- Forwarded message ---------\n", "see below\n", "Thanks\nBo Li\n", "Hi ", "Hi,\n",
    "Message-ID: a\n", "a b@c.de <", "E-#, ", "BRV-# ",
    "GB82-", "password: a1 ", "password is ", "my code is 1234 ", "1234 is is is ", "a=",
    "?code=", "eyJ.", "sk-", "a%40", "a (at) ", "a{at}", "a{at}b{dot}", "at a dot ", "\"a\"@",
    "://a:", "://a/b1", "-----BEGIN PRIVATE KEY-----\n", "1a", "1234567890a", "é1", "1~", "1- ",
    "0-1 1.", "AB 1", "bearer ", "cookie: a=b ", "０－",
];

/// Returns the shapes of plain text.
pub fn plain() -> Vec<Shape> {
    let mut shapes: Vec<Shape> = SIGNS
        .iter()
        .chain(&PIECES)
        .map(|piece| Shape::repeated(piece))
        .collect();
    for phrase in phrases() {
        shapes.push(Shape::repeated(&format!("{phrase} ")));
        shapes.push(Shape::repeated(&format!("{phrase}\n")));
    }
    let question = "the card reader does not work here\n";
    let nested = (0..13).fold("[image: x]".to_owned(), |inside, _| {
        format!("[ima{inside}ge: y]")
    });
    shapes.extend([
        Shape::new("brackets with an end", "", "[", "]"),
        Shape::new(
            "nested places of images, then brackets",
            &format!("{nested}\n{question}"),
            "[",
            "]",
        ),
        Shape::new(
            "blank before places of images",
            &" ".repeat(8_000),
            "[image: x] ",
            "",
        ),
        Shape::new(
            "empty lines before contacts",
            question,
            "\n",
            "tel: 1\nfax: 2",
        ),
        Shape::new(
            "names before contacts",
            question,
            "Bo\n\n",
            "tel: 1\nfax: 2",
        ),
        Shape::new(
            "words of a log and its codes",
            &log(),
            "10:22:33 A_# B-# C-#9\n",
            "",
        ),
        Shape::new("codes on one line of a log", &log(), "A_# ", "\n"),
        Shape::new("a quote and blank lines", "> a\n", "\n", "b"),
        Shape::new("own lines between quotes", "", "> a\n\n\n", "b"),
        Shape::new("distinct words", "", "word# ", ""),
        Shape::new("distinct lines", "", "line # of it\n", ""),
        Shape::new("a long name and a stop", "Hi ", "Bo ", ","),
    ]);
    shapes
}

/// Returns a long error line of a log, which stays, and one more line.
fn log() -> String {
    format!("10:22:33 ERROR {}\n10:22:34 INFO a\n", "x-y ".repeat(2_000))
}

#[rustfmt::skip]
const TAGS: [&str; 40] = [
    "p", "div", "span", "b", "a", "h1", "h2", "ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody",
    "tr", "td", "th", "pre", "blockquote", "script", "style", "title", "textarea", "template", "select",
    "svg", "math", "nav", "header", "footer", "aside", "article", "iframe", "noscript", "plaintext", "form",
    "button", "ac:link",
];

#[rustfmt::skip]
const MARKUP: [&str; 46] = [
    "<", "</", "<!", "<!--", "-->", "<!-- -->", "<![CDATA[", "]]>", "<?", "&", "&amp", "&amp;", "&#", "&#65;",
    "&#x1F600;", "&NotExists;", "&CounterClockwiseContourIntegral", "<p a", "<p a=", "<p a='", "<p a=\"",
    "<p #=1", "<a b='' ", "<br>", "<hr>", "<hr tabindex=-1>", "<img alt=a>", "<li>a", "<td>a", "<p hidden>",
    "<p hidden>a", "<b style='display:none'>", "<div class=gmail_quote>a", "<div class=gmail_signature>a ",
    "<div class=gmail_signature>\n", "<div class=gmail_attr>a", "<blockquote>a",
    "<blockquote><hr tabindex=-1>", "<i hidden><hr tabindex=-1></i>", "<h1>a", "<h1><div>a", "<a name=x>",
    "<p class='a a a'>", "<ol start=2><li>", "<table><tr><td>a", "</p>",
];

/// Returns the shapes of HTML.
pub fn html() -> Vec<Shape> {
    let mut shapes: Vec<Shape> = MARKUP.iter().map(|piece| Shape::repeated(piece)).collect();
    for tag in TAGS {
        shapes.push(Shape::repeated(&format!("<{tag}>")));
        shapes.push(Shape::repeated(&format!("<{tag}>a")));
        shapes.push(Shape::repeated(&format!("</{tag}>")));
        shapes.push(Shape::repeated(&format!("<{tag}>a</{tag}>\n")));
        shapes.push(Shape::repeated(&format!("<{tag}/>")));
        let deep = format!("<{tag}>").repeat(500);
        shapes.push(Shape::new(
            &format!("in 500 of {tag}"),
            &deep,
            "<i>a</i>",
            "",
        ));
    }
    for property in [
        "font-size:",
        "max-height:",
        "margin:",
        "border-top:solid",
        "display:none;",
    ] {
        shapes.push(Shape::new(property, "<p style='", property, "'>a"));
    }
    shapes.extend([
        Shape::new("a class of many names", "<p class='", "a ", "'>a"),
        Shape::new("attributes", "<p ", "a#=1 ", ">a"),
        Shape::new("attributes without an end", "<p ", "a#=1 ", ""),
        Shape::new(
            "blank before marks",
            &format!("<pre>{}", " ".repeat(8_000)),
            "<b hidden>a</b>",
            "",
        ),
        Shape::new(
            "rows in blocks",
            &format!("<table>{}", "<div>".repeat(505)),
            "<tr>",
            "",
        ),
        Shape::new(
            "ends in hidden blocks",
            &"<span hidden>".repeat(500),
            "</p></div>",
            "",
        ),
        Shape::new(
            "dividers in quotes",
            &"<blockquote>".repeat(500),
            "<i hidden><hr tabindex=-1></i>",
            "a",
        ),
        Shape::new("headings in headings", &"<h1><div>".repeat(250), "a ", ""),
    ]);
    shapes
}

/// Pieces that have a meaning in Markdown.
#[rustfmt::skip]
const MARKDOWN: [&str; 70] = [
    "[", "![", "]", "[a](", "[a][", "[a](b) ", "*", "**", "_", "__", "*a ", "*a _", "a_b*", "~~", "`", "`` ",
    "```\n", "> ", ">", "> a\n", "- ", "  - ", "* ", "1. ", "1) ", "-\n", "- a\n\n", "# ", "# a {#a}\n",
    "#\n", "=\n", "---\n", "|", "| a ", "a | b\n- | -\n", "|-|\n", "[a]: x\n", "[a#]: x\n", "[^a]",
    "[^a]: x\n\n", "[^a#]: x\n\n", "<", "</", "<!--", "<a ", "<title> ", "<script> ", "<a@b.c>", "<http://a>",
    "&", "&amp;", "\\", "\\\n", "\t", "    a\n", "\0", "  \n", ":::a\n", "::: \n", "import a from 'b'\n\n",
    "{/*", "- [ ] a\n", "a\n===\n", "\n", "a\n", "## a-#\n", "## a\n", "[!NOTE]", "$", "<details>\n\n",
];

/// Returns the shapes of Markdown.
pub fn markdown() -> Vec<Shape> {
    let mut shapes: Vec<Shape> = MARKDOWN
        .iter()
        .map(|piece| Shape::repeated(piece))
        .collect();
    shapes.extend([
        Shape::new("links without an end", "", "[a](<b", ">)"),
        Shape::new("references to one that is there", "", "[a]", "\n\n[a]: b"),
        Shape::new("code in code", "", "`a``", ""),
        Shape::new("emphasis of all kinds", "", "*a_b**c__", ""),
        Shape::new("headings alike", "## a\n## a-1\n", "## a\n", ""),
    ]);
    shapes
}

/// Pieces that have a meaning in YAML.
#[rustfmt::skip]
const FRONT_MATTER: [&str; 37] = [
    "[", "{", "a: {", "a: [", "[a, ", "{a: ", "- ", "- - ", "? ", "a: ", "a#: b\n", "a: &a\n", "*a ",
    "a: *a\n", "\"", "'", "|\n", ">\n", "!a ", "!!a ", "%a\n", "#\n", "---\n", "...\n", "\n", " ", "\t", "a",
    "\\", "a: \"\\x", ": ", ",", "]", "}", "&a [", "<<: *a\n", "&a#: [*a#]\n",
];

/// Returns the shapes of front matter.
pub fn front_matter() -> Vec<Shape> {
    let mut shapes: Vec<Shape> = FRONT_MATTER
        .iter()
        .map(|piece| Shape::repeated(piece))
        .collect();
    shapes.push(Shape::new("a list in a list", "a: ", "[", ""));
    shapes.push(Shape::new("a mapping in a mapping", "a: ", "{a: ", ""));
    shapes
}

/// The shapes of raw mails: a name, the text before, the piece, and the text behind.
#[rustfmt::skip]
const MAILS: [(&str, &str, &str, &str); 39] = [
    ("mails in mails", "", "Content-Type: message/rfc822\n\n", "Subject: a\n\nb"),
    ("coded mails in mails", "", "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n", "a"),
    ("multiparts in multiparts", "", "Content-Type: multipart/mixed; boundary=b#\n\n--b#\n", "\na"),
    ("multiparts that end nowhere", "Content-Type: multipart/mixed; boundary=b\n\n", "\n--b\nContent-Type: multipart/mixed; boundary=c#\n\n", ""),
    ("digests", "", "Content-Type: multipart/digest; boundary=b#\n\n--b#\n\n", ""),
    ("mails of a digest", "Content-Type: multipart/digest; boundary=b\n\n", "\n--b\n\na: b\n\nc", ""),
    ("one boundary for all", "", "Content-Type: multipart/mixed; boundary=b\n\n--b\n", ""),
    ("ends of parts", "Content-Type: multipart/mixed; boundary=b\n\n", "--b--\n", ""),
    ("dashes", "Content-Type: multipart/mixed; boundary=--------------------x\n\n", "-", "\n----------------------x\n\na"),
    ("fields", "", "a:\n", "\nb"),
    ("names of fields", "", "a#", ":\n\nb"),
    ("a long field", "To: ", "a@b.co, ", "\n\nb"),
    ("groups", "To: ", "a:b@c.de;", "\n\nb"),
    ("comments", "To: ", "(", "\n\nb"),
    ("quotes in a field", "To: ", "\"", "\n\nb"),
    ("received", "", "Received: from a by b; Mon, 1 Jan 2024 00:00:00 +0000\n", "\nb"),
    ("references", "References: ", "<a@b> ", "\n\nb"),
    ("parameters in pieces", "Content-Type: text/plain", "; name*#=b", "\n\nhello"),
    ("parameters", "Content-Type: text/plain", "; a#=b", "\n\nhello"),
    ("coded parameters", "Content-Type: text/plain", "; name*#*=utf-8''%41", "\n\nhello"),
    ("comments in a type", "Content-Type: text/plain", "(a)", "\n\nhello"),
    ("open comments in a type", "Content-Type: text/plain", "(", "\n\nhello"),
    ("types", "", "Content-Type: text/plain; name*0=a; name*1=b\n", "\nhello"),
    ("subjects", "", "Subject: a\n", "\nhello"),
    ("a long boundary", "Content-Type: multipart/mixed; boundary=", "-", "\n\na"),
    ("base64", "Content-Transfer-Encoding: base64\n\n", "SGVsbG8g", ""),
    ("broken base64", "Content-Type: multipart/mixed; boundary=b\n\n", "\n--b\nContent-Transfer-Encoding: base64\n\nSGVs!", ""),
    ("quoted-printable", "Content-Transfer-Encoding: quoted-printable\n\n", "=C3=A9 ", ""),
    ("soft line breaks", "Content-Type: multipart/mixed; boundary=b\n\n", "\n--b\nContent-Transfer-Encoding: quoted-printable\n\n=", ""),
    ("attachments", "Content-Type: multipart/mixed; boundary=b\n\n", "\n--b\nContent-Type: image/png; name=a\nContent-Disposition: attachment\n\na", ""),
    ("texts", "Content-Type: multipart/mixed; boundary=b\n\n", "\n--b\n\na", ""),
    ("pages", "Content-Type: multipart/mixed; boundary=b\n\n", "\n--b\nContent-Type: text/html\n\n<p hidden>a</p><blockquote>b", ""),
    ("no text", "Content-Type: multipart/mixed; boundary=b\n\n", "\n--b\n\n", ""),
    ("alternatives", "Content-Type: multipart/alternative; boundary=b\n\n", "\n--b\nContent-Type: image/png\n\na", ""),
    ("lines of a header", "", "a\n", ""),
    ("a page", "Content-Type: text/html\n\n", "<div><p>a</p>", ""),
    ("utf-7", "Content-Type: text/plain; charset=utf-7\n\n", "+AGE-", ""),
    ("utf-16", "Content-Type: text/plain; charset=utf-16\n\n", "a\0", ""),
    ("shift_jis", "Content-Type: text/plain; charset=shift_jis\n\n", "\u{1b}(a", ""),
];

/// Returns the shapes of raw mails.
pub fn mail() -> Vec<Shape> {
    let shapes = MAILS.iter();
    let mut shapes: Vec<Shape> = shapes
        .map(|(name, before, piece, behind)| Shape::new(name, before, piece, behind))
        .collect();
    for piece in [
        "=?",
        "=?a?",
        "=?ab?q?",
        "=?ab?q? ",
        "=?ab?b?",
        "=?ab?b?YQ==?= ",
        "=?utf-8?q?=61?= ",
        "a ",
        "=\n ",
    ] {
        shapes.push(Shape::new(
            &format!("{piece:?} in a subject"),
            "Subject: ",
            piece,
            "\n\nhello",
        ));
        let field = "Content-Type: text/plain; name=";
        shapes.push(Shape::new(
            &format!("{piece:?} in a type"),
            field,
            piece,
            "\n\nhello",
        ));
    }
    shapes
}
