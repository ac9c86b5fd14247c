//! What `cargo xtask scaling` counts to see that no text costs more than its length: each way to read a text, on each
//! shape of `tests/shapes`, once and for a text of twice the bytes.
//!
//! It prints the name of each count; callgrind writes a file of what it counted whenever `mark` is entered: every second
//! file is of what is read, and those between are of what that needs. An argument leaves all but shapes with it in their
//! name out.

use std::hint::black_box;

use helpdex_text::{
    Analysis, Analyzer, Body, Content, clean_article, clean_ticket, parse_front_matter,
};

#[path = "../tests/shapes/mod.rs"]
mod shapes;

use shapes::Shape;

/// Bytes of the shorter text.
const BYTES: usize = 4 * 1024;

/// A way to read a text.
type Read = fn(&str);

fn main() {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    let ways: [(&str, Vec<Shape>, Read); 6] = [
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
    ];
    for (way, shapes, read) in &ways {
        // The first text makes tables that later ones find.
        read("On 5 March 2024, Bo wrote:\n> Hello, the export fails\n");
        for shape in shapes {
            let name = format!("{way}: {}", shape.name).escape_debug().to_string();
            if !name.contains(&wanted) {
                continue;
            }
            for bytes in [BYTES, 2 * BYTES] {
                let text = shape.of(bytes);
                println!("{name}");
                mark();
                read(&text);
                mark();
            }
        }
    }
}

#[inline(never)]
fn mark() {
    black_box(());
}
