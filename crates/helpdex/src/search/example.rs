//! Example articles in segments, for tests.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use helpdex_text::{Locale, analyzer_fingerprint};

use crate::article::Article;
use crate::audience::{Audience, Visibility};
use crate::index::columns::Validity;
use crate::index::segment::Segment;
use crate::index::segment_builder::build_segment;
use crate::search::view::{View, views_by_locale};
use crate::storage::class_file::{ClassFile, ClassFileBuilder, ClassFileHeader, FORMAT_VERSION};
use crate::storage::identity::Owner;
use crate::timestamp::Timestamp;

/// The segments of example articles, by class and locale, as class files hold them.
pub(crate) struct Example {
    segments: Vec<(Visibility, Locale, Segment)>,
}

impl Example {
    pub(crate) fn new(articles: &[Article]) -> Self {
        let mut by_class: BTreeMap<(Visibility, &Locale), Vec<&Article>> = BTreeMap::new();
        for article in articles {
            let key = (article.fields().visibility, article.locale());
            by_class.entry(key).or_default().push(article);
        }
        let segments = by_class.into_iter().map(|((class, locale), articles)| {
            let segment = segment(class, locale, &articles);
            (class, locale.clone(), segment)
        });
        Self {
            segments: segments.collect(),
        }
    }

    /// Returns the articles that the audience may see at the beginning of 1970, by locale.
    pub(crate) fn views(&self, audience: &Audience) -> BTreeMap<&Locale, View<'_>> {
        let now = Validity::At(Timestamp::from_unix_seconds(0));
        let in_sight = self.segments.iter();
        let in_sight = in_sight.filter(|(class, ..)| audience.sees_class(*class));
        views_by_locale(in_sight.map(|(_, locale, segment)| {
            let allowed = segment.allowed(
                |facets| audience.sees_segments(&facets.user_segments),
                now,
                &[],
            );
            (locale, segment, None, allowed)
        }))
    }
}

fn segment(class: Visibility, locale: &Locale, articles: &[&Article]) -> Segment {
    let mut file = ClassFileBuilder::new();
    build_segment(locale, articles, None, &mut file, &mut || {
        ControlFlow::Continue(())
    })
    .unwrap();
    let header = ClassFileHeader {
        format_version: FORMAT_VERSION,
        owner: Owner::example(),
        analyzer_fingerprint: analyzer_fingerprint().to_owned(),
        class,
        content_key: String::new(),
    };
    let file = ClassFile::open(file.finish(header).unwrap()).unwrap();
    Segment::open(&file, locale).unwrap()
}
