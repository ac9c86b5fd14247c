//! Exact BM25 over all visible articles of a locale: dense, one term at a time.
//!
//! A term's postings are decoded and counted by field, which tells how rare it is among the articles that may be seen;
//! then each of them adds its weighted share to the sum of its article. A hidden article is not counted, so it changes
//! nothing. Terms come in one fixed order, so sums are the same on every machine and whatever the history of updates.
//!
//! A ticket has 60 to 150 distinct terms, and most articles have some of them: adding up for every article costs less than
//! reasoning about which can be left out.

use std::collections::BTreeMap;

use helpdex_text::Locale;

use crate::clock::Deadline;
use crate::error::Result;
use crate::index::hashes::ContentHash;
use crate::index::postings::TermField;
use crate::query::{Query, QueryTerm};
use crate::search::bm25::inverse_document_frequency;
use crate::search::gram_budget::{FoundGram, find_grams};
use crate::search::scores::{FoundWord, Scores};
use crate::search::summation::Summation;
use crate::search::sums::Sums;
use crate::search::term_lookup::{find_query_terms, find_terms};
use crate::search::view::View;
use crate::search::weights::Weights;

/// Scores the queries of one ticket, one query for each locale.
///
/// An incremental scorer keeps scores from text to text: for a longer text of the same ticket it only reads the
/// postings of new words and of the grams that are read. Its sums equal those of a fresh scorer except for rounding.
pub(crate) struct Scorer {
    weights: Weights,
    /// The scores that are kept for each locale; `None` for a fresh scorer, which keeps none.
    kept: Option<BTreeMap<Locale, KeptScores>>,
}

impl Scorer {
    /// Makes a scorer for a ticket that is complete.
    pub(crate) fn fresh() -> Self {
        Self {
            weights: Weights::SHIPPED,
            kept: None,
        }
    }

    /// Makes a scorer for a ticket that is being written.
    pub(crate) fn incremental() -> Self {
        Self {
            kept: Some(BTreeMap::new()),
            ..Self::fresh()
        }
    }

    /// Scores every allowed article of a locale for the query. Linear in the number of postings of the query's terms.
    ///
    /// `settled` makes the part of the query that will hardly change while the ticket is written; an incremental scorer
    /// keeps the scores of that part.
    ///
    /// # Errors
    /// [`Interrupted`](crate::error::ErrorKind::Interrupted) when the time ends.
    pub(crate) fn score<'a>(
        &mut self,
        view: &'a View<'a>,
        locale: &Locale,
        query: &Query,
        settled: impl FnOnce() -> Query,
        deadline: Deadline,
    ) -> Result<Scores<'a>> {
        let pass = Pass {
            view,
            weights: &self.weights,
            deadline,
        };
        match &mut self.kept {
            None => pass.score(query),
            Some(kept) => {
                let kept = kept.entry(locale.clone()).or_default();
                pass.score_longer(kept, &settled(), query)
            }
        }
    }
}

/// Scores every allowed article of a view for one query, as a fresh [`Scorer`] does.
pub(crate) fn score_once<'a>(
    view: &'a View<'a>,
    query: &Query,
    weights: &Weights,
    deadline: Deadline,
) -> Result<Scores<'a>> {
    let pass = Pass {
        view,
        weights,
        deadline,
    };
    pass.score(query)
}

/// One reading of the postings of a query.
struct Pass<'w, 'a> {
    view: &'a View<'a>,
    weights: &'w Weights,
    deadline: Deadline,
}

impl<'a> Pass<'_, 'a> {
    fn score(&self, query: &Query) -> Result<Scores<'a>> {
        let grams = find_grams(self.view, query, self.deadline)?;
        self.score_rest(&KeptScores::default(), query, grams)
    }

    /// Adds the words of `settled` that are not kept yet to the kept scores, then scores the rest of the query. When
    /// the query lacks a word that is kept, everything is scored again.
    fn score_longer(
        &self,
        kept: &mut KeptScores,
        settled: &Query,
        query: &Query,
    ) -> Result<Scores<'a>> {
        let grams = find_grams(self.view, query, self.deadline)?;
        // When the time ends nothing is kept.
        let known = std::mem::take(kept);
        *kept = self.keep_up(known, settled)?;
        if kept.is_within(query) {
            self.score_rest(kept, query, grams)
        } else {
            self.score_rest(&KeptScores::default(), query, grams)
        }
    }

    /// Adds to the kept scores the words of `settled` that they lack; begins anew if the articles have changed or a
    /// kept word is missing.
    fn keep_up(&self, mut kept: KeptScores, settled: &Query) -> Result<KeptScores> {
        if kept.content_hash != *self.view.content_hash() || !kept.is_within(settled) {
            kept = KeptScores {
                content_hash: *self.view.content_hash(),
                sums: Sums::new(self.view.article_count(), &[]),
                words: BTreeMap::new(),
            };
        }
        let sums = std::mem::take(&mut kept.sums);
        let mut summation = Summation::new(self.view, self.weights, self.deadline, sums);
        let words = settled.words.iter();
        let new: Vec<&QueryTerm> = words
            .filter(|term| term.weight > kept.weight(term))
            .collect();
        let terms = new.iter().map(|term| &*term.term);
        let postings = find_terms(self.view, TermField::Words, terms);
        for (term, postings) in new.into_iter().zip(postings) {
            let of_term = kept.words.entry(term.term.clone()).or_default();
            of_term.articles = summation.add_word(&postings, term.weight - of_term.weight)?;
            of_term.weight = term.weight;
        }
        (kept.sums, _) = summation.finish();
        Ok(kept)
    }

    /// Scores the terms of the query that are not kept, and adds the kept scores.
    fn score_rest(
        &self,
        kept: &KeptScores,
        query: &Query,
        grams: Vec<FoundGram<'a>>,
    ) -> Result<Scores<'a>> {
        let sums = Sums::new(self.view.article_count(), &kept.sums);
        let mut summation = Summation::new(self.view, self.weights, self.deadline, sums);
        let mut words = Vec::with_capacity(query.words.len());
        let (mut coverable, mut unknown) = (0.0, 0.0);
        let allowed = self.view.allowed_count();
        let postings = find_query_terms(self.view, TermField::Words, &query.words);
        for ((index, term), postings) in query.words.iter().enumerate().zip(postings) {
            let articles = match kept.words.get(&term.term) {
                Some(kept) if kept.weight >= term.weight => kept.articles,
                _ => summation.add_word(&postings, term.weight - kept.weight(term))?,
            };
            if articles == 0 {
                unknown += inverse_document_frequency(1, allowed);
                continue;
            }
            let idf = inverse_document_frequency(articles, allowed);
            coverable += idf;
            words.push(FoundWord {
                index,
                weight: term.weight,
                idf,
                postings,
            });
        }
        for gram in grams.iter().filter(|gram| gram.is_read) {
            summation.add_gram(&gram.postings, query.grams[gram.index].weight)?;
        }
        let (sums, saturation) = summation.finish();
        Ok(Scores {
            view: self.view,
            sums,
            words,
            grams,
            saturation,
            coverable,
            unknown,
        })
    }
}

/// The scores of some words of a ticket that is being written. No gram is kept, because which grams are read depends on
/// all of them.
#[derive(Default)]
struct KeptScores {
    /// A hash of the articles that were scored.
    content_hash: ContentHash,
    sums: Sums,
    words: BTreeMap<String, KeptWord>,
}

#[derive(Clone, Copy, Default)]
struct KeptWord {
    weight: f32,
    /// The number of articles that have the word, from which its inverse document frequency is computed.
    articles: usize,
}

impl KeptScores {
    /// Returns the weight with which a term is kept; 0 if it is not kept.
    fn weight(&self, term: &QueryTerm) -> f32 {
        self.words.get(&term.term).map_or(0.0, |kept| kept.weight)
    }

    /// Whether the query still has every word that is kept, with at least its kept weight.
    fn is_within(&self, query: &Query) -> bool {
        self.words.iter().all(|(term, kept)| {
            let index = query.position(term);
            index.is_some_and(|index| query.words[index].weight >= kept.weight)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use helpdex_text::{Analysis, Analyzer};
    use proptest::prelude::*;

    use super::*;
    use crate::analysed_ticket::AnalysedTicket;
    use crate::article::Article;
    use crate::article::fields::{ArticleFields, BodyFormat};
    use crate::audience::{Audience, Visibility};
    use crate::clock::Stopwatch;
    use crate::error::ErrorKind;
    use crate::index::passages::{AnalysedArticle, Unit, analyse};
    use crate::index::units::Field;
    use crate::search::example::Example;

    /// An article whose title, headings and passages are made of these words; a line is a passage or two.
    fn article(
        number: usize,
        words: &[usize],
        is_internal: bool,
        segment: Option<usize>,
    ) -> Article {
        let word =
            |index: &usize| ["payout", "terminal", "refund", "pin", "faktūra", "şifre"][index % 6];
        let visibility = match (is_internal, segment) {
            (true, _) => Visibility::Internal,
            (false, Some(_)) => Visibility::SignedIn,
            (false, None) => Visibility::Public,
        };
        let segments = segment.into_iter().map(|n| format!("segment {n}"));
        let text: Vec<&str> = words.iter().map(word).collect();
        let (title, rest) = text.split_at(text.len() / 5);
        let (heading, body) = rest.split_at(rest.len() / 4);
        Article::new(ArticleFields {
            id: format!("article {number:03}"),
            locale: "en".to_owned(),
            title: format!("t {}", title.join(" ")),
            body: format!(
                "## h {}\n\n{}\n\n## pin\n\n{0}",
                heading.join(" "),
                body.join(" ")
            ),
            format: BodyFormat::Markdown,
            visibility,
            user_segments: segments.collect(),
            ..ArticleFields::default()
        })
        .unwrap()
    }

    /// BM25 as the book has it: each article and term on its own, in 64 bits.
    struct Naive {
        /// The articles of the view that the reader may see.
        articles: Vec<AnalysedArticle>,
    }

    impl Naive {
        fn terms(unit: &Unit, field: TermField) -> Vec<&str> {
            let terms = match field {
                TermField::Words => &unit.terms.words,
                TermField::Grams => &unit.terms.grams,
            };
            terms.all().collect()
        }

        /// Returns the terms of a field of all articles: for each article those of the units that `units` selects.
        fn texts<'n>(
            &'n self,
            field: TermField,
            units: fn(&AnalysedArticle) -> Vec<&Unit>,
        ) -> Vec<Vec<&'n str>> {
            let text = |article: &'n AnalysedArticle| {
                let units = units(article).into_iter();
                units.flat_map(|unit| Self::terms(unit, field)).collect()
            };
            self.articles.iter().map(text).collect()
        }

        #[expect(clippy::cast_precision_loss)]
        fn idf(&self, document_frequency: usize) -> f64 {
            let (all, n) = (self.articles.len() as f64, document_frequency as f64);
            (1.0 + (all - n + 0.5) / (n + 0.5)).ln()
        }

        #[expect(clippy::cast_precision_loss)]
        fn average(texts: &[Vec<&str>]) -> f64 {
            let lengths: Vec<f64> = texts
                .iter()
                .map(|t| t.len() as f64)
                .filter(|n| *n > 0.0)
                .collect();
            if lengths.is_empty() {
                1.0
            } else {
                lengths.iter().sum::<f64>() / lengths.len() as f64
            }
        }

        #[expect(clippy::cast_precision_loss)]
        fn share(text: &[&str], term: &str, average: f64) -> f64 {
            let frequency = text.iter().filter(|other| **other == term).count() as f64;
            let norm = 1.2 * (1.0 - 0.75 + 0.75 * text.len() as f64 / average);
            frequency * 2.2 / (frequency + norm)
        }

        /// Returns the BM25 score of each article for one field, whose terms are `texts`.
        fn scores(&self, texts: &[Vec<&str>], terms: &[QueryTerm]) -> Vec<f64> {
            let average = Self::average(texts);
            let score = |text: &Vec<&str>| {
                let of_term = |term: &QueryTerm| {
                    let has = texts
                        .iter()
                        .filter(|text| text.contains(&&*term.term))
                        .count();
                    f64::from(term.weight) * self.idf(has) * Self::share(text, &term.term, average)
                };
                terms.iter().map(of_term).sum()
            };
            texts.iter().map(score).collect()
        }
    }

    #[track_caller]
    fn assert_close(what: &str, found: f32, expected: f64) {
        let bound = 1e-5 * expected.abs().max(1.0);
        assert!(
            (f64::from(found) - expected).abs() <= bound,
            "{what}: {found} is not {expected}"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Rounding apart, the dense scorer gives what the formula gives for each article on its own, whoever asks.
        #[test]
        fn every_score_is_that_of_a_naive_scorer(
            made in prop::collection::vec(
                (prop::collection::vec(0..6_usize, 0..150), prop::bool::ANY, prop::option::of(0..2_usize)),
                1..24,
            ),
            asked in prop::collection::vec(0..6_usize, 1..12),
            audience in 0..3_usize,
        ) {
            let articles: Vec<Article> = made
                .iter()
                .enumerate()
                .map(|(number, (words, is_internal, segment))| article(number, words, *is_internal, *segment))
                .collect();
            let audience = [
                Audience::public(),
                Audience::signed_in(["segment 1".to_owned()]),
                Audience::internal(),
            ][audience].clone();
            let example = Example::new(&articles);
            let views = example.views(&audience);
            let seen: Vec<&Article> = articles
                .iter()
                .filter(|a| audience.sees_class(a.fields().visibility) && audience.sees_segments(&a.fields().user_segments))
                .collect();
            let Some((locale, view)) = views.first_key_value() else {
                prop_assert!(seen.is_empty());
                return Ok(());
            };
            let analyzer = Analyzer::new(locale);
            let mut analysis = Analysis::default();
            // In the order of the view: the wider class first.
            let mut in_order = seen.clone();
            in_order.sort_by_key(|article| article.fields().visibility);
            let analysed = |article: &&Article| analyse(article, &analyzer, &mut analysis).unwrap();
            let naive = Naive { articles: in_order.iter().map(analysed).collect() };

            let text = article(0, &asked, false, None).fields().title.clone() + " payuot";
            let ticket = helpdex_text::clean_ticket(None, helpdex_text::Content::Text(&text));
            let query = Query::new(AnalysedTicket::new(&ticket).in_locale(locale), None);
            let score = |weights: &Weights| score_once(view, &query, weights, Deadline::NEVER).unwrap();
            let scores = score(&Weights::SHIPPED);

            let words = TermField::Words;
            let title = naive.scores(&naive.texts(words, |a| vec![&a.title]), &query.words);
            let headings = naive.scores(&naive.texts(words, |a| vec![&a.headings]), &query.words);
            let body = naive.texts(words, |a| a.passages.iter().collect());
            let body = naive.scores(&body, &query.words);
            let grams = TermField::Grams;
            let title_grams = naive.scores(&naive.texts(grams, |a| vec![&a.title]), &query.grams);
            let body_grams = naive.scores(&naive.texts(grams, |a| vec![&a.body]), &query.grams);

            let none = Weights { title: 0.0, headings: 0.0, body: 0.0, best_passage: 0.0, title_grams: 0.0, body_grams: 0.0 };
            let by_field = [
                Weights { title: 1.0, ..none },
                Weights { headings: 1.0, ..none },
                Weights { body: 1.0, ..none },
                Weights { title_grams: 1.0, ..none },
                Weights { body_grams: 1.0, ..none },
            ]
            .map(|weights| (weights, score(&weights)));

            let fields = [
                naive.texts(words, |a| vec![&a.title]),
                naive.texts(words, |a| vec![&a.headings]),
                naive.texts(words, |a| a.passages.iter().collect()),
            ];
            let has = |index: usize, term: &QueryTerm| fields.iter().any(|texts| texts[index].contains(&&*term.term));
            let document_frequency = |term: &QueryTerm| {
                let of_field = |texts: &Vec<Vec<&str>>| texts.iter().filter(|text| text.contains(&&*term.term)).count();
                fields.iter().map(of_field).max().unwrap()
            };
            let known: Vec<&QueryTerm> = query.words.iter().filter(|term| document_frequency(term) > 0).collect();
            let idf = |term: &QueryTerm| naive.idf(document_frequency(term));
            assert_close("coverable", scores.coverable, known.iter().map(|term| idf(term)).sum());
            let unknown = query.words.len() - known.len();
            #[expect(clippy::cast_precision_loss)]
            let unknown = unknown as f64 * naive.idf(1);
            assert_close("unknown", scores.unknown, unknown);

            let passages: Vec<Vec<&str>> = naive
                .articles
                .iter()
                .flat_map(|article| &article.passages)
                .map(|unit| Naive::terms(unit, words))
                .collect();
            #[expect(clippy::cast_precision_loss)]
            let average_passage = if passages.is_empty() {
                1.0
            } else {
                passages.iter().map(Vec::len).sum::<usize>() as f64 / passages.len() as f64
            };
            let mut checked = BTreeSet::new();
            let shown: Vec<u32> = view.allowed_articles().collect();
            let best_passages = scores.best_passages(&shown).unwrap();
            for (index, (&number, best_passage)) in shown.iter().zip(best_passages).enumerate() {
                let (segment, local) = view.locate(number);
                let id = segment.stored_head(local).unwrap().id;
                prop_assert_eq!(&id, in_order[index].id());
                checked.insert(id);
                let of_fields = |weights: &Weights| {
                    f64::from(weights.title) * title[index]
                        + f64::from(weights.headings) * headings[index]
                        + f64::from(weights.body) * body[index]
                        + f64::from(weights.title_grams) * title_grams[index]
                        + f64::from(weights.body_grams) * body_grams[index]
                };
                assert_close("score", scores.of(number), of_fields(&Weights::SHIPPED));
                for (weights, scores) in &by_field {
                    assert_close("field", scores.of(number), of_fields(weights));
                }
                let has_any = known.iter().any(|term| has(index, term));
                prop_assert_eq!(scores.has_word(number).unwrap(), has_any);
                for term in &query.words {
                    let expected = naive.idf(document_frequency(term).max(1)) / naive.idf(1);
                    assert_close("rarity", view.rarity(&term.term).unwrap(), expected);
                }
                let best = best_passage.map(|(passage, _)| passage);
                let has_near = |place: &usize| {
                    let term = &&*query.words[*place].term;
                    let passage = best.map(|best| &naive.articles[index].passages[best]);
                    let in_passage = passage.is_some_and(|passage| Naive::terms(passage, words).contains(term));
                    in_passage || [Field::Title, Field::Headings].iter().any(|field| fields[*field as usize][index].contains(term))
                };
                let expected: Vec<usize> = (0..query.words.len()).filter(has_near).collect();
                prop_assert_eq!(scores.words_of_passage(number, best).unwrap(), expected);
                for (place, found) in scores.words_of_article(number).unwrap() {
                    let has = |field: &Field| fields[*field as usize][index].contains(&&*query.words[place].term);
                    let expected: Vec<Field> = Field::ALL.into_iter().filter(has).collect();
                    prop_assert_eq!(found, expected);
                }
                let of_passage = |unit: &Unit| -> f64 {
                    let text = Naive::terms(unit, words);
                    let of_term = |term: &&QueryTerm| {
                        f64::from(term.weight) * idf(term) * Naive::share(&text, &term.term, average_passage)
                    };
                    known.iter().map(of_term).sum()
                };
                let best = naive.articles[index].passages.iter().map(of_passage).fold(0.0, f64::max);
                assert_close("passage", best_passage.map_or(0.0, |(_, score)| score), best);
            }
            let everything = scores.best(shown.len() + 1);
            prop_assert_eq!(everything.len(), shown.iter().filter(|number| scores.of(**number) > 0.0).count());
            let mut sorted = everything;
            sorted.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            for limit in 1..sorted.len() {
                let mut best = scores.best(limit);
                best.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
                prop_assert_eq!(&best, &sorted[..limit]);
            }
            prop_assert_eq!(checked.len(), seen.len());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whatever is written behind or taken away, what is kept gives what scoring anew gives.
        #[test]
        fn a_ticket_that_grows_scores_as_one_that_is_new(
            made in prop::collection::vec(prop::collection::vec(0..6_usize, 0..150), 1..12),
            typed in prop::collection::vec((0..6_usize, 0..8_usize), 1..10),
        ) {
            let articles: Vec<Article> = made
                .iter()
                .enumerate()
                .map(|(number, words)| article(number, words, false, None))
                .collect();
            let example = Example::new(&articles);
            let views = example.views(&Audience::public());
            let (locale, view) = views.first_key_value().unwrap();
            let mut scorer = Scorer::incremental();
            let mut words: Vec<String> = Vec::new();
            for (word, taken_away) in typed {
                // Mostly a word more, now and then some less.
                words.truncate(words.len().saturating_sub(taken_away.saturating_sub(5)));
                words.push(article(0, &[word; 5], false, None).fields().title.clone());
                let text = words.join(" ");
                let ticket = helpdex_text::clean_ticket(None, helpdex_text::Content::Text(&text));
                let query = Query::new(AnalysedTicket::new(&ticket).in_locale(locale), None);
                let settled = Query::of_settled(AnalysedTicket::new(&ticket).in_locale(locale));
                let weights = &Weights::SHIPPED;
                let anew = score_once(view, &query, weights, Deadline::NEVER).unwrap();
                let longer = scorer.score(view, locale, &query, || settled, Deadline::NEVER).unwrap();
                prop_assert_eq!((longer.coverable, longer.unknown), (anew.coverable, anew.unknown));
                for number in view.allowed_articles() {
                    assert_close("sum", longer.of(number), f64::from(anew.of(number)));
                }
                let kept = &scorer.kept.as_ref().unwrap()[*locale];
                prop_assert!(kept.is_within(&query) && !(words.len() > 1 && kept.words.is_empty()));
            }
        }
    }

    /// Articles of 60 words, long enough that a ticket of 90 words does not read all of its grams.
    fn long_articles() -> Vec<Article> {
        let article = |number: usize| {
            let words = (0..60).map(|n| long_word(number * 11 + n * (1 + number % 5)));
            let words: Vec<String> = words.collect();
            let (visibility, user_segments) = match number % 3 {
                0 => (Visibility::Internal, Vec::new()),
                1 => (
                    Visibility::SignedIn,
                    vec![format!("segment {}", number % 2)],
                ),
                _ => (Visibility::SignedIn, Vec::new()),
            };
            Article::new(ArticleFields {
                id: format!("article {number:03}"),
                locale: "en".to_owned(),
                title: words[..9].join(" "),
                body: words.join(" "),
                visibility,
                user_segments,
                ..ArticleFields::default()
            })
            .unwrap()
        };
        (0..600).map(article).collect()
    }

    fn long_word(number: usize) -> String {
        format!("w{}x{}", number % 7, number * 37 % 90)
    }

    fn long_query(words: usize, locale: &Locale) -> (Query, Query) {
        let text: Vec<String> = (0..words).map(long_word).collect();
        let text = text.join(" ");
        let ticket = helpdex_text::clean_ticket(None, helpdex_text::Content::Text(&text));
        let mut ticket = AnalysedTicket::new(&ticket);
        let texts = ticket.in_locale(locale);
        (Query::new(texts, None), Query::of_settled(texts))
    }

    #[test]
    fn a_long_ticket_scores_the_same_while_it_grows_and_reads_some_of_its_grams() {
        let example = Example::new(&long_articles());
        let views = example.views(&Audience::internal());
        let (locale, view) = views.first_key_value().unwrap();
        let mut scorer = Scorer::incremental();
        let mut counts = Vec::new();
        for typed in (1..=90).step_by(3) {
            let (query, settled) = long_query(typed, locale);
            let weights = &Weights::SHIPPED;
            let anew = score_once(view, &query, weights, Deadline::NEVER).unwrap();
            let longer = scorer
                .score(view, locale, &query, || settled, Deadline::NEVER)
                .unwrap();
            for number in view.allowed_articles() {
                assert_close("sum", longer.of(number), f64::from(anew.of(number)));
            }
            let grams = find_grams(view, &query, Deadline::NEVER).unwrap();
            let read = grams.iter().filter(|gram| gram.is_read).count();
            let known = find_query_terms(view, TermField::Grams, &query.grams);
            let known = known
                .iter()
                .filter(|found| found.iter().any(Option::is_some));
            counts.push((read, known.count()));
        }
        assert_eq!(counts[0].0, counts[0].1);
        let (read, known) = counts.last().unwrap();
        assert!(read < known, "{read} of {known} grams were read");
    }

    #[test]
    fn a_hidden_article_changes_nothing_of_which_grams_are_read() {
        let all = long_articles();
        let audience = Audience::signed_in(["segment 1".to_owned()]);
        let seen = all.iter().filter(|a| {
            audience.sees_class(a.fields().visibility)
                && audience.sees_segments(&a.fields().user_segments)
        });
        let seen: Vec<Article> = seen.cloned().collect();
        let [of_all, of_seen] = [&all, &seen].map(|articles| Example::new(articles));
        let [of_all, of_seen] = [&of_all, &of_seen].map(|example| {
            let views = example.views(&audience);
            let (locale, view) = views.first_key_value().unwrap();
            let (query, _) = long_query(90, locale);
            let grams = find_grams(view, &query, Deadline::NEVER).unwrap();
            let read = grams.iter().filter(|gram| gram.is_read);
            let grams: Vec<String> = read
                .map(|gram| query.grams[gram.index].term.clone())
                .collect();
            let scores = score_once(view, &query, &Weights::SHIPPED, Deadline::NEVER).unwrap();
            let of_articles: Vec<u32> = view
                .allowed_articles()
                .map(|article| scores.of(article).to_bits())
                .collect();
            let is_filtered = view.allowed_count() as usize != view.article_count();
            (is_filtered, query.grams.len(), grams, of_articles)
        });
        assert!(of_all.0 && !of_seen.0);
        assert!(of_all.2.len() < of_all.1);
        assert_eq!((of_all.2, of_all.3), (of_seen.2, of_seen.3));
    }

    #[test]
    fn sums_that_are_used_again_begin_at_0() {
        let articles: Vec<Article> = (0..9)
            .map(|n| article(n, &[n, n + 1, n + 2], false, None))
            .collect();
        let example = Example::new(&articles);
        let views = example.views(&Audience::public());
        let (_, view) = views.first_key_value().unwrap();
        let score = |word: &str| {
            let scores = score_once(
                view,
                &Query::of_words(&[word]),
                &Weights::SHIPPED,
                Deadline::NEVER,
            )
            .unwrap();
            view.allowed_articles()
                .map(|article| scores.of(article))
                .collect::<Vec<_>>()
        };
        let first = score("refund");
        score("pin");
        assert_eq!(score("refund"), first);
        assert!(score("nothing").iter().all(|score| *score == 0.0));
    }

    #[test]
    fn scoring_ends_with_the_time() {
        let example = Example::new(&[article(0, &[2], false, None)]);
        let views = example.views(&Audience::public());
        let (_, view) = views.first_key_value().unwrap();
        let query = Query::of_words(&["refund"]);
        let passed = Stopwatch::start().deadline(Some(0));
        let error = score_once(view, &query, &Weights::SHIPPED, passed)
            .err()
            .unwrap();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        assert!(score_once(view, &query, &Weights::SHIPPED, Deadline::NEVER).is_ok());
    }
}
