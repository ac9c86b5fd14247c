//! The articles of one locale in one class file: postings over units, the lengths of the units, the facts that filters
//! need, and the records with which articles are shown.
//!
//! Articles are in the order of their ids.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::path::PathBuf;

use helpdex_text::Locale;

use crate::error::Result;
use crate::index::columns::{Allowed, Columns, Facets, Validity};
use crate::index::hashes::{ContentHash, combine};
use crate::index::postings::Postings;
use crate::index::record_blocks::RecordBlocks;
use crate::index::stored_articles::{Records, StoredHead, StoredSection, from_json};
use crate::index::units::{Totals, Units};
use crate::storage::class_file::{ClassFile, damaged};

/// The articles of a segment that are allowed: those whose facets pass, except for `outside`.
struct Selection {
    /// Whether each of the segment's distinct facets passes the filter.
    passing: Vec<bool>,
    /// The articles whose facets pass, but which are denied or not valid at the time.
    outside: BTreeSet<u32>,
    hash: ContentHash,
}

/// A segment that is open in memory.
pub(crate) struct Segment {
    pub postings: Postings,
    pub units: Units,
    /// The sums of the lengths of all articles, by field.
    pub totals: Totals,
    columns: Columns,
    /// The key of each article's translation group with the number of the article, ascending.
    sorted_groups: Vec<(u64, u32)>,
    /// The hash of the fields of each article.
    pub(crate) article_hashes: Vec<ContentHash>,
    /// For each of the distinct facets, a hash of the articles that have them: [`combine`] of their hashes.
    facet_hashes: Vec<ContentHash>,
    pub(crate) heads: Records,
    pub(crate) sections: RecordBlocks,
}

impl Segment {
    pub(crate) fn open(file: &ClassFile, locale: &Locale) -> Result<Self> {
        let columns: Columns = serde_json::from_slice(&file.part(&format!("{locale}/columns"))?)
            .map_err(|_| damaged("its columns cannot be read"))?;
        let articles = columns.article_facets.len();
        if !columns.fit_together() {
            return Err(damaged("its columns do not fit together"));
        }
        let units = Units::from_bytes(&file.part(&format!("{locale}/units"))?, articles)?;
        let hashes = file.part(&format!("{locale}/article_hashes"))?;
        let article_hashes = hashes.as_chunks().0.to_vec();
        let mut facet_hashes = vec![ContentHash::default(); columns.facets.len()];
        if article_hashes.len() != articles {
            return Err(damaged("its hashes do not match its columns"));
        }
        for (facets, hash) in columns.article_facets.iter().zip(&article_hashes) {
            combine(&mut facet_hashes[*facets as usize], hash);
        }
        let files = file
            .parts_below(&format!("{locale}/postings/"))
            .map(|(name, bytes)| (PathBuf::from(name), bytes))
            .collect();
        let postings = Postings::open(files)?;
        if postings.unit_count() != units.len() {
            return Err(damaged("its postings do not match its units"));
        }
        let mut sorted_groups: Vec<(u64, u32)> = columns.groups.iter().copied().zip(0..).collect();
        sorted_groups.sort_unstable();
        Ok(Self {
            sorted_groups,
            postings,
            totals: units.totals_of(|_| true),
            units,
            columns,
            article_hashes,
            facet_hashes,
            heads: Records::open(file, locale, "heads", articles)?,
            sections: RecordBlocks::open(file, locale, "sections", articles)?,
        })
    }

    pub(crate) fn article_count(&self) -> u32 {
        u32::try_from(self.columns.article_facets.len()).unwrap_or(u32::MAX)
    }

    /// Returns the articles whose facets pass, that are valid and that are not denied.
    pub(crate) fn allowed(
        &self,
        passes: impl Fn(&Facets) -> bool,
        validity: Validity,
        denied: &[u32],
    ) -> Allowed {
        let Selection {
            passing,
            outside,
            hash,
        } = self.select(passes, validity, denied);
        if outside.is_empty() && passing.iter().all(|passes| *passes) {
            return Allowed {
                articles: None,
                count: self.article_count(),
                hash,
            };
        }
        let facets = self.columns.article_facets.iter();
        let mut articles: Vec<bool> = facets.map(|facets| passing[*facets as usize]).collect();
        for article in outside {
            articles[article as usize] = false;
        }
        Allowed {
            count: articles
                .iter()
                .map(|is_allowed| u32::from(*is_allowed))
                .sum(),
            articles: Some(articles),
            hash,
        }
    }

    fn select(
        &self,
        passes: impl Fn(&Facets) -> bool,
        validity: Validity,
        denied: &[u32],
    ) -> Selection {
        let Columns {
            facets,
            article_facets,
            bounded,
            groups: _,
        } = &self.columns;
        let passing: Vec<bool> = facets.iter().map(passes).collect();
        let mut hash = ContentHash::default();
        for (facet_hash, passes) in self.facet_hashes.iter().zip(&passing) {
            if *passes {
                combine(&mut hash, facet_hash);
            }
        }
        let outside: BTreeSet<u32> = bounded
            .iter()
            .filter(|bounded| !bounded.is_valid(validity))
            .map(|bounded| bounded.article)
            .chain(denied.iter().copied())
            .filter(|article| passing[article_facets[*article as usize] as usize])
            .collect();
        for article in &outside {
            combine(&mut hash, &self.article_hashes[*article as usize]);
        }
        Selection {
            passing,
            outside,
            hash,
        }
    }

    /// Returns the allowed articles of the translation group with this key.
    pub(crate) fn articles_of_group(
        &self,
        key: u64,
        allowed: &Allowed,
    ) -> impl Iterator<Item = u32> {
        let first = self
            .sorted_groups
            .partition_point(|(other, _)| *other < key);
        self.sorted_groups[first..]
            .iter()
            .take_while(move |(other, _)| *other == key)
            .map(|(_, article)| *article)
            .filter(|article| allowed.includes(*article as usize))
    }

    /// Returns the key of the translation group of each article, sorted.
    pub(crate) fn sorted_group_keys(&self) -> impl Iterator<Item = u64> {
        self.sorted_groups.iter().map(|(key, _)| *key)
    }

    /// Returns the key of the translation group of an article.
    pub(crate) fn group_of(&self, article: u32) -> u64 {
        self.columns.groups[article as usize]
    }

    /// Returns the number of the article with this id; `None` if the segment does not have it.
    pub(crate) fn find_article(&self, id: &str) -> Result<Option<u32>> {
        let (mut low, mut high) = (0, self.article_count());
        while low < high {
            let middle = low.midpoint(high);
            match self.stored_head(middle)?.id.as_str().cmp(id) {
                Ordering::Equal => return Ok(Some(middle)),
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        Ok(None)
    }

    /// Returns the brand of an article; `None` if it has none.
    pub(crate) fn brand(&self, article: u32) -> Option<&str> {
        let Columns {
            facets,
            article_facets,
            ..
        } = &self.columns;
        let of_article = &facets[article_facets[article as usize] as usize];
        of_article.brand.as_deref()
    }

    pub(crate) fn stored_head(&self, article: u32) -> Result<StoredHead> {
        self.heads.read(article)
    }

    pub(crate) fn stored_sections(&self, article: u32) -> Result<Vec<StoredSection>> {
        from_json(&self.sections.read(article)?)
    }
}
