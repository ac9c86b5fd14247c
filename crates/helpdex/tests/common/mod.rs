//! Articles, folders and random numbers of several tests.

#![allow(dead_code, reason = "not every test uses all of it")]
#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

use std::cell::Cell;
use std::path::Path;
use std::thread;

use helpdex::{Article, ArticleFields, KnowledgeBase, Visibility};
use tempfile::TempDir;

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

/// One about a matter, for those who see this visibility.
pub fn article_about(matter: &str, visibility: Visibility) -> Article {
    let title = format!("All about the {matter}");
    let body = format!("This page explains the {matter} step by step.");
    Article::new(ArticleFields {
        visibility,
        ..fields(matter, &title, &body)
    })
    .unwrap()
}

/// Numbers without any pattern, the same each time: Vigna's `SplitMix64`.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((bits ^ (bits >> 31)) >> 33).unwrap() % end
    }

    pub fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// A temporary folder for a knowledge base; whoever lets go of it checks every file of that.
pub struct Folder {
    folder: TempDir,
    is_damaged: Cell<bool>,
}

impl Folder {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            is_damaged: Cell::new(false),
        }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The test leaves it damaged.
    pub fn leave_damaged(&self) {
        self.is_damaged.set(true);
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if thread::panicking() || self.is_damaged.get() {
            return;
        }
        for folder in [self.path(), &self.path().join("kb")] {
            if folder.join("work").exists() {
                let report = KnowledgeBase::check(folder).unwrap();
                assert!(report.is_whole(), "{report:#?}");
            }
        }
    }
}
