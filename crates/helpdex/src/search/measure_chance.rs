//! Measures on the articles themselves, before any ticket, how much of a text an article covers that does not answer it.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};

use helpdex_text::{Analysis, Analyzer, Locale};

use crate::error::Result;
use crate::index::hashes::ContentHash;
use crate::index::stored_articles::StoredSection;
use crate::search::chance_coverage::{ChanceCoverage, LENGTHS};
use crate::search::copies::copies_among;
use crate::search::term_lookup::{ArticlesWithWord, articles_with_word};
use crate::search::view::View;

/// The number of articles that are read. Their mean differs from that of all by about 0.015.
const SAMPLE: usize = 100;

/// Reads the beginning of an article as if a customer had written it and asks the others: the article itself, and its
/// translations, are taken out. The same articles give the same numbers, in whatever order they came.
pub(crate) fn measure(view: &View<'_>, locale: &Locale) -> Result<ChanceCoverage> {
    let analyzer = Analyzer::new(locale);
    let mut sums = [(0.0, 0); LENGTHS.len()];
    let mut known = KnownWords::default();
    for number in sample(view) {
        let (segment, local) = view.locate(number);
        let words = first_words(&segment.stored_sections(local)?, &analyzer);
        let coverage = best_coverage_of_others(view, number, &words, &mut known)?;
        for (covered, (sum, texts)) in coverage.iter().zip(&mut sums) {
            *sum += covered;
            *texts += 1;
        }
    }
    Ok(ChanceCoverage::from_sums(sums))
}

/// Articles, by what stands for their translation groups, which is a hash.
fn sample(view: &View<'_>) -> Vec<u32> {
    let articles = view.allowed_articles();
    let mut articles: Vec<(u64, u32)> = articles.map(|n| (view.group_of(n), n)).collect();
    articles.sort_unstable();
    articles.truncate(SAMPLE);
    articles.into_iter().map(|(_, number)| number).collect()
}

/// The first distinct words of an article's text, without function words; no more than the longest text has.
fn first_words(sections: &[StoredSection], analyzer: &Analyzer) -> Vec<String> {
    let longest = LENGTHS[LENGTHS.len() - 1];
    let mut analysis = Analysis::default();
    let mut words: Vec<String> = Vec::new();
    let passages = sections.iter().flat_map(|section| &section.passages);
    for passage in passages {
        analyzer.analyze(passage, &mut analysis);
        for word in analysis.words().filter(|word| !word.is_function_word) {
            if words.len() == longest {
                return words;
            }
            if !words.iter().any(|known| known == word.term) {
                words.push(word.term.to_owned());
            }
        }
    }
    words
}

/// Returns, for the first words up to each of [`LENGTHS`], the largest share of their inverse document frequencies that an
/// article of another translation group has. Words that no article has count as words that one article has.
fn best_coverage_of_others(
    view: &View<'_>,
    article: u32,
    words: &[String],
    known: &mut KnownWords,
) -> Result<Vec<f32>> {
    let found: Vec<Rc<ArticlesWithWord>> = words
        .iter()
        .map(|word| known.find(view, word))
        .collect::<Result<_>>()?;
    let mut own: Vec<u32> = view.articles_of_group(view.group_of(article)).collect();
    own.extend(copies(view, article, &found)?);
    let mut covered = vec![0.0_f32; view.article_count()];
    let mut weight = 0.0;
    let mut best = Vec::new();
    for (count, found) in (1..).zip(&found) {
        weight += found.idf;
        for &article in &found.articles {
            covered[article as usize] += found.idf;
        }
        if LENGTHS.contains(&count) {
            for &own in &own {
                covered[own as usize] = 0.0;
            }
            let of_others = covered.iter().copied().fold(0.0, f32::max);
            best.push(of_others / weight.max(f32::MIN_POSITIVE));
        }
    }
    Ok(best)
}

/// The copies of an article, by its words: a copy has nearly all of them.
fn copies(view: &View<'_>, article: u32, words: &[Rc<ArticlesWithWord>]) -> Result<Vec<u32>> {
    let mut found = vec![0_usize; view.article_count()];
    for word in words {
        for &article in &word.articles {
            found[article as usize] += 1;
        }
    }
    let most = words.len() - words.len() / 5;
    let likely = (0..)
        .zip(&found)
        .filter(|(_, found)| **found >= most.max(1));
    let likely: Vec<u32> = likely.map(|(article, _)| article).collect();
    copies_among(view, article, &likely)
}

/// Words that were looked up: articles share most of theirs.
#[derive(Default)]
struct KnownWords {
    words: BTreeMap<String, Rc<ArticlesWithWord>>,
    /// The number of articles of all of them.
    articles: usize,
}

/// The most articles of words that are kept: 16 MB.
const MOST_KEPT: usize = 4 << 20;

impl KnownWords {
    fn find(&mut self, view: &View<'_>, word: &str) -> Result<Rc<ArticlesWithWord>> {
        if let Some(known) = self.words.get(word) {
            return Ok(Rc::clone(known));
        }
        let found = Rc::new(articles_with_word(view, word)?);
        if self.articles + found.articles.len() <= MOST_KEPT {
            self.articles += found.articles.len();
            self.words.insert(word.to_owned(), Rc::clone(&found));
        }
        Ok(found)
    }
}

/// The last measurements on the articles that pass a filter. The same articles give the same numbers, so that generations
/// share it.
#[derive(Default)]
pub(crate) struct FilteredChances(Mutex<Vec<FilteredChance>>);

/// The most measurements that are kept: a host asks with a few brands in a few locales.
const MOST_FILTERED: usize = 256;

struct FilteredChance {
    locale: Locale,
    /// The hash of the articles that it was measured on.
    content_hash: ContentHash,
    coverage: ChanceCoverage,
}

impl FilteredChances {
    /// Returns the known measurement of these articles of a locale, else the result of `measure`. No other thread waits
    /// during the measurement.
    pub(crate) fn find(
        &self,
        locale: &Locale,
        content_hash: &ContentHash,
        measure: impl FnOnce() -> Result<ChanceCoverage>,
    ) -> Result<ChanceCoverage> {
        let known = self.known(locale, content_hash);
        if let Some(coverage) = known {
            return Ok(coverage);
        }
        let coverage = measure()?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == MOST_FILTERED {
            kept.remove(0);
        }
        kept.push(FilteredChance {
            locale: locale.clone(),
            content_hash: *content_hash,
            coverage,
        });
        Ok(coverage)
    }

    fn known(&self, locale: &Locale, content_hash: &ContentHash) -> Option<ChanceCoverage> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter()
            .find(|known| known.content_hash == *content_hash && known.locale == *locale)
            .map(|known| known.coverage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;
    use crate::article::fields::ArticleFields;
    use crate::audience::{Audience, Visibility};
    use crate::search::example::Example;

    /// Measures public articles with these bodies, each of the group, or else of its own.
    fn chance_of(bodies: &[&str], group: Option<&str>) -> ChanceCoverage {
        let articles: Vec<Article> = bodies
            .iter()
            .zip(0..)
            .map(|(body, number)| {
                let fields = ArticleFields {
                    id: format!("article {number}"),
                    locale: "en".to_owned(),
                    translation_group: group.map(str::to_owned),
                    title: format!("Title {number}"),
                    body: (*body).to_owned(),
                    visibility: Visibility::Public,
                    ..ArticleFields::default()
                };
                Article::new(fields).unwrap()
            })
            .collect();
        let example = Example::new(&articles);
        let views = example.views(&Audience::public());
        let (locale, view) = views.first_key_value().unwrap();
        measure(view, locale).unwrap()
    }

    #[test]
    fn what_articles_share_is_covered_by_chance() {
        let alike = chance_of(
            &["refund invoice money paid", "refund invoice money back"],
            None,
        );
        let apart = chance_of(
            &["refund invoice money paid", "password login reset key"],
            None,
        );
        // Three words of two texts are all covered, or none is; ten texts of the usual half stand beside them.
        assert!((alike.at(3) - 7.0 / 12.0).abs() < 1e-6, "{alike:?}");
        assert!((apart.at(3) - 5.0 / 12.0).abs() < 1e-6, "{apart:?}");
        // No text has six words.
        assert!((alike.at(48) - 0.5).abs() < 1e-6);
    }

    #[test]
    fn a_translation_of_the_article_does_not_count() {
        let bodies = ["refund invoice money paid", "refund invoice money back"];
        let chance = chance_of(&bodies, Some("refund"));
        assert!((chance.at(3) - 5.0 / 12.0).abs() < 1e-6, "{chance:?}");
    }
}
