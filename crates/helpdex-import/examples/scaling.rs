//! The readings that `cargo xtask scaling` counts to check that no text costs more than its length: each way to read a
//! text, on each shape of `crates/helpdex-text/tests/shapes`, once and with a text of twice the bytes.
//!
//! The first argument is the number of bytes of the shorter text; further arguments are the names of the shapes to read,
//! by default all. The program prints the name of each shape. callgrind starts a new file whenever `mark` is called: the
//! first file is the preparation, then each shape has one for the shorter and one for the longer text.

use std::env;
use std::hint::black_box;

use helpdex_import::front_matter::parse_front_matter;
use helpdex_text::{Analysis, Analyzer, Body, Content, clean_article, clean_ticket};

#[path = "../../helpdex-text/tests/shapes/mod.rs"]
mod shapes;

use shapes::Shape;

/// The default number of bytes of the shorter text.
const BYTES: usize = 2 * 1024;

/// A way to read a text.
type Read = fn(&str);

fn main() {
    let mut arguments = env::args().skip(1);
    let bytes = arguments
        .next()
        .map_or(BYTES, |bytes| bytes.parse().expect("a number of bytes"));
    let wanted: Vec<String> = arguments.collect();
    let mut readings = Vec::new();
    for (way, shapes, read) in ways() {
        // The first text builds the tables that later ones use.
        read("On 5 March 2024, Bo wrote:\n> Hello, the export fails\n");
        for shape in shapes {
            let name = format!("{way}: {}", shape.name).escape_debug().to_string();
            if wanted.is_empty() || wanted.contains(&name) {
                println!("{name}");
                readings.push((read, shape.of(bytes)));
                readings.push((read, shape.of(2 * bytes)));
            }
        }
    }
    for (read, text) in readings {
        mark();
        read(&text);
    }
    mark();
}

fn ways() -> [(&'static str, Vec<Shape>, Read); 6] {
    [
        ("ticket", shapes::plain(), |text| {
            black_box(clean_ticket(Some("Fwd: x"), Content::Text(text)));
        }),
        ("ticket of HTML", shapes::html(), |html| {
            black_box(clean_ticket(None, Content::Html(html)));
        }),
        ("mail", shapes::mail(), |mail| {
            black_box(clean_ticket(None, Content::Email(mail.as_bytes())));
        }),
        ("article of Markdown", shapes::markdown(), |markdown| {
            black_box(clean_article(Body::Markdown(markdown)).is_ok());
        }),
        ("front matter", shapes::front_matter(), |yaml| {
            black_box(parse_front_matter(yaml).is_ok());
        }),
        ("analysis", shapes::plain(), |text| {
            for tag in ["en", "th"] {
                let locale = tag.parse().expect("a tag of two letters is valid");
                let mut analysis = Analysis::default();
                Analyzer::new(&locale).analyze(text, &mut analysis);
                black_box(analysis.words().count());
            }
        }),
    ]
}

#[inline(never)]
fn mark() {
    black_box(());
}
