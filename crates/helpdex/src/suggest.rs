//! The way of a ticket: cleaned, turned into a query for each locale that may answer, scored, and decided.

mod candidate;
pub(crate) mod decision_rule;
pub(crate) mod pool;
pub(crate) mod route;
mod similar_words;
mod steady;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use helpdex_text::{
    Analyzer, CleanTicket, Content, Locale, clean_ticket, clean_ticket_within, detect_language,
};
use serde::{Deserialize, Serialize};

pub(crate) use self::candidate::matched_terms;
use self::candidate::{Candidate, best_candidates};
use self::decision_rule::DecisionRule;
use self::pool::{KeptByLocale, Past, Pool, Scoring};
use self::route::Route;
use self::steady::{Margins, Shown, Standing};
use crate::audience::Audience;
use crate::clock::{Deadline, Stopwatch};
use crate::html::escape_html;
use crate::index::generation::Generation;
use crate::index::segment::Facets;
use crate::index::view::{View, find_group};
use crate::model::labels::LARGEST_SET;
use crate::model::ticket_model::TicketModel;
use crate::model::ticket_terms::TicketTerms;
use crate::synonyms::Synonyms;
use crate::ticket::Ticket;
use crate::{Error, ErrorKind, Result, Timestamp};

/// How many candidates the ranking holds at most.
const RANKING_LIMIT: usize = 10;

/// What may be asked of [`KnowledgeBase::suggest`](crate::KnowledgeBase::suggest).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SuggestOptions {
    /// How many articles are offered at most, 1 to 10; 3 unless said.
    pub limit: usize,
    /// An article is offered when its probability is at least this, in [0, 1]; 0.5 unless said. A target precision that
    /// can be kept decides in its place.
    pub min_probability: f32,
    /// Show something only as far as at least this share of the first articles shown is right, above 0 and below 1. The
    /// threshold is chosen from solved tickets, as each looked to a model that did not know it: see
    /// [`LabelledPredictions`](crate::eval::LabelledPredictions). An article behind the first is shown when its own
    /// probability reaches the threshold too. `None`, unless said: `min_probability` decides.
    ///
    /// The solved tickets are looked at without filter and without user segments: with those the threshold is the same,
    /// and nothing is promised. It does not go with a `popularity` other than 1.
    pub target_precision: Option<f32>,
    /// What is to be probable enough, and right as often as the target asks: [`Promise::First`] unless said.
    pub promise: Promise,
    /// How sure it is to be that the target is kept, above 0 and below 1; 0.95 unless said.
    pub confidence_level: f32,
    /// What happens when no threshold keeps the target: [`Fallback::Silent`] unless said.
    pub fallback: Fallback,
    /// How much it counts how often an article solved tickets before, in [0, 1]; 1 unless said, which answers most tickets
    /// rightly. With 0 an article that is seldom asked for is as good as one that often is, as far as the ticket's own
    /// words go: more of the articles get their tickets.
    pub popularity: f32,
    /// How long it may take, in milliseconds; `None`, unless said: as long as it takes. When the time ends, the answer is
    /// silence with the reason [`Deadline`](Reason::Deadline) and an empty ranking, never a part of one; what is answered in
    /// time is the same as without. The time is looked at between the steps and within the long ones, decoding and cleaning
    /// included: an answer may come a few milliseconds late, and as late as it takes to decode one part of a mail.
    pub time_budget_ms: Option<u64>,
    /// Whether the reason for silence is read by an agent, and by nobody else: then it tells when an article that the
    /// audience may not see would be shown to the agent.
    pub told_to_agent: bool,
    /// Which articles are considered at all.
    pub filter: Filter,
}

/// What is promised of the articles that are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Promise {
    /// That the first is right: each article is shown when its own probability is high enough.
    #[default]
    First,
    /// That any of them is right: the `limit` best are shown together, when it is probable enough that one of them is right.
    /// With a target precision `limit` is at most 3.
    Any,
}

/// What is shown when no threshold keeps the target precision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fallback {
    /// Nothing.
    #[default]
    Silent,
    /// What has at least `min_probability`, with no precision promised.
    BestGuess,
}

/// Which articles are considered; what is not set lets everything pass. The others do not exist for the answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// Articles of this brand, and those of no brand.
    pub brand: Option<String>,
    /// Articles that have this label.
    pub label: Option<String>,
    /// Articles about this product, and those that name none.
    pub product: Option<String>,
}

/// The answer to a ticket.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Suggestions {
    /// Names this answer in later feedback: a hash of the articles that the audience can see, of what was learned for it,
    /// of the audience and its options, and of the cleaned ticket. Answers to tickets whose time ended while they were cleaned
    /// share one.
    pub suggestion_id: String,
    /// What is shown.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The best candidates whether shown or not, best first, at most 10, at most one a translation group.
    pub ranking: Vec<RankedArticle>,
    /// That any article that the audience may see answers the ticket, shown or not, in [0, 1].
    pub answerable_probability: f32,
    /// The locales whose articles were searched: the ticket's, likeliest first, then the one that fills in.
    pub searched_locales: Vec<Locale>,
    /// How long it took, in microseconds.
    pub elapsed_us: u64,
}

/// Articles, or silence.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// At least one article is shown.
    Offered {
        /// Best first.
        offered: Vec<Suggestion>,
    },
    /// Nothing is shown.
    Abstained {
        /// Why.
        reason: Reason,
        /// The reason in one sentence. It may name an article by its title: [escape](crate::escape_html) it before it goes
        /// into HTML.
        explanation: String,
    },
}

/// Why nothing is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// The best candidate's probability is below `min_probability`, or below the threshold that keeps the target precision.
    BelowThreshold,
    /// There are too few solved tickets to say which threshold keeps the target precision.
    NotEnoughLabels,
    /// On the solved tickets no threshold keeps the target precision.
    NotEnoughPrecision,
    /// No article shares a term with the ticket.
    NothingMatched,
    /// The ticket has no words of its customer.
    EmptyAfterCleaning,
    /// There is no article in the ticket's language, and none of another answers it.
    NoArticleInLanguage,
    /// The audience may see no article at all.
    KnowledgeBaseEmpty,
    /// The time that was given ended before the answer was found: see
    /// [`time_budget_ms`](SuggestOptions::time_budget_ms).
    Deadline,
    /// An article that the audience may not see would be shown to an agent; told to agents only: see
    /// [`told_to_agent`](SuggestOptions::told_to_agent).
    HiddenFromAudience,
}

/// A candidate of the ranking.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RankedArticle {
    /// The article's id.
    pub article_id: String,
    /// That it answers the ticket, in (0, 1).
    pub probability: f32,
    /// That it or one before it does, in (0, 1).
    pub cumulative_probability: f32,
}

/// An article that is shown, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Suggestion {
    /// The article's id.
    pub article_id: String,
    /// What its translations share.
    pub translation_group: String,
    /// The article's locale.
    pub locale: Locale,
    /// Whether that is the ticket's.
    pub locale_match: LocaleMatch,
    /// The article's title.
    pub title: String,
    /// Where to read it.
    pub url: Option<String>,
    /// The passage that answers; none when only the title matched an article without text.
    pub passage: Option<Passage>,
    /// What the article was ranked by; it has no unit, and only the order within one answer means something.
    pub score: f32,
    /// That it answers the ticket, in (0, 1).
    pub probability: f32,
    /// The least probability that is shown: `min_probability`, or what keeps the target precision. It is that of the article
    /// itself, or with [`Promise::Any`] that of all that are shown.
    pub threshold: f32,
    /// The share of the score that comes from tickets that the article solved, in [0, 1]; 0 without any.
    pub past_share: f32,
    /// Why it is shown, in plain words. They name words of the article: [escape](crate::escape_html) them before they go
    /// into HTML.
    pub explanation: String,
    /// The ticket's words that the article has, in the order of the words; then those that are only similar.
    pub matched_terms: Vec<MatchedTerm>,
}

/// Whether an article is in the ticket's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LocaleMatch {
    /// It is.
    Exact,
    /// It is not: the article has no translation into the ticket's language.
    Fallback,
}

/// The part of an article that matches best.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Passage {
    /// The heading that it stands under; empty above the first one.
    pub heading: String,
    /// The anchor of that heading in the article.
    pub anchor: Option<String>,
    /// Its plain text. It is not escaped: use [`to_html`](Self::to_html) where HTML is wanted.
    pub text: String,
    /// Where words of the ticket stand in `text`, in bytes, ascending and apart.
    pub highlights: Vec<Range<usize>>,
}

/// A word of the ticket, and where the article has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MatchedTerm {
    /// The word as the index knows it: in lower case, without its ending.
    pub term: String,
    /// The word as the title or the shown passage has it first; elsewhere as the ticket has it.
    pub word: String,
    /// The phrase of the synonym rule that added it; none for a word of the ticket itself.
    pub synonym_of: Option<String>,
    /// The word of the ticket that this one is like, as the index knows it, where the article does not have that word itself:
    /// a typing error, another form, or a part of a compound. Only the title and the passage are looked at.
    pub similar_to: Option<String>,
    /// Where it stands.
    pub places: Vec<Place>,
}

/// A part of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The title.
    Title,
    /// A heading.
    Heading,
    /// The text.
    Body,
}

impl Passage {
    /// The text escaped for HTML as [`escape_html`](crate::escape_html) does, with the highlights in `<mark>`; there is no
    /// other element in it.
    #[must_use]
    pub fn to_html(&self) -> String {
        let mut html = String::with_capacity(self.text.len());
        let mut at = 0;
        for range in &self.highlights {
            html.push_str(&escape_html(&self.text[at..range.start]));
            html.push_str("<mark>");
            html.push_str(&escape_html(&self.text[range.clone()]));
            html.push_str("</mark>");
            at = range.end;
        }
        html.push_str(&escape_html(&self.text[at..]));
        html
    }
}

impl Default for SuggestOptions {
    fn default() -> Self {
        Self {
            limit: 3,
            min_probability: 0.5,
            target_precision: None,
            promise: Promise::First,
            confidence_level: 0.95,
            fallback: Fallback::Silent,
            popularity: 1.0,
            time_budget_ms: None,
            told_to_agent: false,
            filter: Filter::default(),
        }
    }
}

impl SuggestOptions {
    pub(crate) fn check(&self) -> Result<()> {
        if !(1..=RANKING_LIMIT).contains(&self.limit) {
            return Err(Error::invalid(format!(
                "limit {} is out of range; give 1 to {RANKING_LIMIT}",
                self.limit
            )));
        }
        if !(0.0..=1.0).contains(&self.min_probability) {
            return Err(Error::invalid(format!(
                "min_probability {} is out of range; give 0 to 1",
                self.min_probability
            )));
        }
        if !(0.0..=1.0).contains(&self.popularity) {
            return Err(Error::invalid(format!(
                "popularity {} is out of range; give 0 to 1",
                self.popularity
            )));
        }
        for (name, share) in [
            ("target_precision", self.target_precision),
            ("confidence_level", Some(self.confidence_level)),
        ] {
            if let Some(share) = share
                && !(share > 0.0 && share < 1.0)
            {
                return Err(Error::invalid(format!(
                    "{name} {share} is out of range; give a share above 0 and below 1, such as 0.8"
                )));
            }
        }
        if self.target_precision.is_some()
            && self.promise == Promise::Any
            && self.limit > LARGEST_SET
        {
            return Err(Error::invalid(format!(
                "limit {} is too large for a target precision of any article shown; give 1 to {LARGEST_SET}",
                self.limit
            )));
        }
        #[expect(clippy::float_cmp, reason = "1 is what was not set")]
        if self.target_precision.is_some() && self.popularity != 1.0 {
            return Err(Error::invalid(format!(
                "popularity {} does not go with a target precision, whose threshold is chosen for popularity 1; give one \
                 of the two",
                self.popularity
            )));
        }
        Ok(())
    }
}

impl SuggestOptions {
    /// How many of the first articles are looked at together.
    pub(crate) fn set_size(&self) -> usize {
        match self.promise {
            Promise::First => 1,
            Promise::Any => self.limit,
        }
    }
}

impl Filter {
    fn passes(&self, facets: &Facets) -> bool {
        let is = |asked: &Option<String>, has: &Option<String>| {
            asked.is_none() || has.is_none() || asked == has
        };
        let any = |asked: &Option<String>, has: &[String]| {
            asked.as_ref().is_none_or(|asked| has.contains(asked))
        };
        is(&self.brand, &facets.brand)
            && any(&self.label, &facets.labels)
            && (facets.products.is_empty() || any(&self.product, &facets.products))
    }
}

impl Suggestions {
    /// The articles that are shown, best first; empty when it is silent.
    #[must_use]
    pub fn offered(&self) -> &[Suggestion] {
        match &self.outcome {
            Outcome::Offered { offered } => offered,
            Outcome::Abstained { .. } => &[],
        }
    }

    /// Why it is silent; `None` when articles are shown.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        match &self.outcome {
            Outcome::Offered { .. } => None,
            Outcome::Abstained { reason, .. } => Some(*reason),
        }
    }
}

/// What is asked of a ticket, and of what.
#[derive(Clone)]
pub(crate) struct Question {
    pub generation: Arc<Generation>,
    pub audience: Audience,
    pub now: Timestamp,
    /// In range.
    pub options: SuggestOptions,
    /// What the options ask for of the generation.
    pub rule: DecisionRule,
}

/// What is known of a ticket that is being written.
#[derive(Default)]
pub(crate) struct Written {
    /// The translation groups that the reader has before them, in their order.
    pub shown: Vec<String>,
    pub kept: KeptByLocale,
}

impl Question {
    /// Answers a ticket, or what is `written` of one.
    pub(crate) fn suggest(
        &self,
        ticket: &Ticket,
        written: Option<&mut Written>,
    ) -> Result<Suggestions> {
        let stopwatch = Stopwatch::start();
        let deadline = stopwatch.deadline(self.options.time_budget_ms);
        let mut answer = suggest_until(deadline, self, ticket, written)?;
        answer.elapsed_us = stopwatch.elapsed_us();
        Ok(answer)
    }
}

fn suggest_until(
    deadline: Deadline,
    question: &Question,
    ticket: &Ticket,
    written: Option<&mut Written>,
) -> Result<Suggestions> {
    let (shown_before, kept) = written.map_or((&[][..], None), |written| {
        (&written.shown[..], Some(&mut written.kept))
    });
    let Question {
        generation,
        audience,
        now,
        options,
        ..
    } = question;
    let views = generation.views(audience, *now, |facets| options.filter.passes(facets));
    let subject = ticket.subject.as_deref();
    let mut go_on = || deadline.go_on();
    let Some(clean) = clean_ticket_within(subject, ticket.content(), &mut go_on) else {
        let unread = clean_ticket(None, Content::Text(""));
        let id = suggestion_id(generation, &views, ticket, &unread, audience, options);
        return Ok(Answer::out_of_time().into_suggestions(id, Vec::new()));
    };
    let in_sight: Vec<Locale> = views.keys().copied().cloned().collect();
    let fallbacks = generation.fallback_locales(&views);
    let route = Route::of(ticket, &clean, &in_sight, &fallbacks);
    let answer = || -> Result<Answer> {
        deadline.check()?;
        let model = generation.model(audience);
        let logits = model.map(|model| past_logits(model, ticket, &clean));
        let past = model
            .zip(logits.as_deref())
            .map(|(model, logits)| Past { model, logits });
        let scoring = Scoring { deadline, kept };
        let pool = Pool::gather(generation, audience, &views, &route, &clean, past, scoring)?;
        let ranked = pool.rank(past, options.popularity.into());
        let ranking = best_candidates(&pool, &ranked, past, deadline)?;
        let mut outcome = decide(&ranking, &clean, &route, question, shown_before)?;
        if options.told_to_agent
            && matches!(outcome, Outcome::Abstained { .. })
            && let Some(hidden) = hidden_article(deadline, question, ticket, &views)?
        {
            outcome = hidden_from_audience(&hidden);
        }
        deadline.check()?;
        Ok(Answer {
            outcome,
            ranking: ranking.iter().map(Candidate::ranked).collect(),
            answerable_probability: pool.answerable_probability(&ranked, past),
        })
    };
    let answer = match answer() {
        Err(error) if error.kind() == ErrorKind::Interrupted => Answer::out_of_time(),
        answered => answered?,
    };
    let id = suggestion_id(generation, &views, ticket, &clean, audience, options);
    let searched = route.locales().map(|(locale, _)| locale.clone()).collect();
    Ok(answer.into_suggestions(id, searched))
}

/// What takes time to find.
struct Answer {
    outcome: Outcome,
    ranking: Vec<RankedArticle>,
    answerable_probability: f32,
}

impl Answer {
    fn out_of_time() -> Self {
        Self {
            outcome: Outcome::Abstained {
                reason: Reason::Deadline,
                explanation: "The time that was given ended before the answer was found."
                    .to_owned(),
            },
            ranking: Vec::new(),
            answerable_probability: 0.0,
        }
    }

    fn into_suggestions(self, suggestion_id: String, searched_locales: Vec<Locale>) -> Suggestions {
        Suggestions {
            suggestion_id,
            outcome: self.outcome,
            ranking: self.ranking,
            answerable_probability: self.answerable_probability,
            searched_locales,
            elapsed_us: 0,
        }
    }
}

/// The article that an agent would be shown first, of those that are not in sight of the views.
fn hidden_article(
    deadline: Deadline,
    question: &Question,
    ticket: &Ticket,
    views: &BTreeMap<&Locale, View<'_>>,
) -> Result<Option<Suggestion>> {
    let of_agent = Question {
        audience: Audience::internal(),
        options: SuggestOptions {
            told_to_agent: false,
            ..question.options.clone()
        },
        ..question.clone()
    };
    let answer = suggest_until(deadline, &of_agent, ticket, None)?;
    let Outcome::Offered { offered } = answer.outcome else {
        return Ok(None);
    };
    for suggestion in offered {
        if find_group(views, &suggestion.article_id)?.is_none() {
            return Ok(Some(suggestion));
        }
    }
    Ok(None)
}

fn hidden_from_audience(hidden: &Suggestion) -> Outcome {
    let Suggestion {
        article_id, title, ..
    } = hidden;
    Outcome::Abstained {
        reason: Reason::HiddenFromAudience,
        explanation: format!(
            "The article \u{201c}{title}\u{201d} ({article_id}) would be shown to an agent; this audience may not see it."
        ),
    }
}

/// What past tickets say of the ticket. It is read in its own language, whatever the articles are in.
fn past_logits(model: &TicketModel, ticket: &Ticket, clean: &CleanTicket) -> Vec<f32> {
    let locales: Vec<Locale> = model
        .head
        .locales
        .iter()
        .filter_map(|tag| tag.parse().ok())
        .collect();
    model.score(&ticket_terms(ticket.locale.as_ref(), clean, &locales))
}

/// The terms of a ticket in the declared language, else in the one of these locales that it looks like.
pub(crate) fn ticket_terms(
    declared: Option<&Locale>,
    clean: &CleanTicket,
    locales: &[Locale],
) -> TicketTerms {
    let detected = || {
        let text = format!("{}\n{}", clean.subject(), clean.text());
        detect_language(&text, locales, None)
            .locales
            .into_iter()
            .next()
    };
    declared
        .cloned()
        .or_else(detected)
        .map_or_else(TicketTerms::default, |locale| {
            TicketTerms::new(clean, &Analyzer::new(&locale))
        })
}

/// Shows the candidates that are probable enough, or tells why none is shown.
fn decide(
    ranking: &[Candidate<'_>],
    ticket: &CleanTicket,
    route: &Route,
    question: &Question,
    shown_before: &[String],
) -> Result<Outcome> {
    let Question { options, rule, .. } = question;
    let threshold = rule.threshold();
    let best = &ranking[..options.limit.min(ranking.len())];
    let together = best.last().map_or(0.0, |last| last.cumulative_probability);
    let offered: Result<Vec<Suggestion>> = threshold
        .map_or(Vec::new(), |threshold| {
            let standings: Vec<Standing<'_>> = ranking.iter().map(standing).collect();
            let margins = Margins::of(options);
            steady::shown(&standings, shown_before, options, threshold, margins)
        })
        .into_iter()
        .map(|Shown { index, threshold }| {
            let candidate = &ranking[index];
            let probable = match options.promise {
                Promise::First => candidate.probability,
                Promise::Any => together,
            };
            candidate.explain(probable, threshold)
        })
        .collect();
    let offered = offered?;
    if !offered.is_empty() {
        return Ok(Outcome::Offered { offered });
    }
    let reason = |best: &Candidate<'_>| match options.promise {
        Promise::First => rule.reason("The best candidate", best.probability),
        Promise::Any => rule.reason("Any of the best candidates", together),
    };
    let (reason, explanation) = if route.locales().next().is_none() {
        (
            Reason::KnowledgeBaseEmpty,
            "There is no article that this reader may see.".to_owned(),
        )
    } else if !has_words(ticket.subject()) && !has_words(ticket.text()) {
        (
            Reason::EmptyAfterCleaning,
            "The ticket has no words of its customer.".to_owned(),
        )
    } else if let (Some(best), true) = (ranking.first(), threshold.is_none()) {
        reason(best)
    } else if route.exact.is_empty() {
        (
            Reason::NoArticleInLanguage,
            "No article is in the ticket's language, and none of another is close enough."
                .to_owned(),
        )
    } else if let Some(best) = ranking.first() {
        reason(best)
    } else {
        (
            Reason::NothingMatched,
            "No article shares a word with the ticket.".to_owned(),
        )
    };
    Ok(Outcome::Abstained {
        reason,
        explanation,
    })
}

fn standing<'a>(candidate: &'a Candidate<'_>) -> Standing<'a> {
    Standing {
        translation_group: &candidate.head.translation_group,
        probability: candidate.probability,
        cumulative_probability: candidate.cumulative_probability,
    }
}

fn has_words(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// A hash of the articles that exist for the audience, of the audience and its options, and of the cleaned ticket: it
/// changes with anything that the answer depends on, and with nothing that the audience may not see.
fn suggestion_id(
    generation: &Generation,
    views: &BTreeMap<&Locale, View<'_>>,
    ticket: &Ticket,
    clean: &CleanTicket,
    audience: &Audience,
    options: &SuggestOptions,
) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |part: &[u8]| {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    };
    for (locale, view) in views {
        add(locale.as_str().as_bytes());
        add(view.content_hash());
        let synonyms = generation.synonyms(locale).map_or("", Synonyms::text);
        add(synonyms.as_bytes());
        add(&generation.chance_coverage(audience, locale).to_bytes());
    }
    add(audience.visibility().name().as_bytes());
    audience
        .user_segments()
        .for_each(|segment| add(segment.as_bytes()));
    add(&options.limit.to_le_bytes());
    add(&options.min_probability.to_le_bytes());
    add(&options.popularity.to_le_bytes());
    add(generation.model_hash(audience).as_bytes());
    let Filter {
        brand,
        label,
        product,
    } = &options.filter;
    for part in [brand, label, product] {
        add(part.as_deref().unwrap_or_default().as_bytes());
    }
    let declared = ticket.locale.as_ref().map_or("", Locale::as_str);
    add(declared.as_bytes());
    add(clean.subject().as_bytes());
    add(clean.text().as_bytes());
    add(&[
        u8::from(options.told_to_agent),
        u8::from(options.promise == Promise::Any),
    ]);
    if let Some(target_precision) = options.target_precision {
        add(&target_precision.to_le_bytes());
        add(&options.confidence_level.to_le_bytes());
        add(&[u8::from(options.fallback == Fallback::BestGuess)]);
    }
    hasher.finalize().to_hex()[..32].to_owned()
}
