//! How much information the words of a ticket carry, and how much of it an article covers.

use helpdex_text::{Analysis, Analyzer, Locale, SmallTalk, WordFrequencies};

use crate::candidates::likeness::{is_misspelt, is_part};
use crate::error::Result;
use crate::model::information::{Coverage, information};
use crate::query::Query;
use crate::search::scores::Scores;
use crate::search::view::View;

/// The least share of a word's grams, in [0, 1], from which the article counts as having the word in another form:
/// misspelt, joined or inflected. Any long article has a smaller share by chance.
const LEAST_GRAM_SHARE: f32 = 0.5;

/// Computes how much of a ticket the articles of one locale cover.
pub(crate) struct Covering<'a> {
    view: &'a View<'a>,
    scores: &'a Scores<'a>,
    query: &'a Query,
    /// The first bytes of each gram of the query as a number, in the order of the grams, which is ascending.
    gram_beginnings: Vec<u64>,
    analyzer: Analyzer,
    frequencies: Option<&'static WordFrequencies>,
    small_talk: Option<&'static SmallTalk>,
}

/// The [`information`] of a word of the ticket, and whether any visible article of the locale has the word.
#[derive(Clone, Copy)]
struct Told {
    amount: f32,
    is_known: bool,
    /// Whether the language's table of word frequencies has the word.
    is_common: bool,
}

/// A word of an article's title that is not a function word.
struct TitleWord {
    term: String,
    /// The [`information`] of the word.
    told: f32,
    /// Whether the ticket has the word, or one that is alike.
    is_shared: bool,
}

impl<'a> Covering<'a> {
    pub(crate) fn new(
        locale: &Locale,
        view: &'a View<'a>,
        scores: &'a Scores<'a>,
        query: &'a Query,
    ) -> Self {
        let grams = query.grams.iter();
        Self {
            view,
            scores,
            query,
            gram_beginnings: grams.map(|gram| beginning(&gram.term)).collect(),
            analyzer: Analyzer::new(locale),
            frequencies: WordFrequencies::of_language(locale.language()),
            small_talk: SmallTalk::of_language(locale.language()),
        }
    }

    /// Returns how much of the ticket an article covers with its title, its headings and this passage; `passage` is its
    /// number in the article.
    pub(crate) fn of_article(&self, article: u32, passage: Option<usize>) -> Result<Coverage> {
        let told = self.information_of_words();
        let near = self.scores.words_of_passage(article, passage)?;
        let mut title = self.title(article, &told)?;
        let mut analysis = Analysis::default();
        let (mut all, mut covered, mut unknown) = (0.0, 0.0, 0.0);
        for (index, (word, told)) in self.query.words.iter().zip(&told).enumerate() {
            let is_own = word.synonym_of.is_none();
            // A synonym stands for words of the ticket, and is none of its own.
            all += if is_own { told.amount } else { 0.0 };
            let share = if near.binary_search(&index).is_ok() {
                1.0
            } else if !is_own || told.amount == 0.0 {
                0.0
            } else if is_in_title(&word.term, *told, &mut title) {
                1.0
            } else {
                self.analyzer.analyze(&word.written, &mut analysis);
                self.share_by_grams(article, &analysis)?
            };
            covered += told.amount * share;
            if is_own && !told.is_known {
                unknown += told.amount * (1.0 - share);
            }
        }
        let all_told = all.max(f32::MIN_POSITIVE);
        let title_told: f32 = title.iter().map(|word| word.told).sum();
        let shared = title.iter().filter(|word| word.is_shared);
        let title_shared: f32 = shared.map(|word| word.told).sum();
        Ok(Coverage {
            told: all,
            share: (covered / all_told).min(1.0),
            title_share: title_shared / title_told.max(f32::MIN_POSITIVE),
            unknown: unknown / all_told,
            words: self.query.own_words().count(),
        })
    }

    fn zipf(&self, term: &str) -> Option<f32> {
        self.frequencies.and_then(|table| table.zipf(term))
    }

    fn is_small_talk(&self, term: &str) -> bool {
        let list = self.small_talk;
        list.is_some_and(|list| list.contains(term, &self.analyzer))
    }

    /// Returns the coverage of the ticket when no article matches: the information of its words, of which nothing is
    /// covered.
    pub(crate) fn of_none(&self) -> Coverage {
        let told = self.information_of_words();
        let own = self.query.words.iter().zip(told);
        let own = own.filter(|(word, _)| word.synonym_of.is_none());
        Coverage {
            told: own.map(|(_, told)| told.amount).sum(),
            words: self.query.own_words().count(),
            ..Coverage::default()
        }
    }

    /// Returns the [`information`] of each word of the query. It is 0 for small talk, and for a number that no article
    /// has: such a number belongs to the customer, and does not tell what they ask.
    fn information_of_words(&self) -> Vec<Told> {
        let mut known = self.scores.rarities().into_iter().peekable();
        let words = self.query.words.iter().enumerate();
        words
            .map(|(index, word)| {
                let rarity = known.next_if(|(found, _)| *found == index);
                let zipf = self.zipf(&word.term);
                let amount = match rarity {
                    _ if self.is_small_talk(&word.term) => 0.0,
                    Some((_, rarity)) => information(zipf, rarity),
                    None if word.term.contains(char::is_numeric) => 0.0,
                    None => information(zipf, 1.0),
                };
                Told {
                    amount,
                    is_known: rarity.is_some(),
                    is_common: zipf.is_some(),
                }
            })
            .collect()
    }

    /// Returns, in [0, 1], how much of a word that an article does not have occurs inside the words of the article, by
    /// the grams they share.
    fn share_by_grams(&self, article: u32, word: &Analysis) -> Result<f32> {
        let places = word.grams().filter_map(|gram| self.gram_place(gram));
        let share = self.scores.gram_share(article, places, LEAST_GRAM_SHARE)?;
        Ok(((share - LEAST_GRAM_SHARE) / (1.0 - LEAST_GRAM_SHARE)).max(0.0))
    }

    /// Returns the index of a gram among those of the query; `None` if the query does not have it. Fast, because it
    /// compares the first bytes as numbers before it compares texts.
    fn gram_place(&self, gram: &str) -> Option<usize> {
        let bytes = beginning(gram);
        let first = self.gram_beginnings.partition_point(|other| *other < bytes);
        let alike = self.gram_beginnings[first..].iter();
        let mut alike = alike.take_while(|other| **other == bytes).zip(first..);
        alike.find_map(|(_, place)| (self.query.grams[place].term == gram).then_some(place))
    }

    /// Returns the words of an article's title. `told` is the information of the words of the query, in their order.
    fn title(&self, article: u32, told: &[Told]) -> Result<Vec<TitleWord>> {
        let (segment, number) = self.view.locate(article);
        let title = segment.stored_head(number)?.title;
        let mut analysis = Analysis::default();
        self.analyzer.analyze(&title, &mut analysis);
        let words = analysis.words().filter(|word| !word.is_function_word);
        words
            .map(|word| {
                let place = self.query.position(word.term);
                let told = if let Some(place) = place {
                    told[place].amount
                } else {
                    let zipf = self.zipf(word.term);
                    let rarity = match zipf {
                        Some(_) => 1.0,
                        None => self.view.rarity(word.term)?,
                    };
                    information(zipf, rarity)
                };
                Ok(TitleWord {
                    term: word.term.to_owned(),
                    told,
                    is_shared: place.is_some(),
                })
            })
            .collect()
    }
}

/// Whether the title has a word that contains the term or is contained in it, or one of which the term is a
/// misspelling. Marks these words of the title as shared. A term that is a common word of the language is not taken for
/// a misspelling.
fn is_in_title(term: &str, told: Told, title: &mut [TitleWord]) -> bool {
    let mut is_there = false;
    for other in title {
        if is_part(term, &other.term) || (!told.is_common && is_misspelt(term, &other.term)) {
            other.is_shared = true;
            is_there = true;
        }
    }
    is_there
}

/// Returns the first eight bytes of a term as a number; numbers are ordered like the bytes.
fn beginning(term: &str) -> u64 {
    let mut bytes = [0; 8];
    for (byte, of_term) in bytes.iter_mut().zip(term.bytes()) {
        *byte = of_term;
    }
    u64::from_be_bytes(bytes)
}
