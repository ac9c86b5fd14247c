//! Articles of several tests.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

use helpdex::{Article, ArticleFields, Visibility};

/// Those of a public article in English.
pub fn fields(id: &str, title: &str, body: &str) -> ArticleFields {
    ArticleFields {
        id: id.into(),
        locale: "en".into(),
        title: title.into(),
        body: body.into(),
        visibility: Visibility::Public,
        ..ArticleFields::default()
    }
}

pub fn article(id: &str, title: &str, body: &str) -> Article {
    Article::new(fields(id, title, body)).unwrap()
}
