//! Chooses the grams of a query whose postings are read: the rarest ones, up to a limit.

use crate::clock::Deadline;
use crate::error::Result;
use crate::index::postings::{FoundTerm, TermField};
use crate::index::units::Field;
use crate::query::Query;
use crate::search::bm25::inverse_document_frequency;
use crate::search::term_lookup::find_query_terms;
use crate::search::term_matches::{TermMatches, TermPostings};
use crate::search::view::View;

/// The most postings of grams that are read, for each article: a long ticket has enough words, and most postings belong
/// to grams that hardly distinguish articles. nDCG@10 with all of them and with this bound, measured with
/// [`FEW_POSTINGS`] 0, of sets of 240 articles and more, whose grams have 94 (Firefox), 13, 8, 8, 8 and 8 postings an
/// article: firefox 0.226 and 0.230, xquad en 0.975 and 0.975, th 0.978 and 0.978, Microsoft 365 lt 0.753 and 0.752, tr
/// 0.758 and 0.759, de 0.774 and 0.774; with 4 in place of 8, lt and tr lose 0.003.
const GRAM_POSTINGS_PER_ARTICLE: f64 = 8.0;
/// The share of the articles above which a gram is too common to be read. A fifth in place of a half costs 0.002 to
/// 0.006 of nDCG@10 on 1,200 Microsoft 365 articles in each language.
const COMMON_GRAM_SHARE: f64 = 0.5;
/// The number of postings of grams that are always read: this costs next to nothing, and among few articles common
/// grams may be all that there is (of 110 and 295 articles they are worth 0.011 and 0.009).
const FEW_POSTINGS: usize = 20_000;

/// A gram of a query that any allowed article has.
pub(super) struct FoundGram<'a> {
    /// The index of the gram among the grams of the query.
    pub index: usize,
    /// The number of titles and bodies that have the gram, as [`count_units`] returns it.
    count: usize,
    /// Whether the gram is read and counts for the scores.
    pub is_read: bool,
    pub postings: TermPostings<'a>,
}

impl FoundGram<'_> {
    /// Returns how well the gram distinguishes articles: its inverse document frequency, near 0 if all articles have
    /// it.
    pub(super) fn weight(&self, view: &View<'_>) -> f32 {
        let articles = view.allowed_count();
        // The title and the body of an article count as two.
        inverse_document_frequency(self.count.min(articles as usize), articles)
    }
}

/// Returns the grams of the query that any allowed article has, in the order of the query; those whose postings are to
/// be read are marked.
pub(super) fn find_grams<'a>(
    view: &View<'a>,
    query: &Query,
    deadline: Deadline,
) -> Result<Vec<FoundGram<'a>>> {
    let mut matches = TermMatches::default();
    let mut found = Vec::with_capacity(query.grams.len());
    let postings = find_query_terms(view, TermField::Grams, &query.grams);
    for (index, postings) in postings.into_iter().enumerate() {
        deadline.check()?;
        let count = count_units(&mut matches, view, &postings)?;
        if count > 0 {
            found.push(FoundGram {
                index,
                count,
                is_read: false,
                postings,
            });
        }
    }
    // The rarest first, equal ones in the order of the query.
    let mut order: Vec<(usize, usize)> = found.iter().map(|gram| gram.count).zip(0..).collect();
    order.sort_unstable();
    let counts = order.iter().map(|(count, _)| *count);
    let read = count_read(counts, view.allowed_count());
    for (_, place) in &order[..read] {
        found[*place].is_read = true;
    }
    Ok(found)
}

/// Returns the number of units (titles and bodies) of allowed articles that have a gram; for a gram that is too common
/// anyway, a lower bound.
fn count_units(
    matches: &mut TermMatches,
    view: &View<'_>,
    postings: &TermPostings<'_>,
) -> Result<usize> {
    let all: usize = postings.iter().flatten().map(FoundTerm::unit_count).sum();
    let hidden = view.article_count() - view.allowed_count() as usize;
    // Passages have no grams.
    let least = all.saturating_sub(Field::COUNT * hidden);
    if hidden == 0 || (least > FEW_POSTINGS && is_common(least, view.allowed_count())) {
        return Ok(least);
    }
    matches.read(view, postings)?;
    Ok(matches.unit_count())
}

/// Returns how many grams of a query are read, rarest first: see [`GRAM_POSTINGS_PER_ARTICLE`]. `counts` are the
/// numbers of postings of each gram, ascending.
#[expect(clippy::cast_precision_loss)]
fn count_read(counts: impl Iterator<Item = usize>, articles: u32) -> usize {
    let bound = GRAM_POSTINGS_PER_ARTICLE * f64::from(articles);
    let mut postings = 0;
    counts
        .take_while(|count| {
            postings += count;
            postings <= FEW_POSTINGS || (postings as f64 <= bound && !is_common(*count, articles))
        })
        .count()
}

/// Whether a gram with this number of postings is too common to be read: see [`COMMON_GRAM_SHARE`].
#[expect(clippy::cast_precision_loss)]
fn is_common(postings: usize, articles: u32) -> bool {
    postings as f64 > COMMON_GRAM_SHARE * f64::from(articles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_read(counts: &[usize], articles: u32, expected: usize) {
        assert_eq!(count_read(counts.iter().copied(), articles), expected);
    }

    #[test]
    fn the_rarest_grams_are_read_and_all_of_few() {
        check_read(&[], 10, 0);
        // Of few articles all, however common.
        check_read(&[100; 200], 100, 200);
        check_read(&[100; 201], 100, 200);
        // Of many those of up to half of the articles, as far as the bound.
        check_read(&[50_000, 50_000, 50_001], 100_000, 2);
        check_read(&[10_000; 90], 100_000, 80);
    }
}
