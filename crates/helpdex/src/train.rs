//! Trains the model of the readers who see the same articles, from solved tickets.

mod blend_fit;
mod labels;
mod linear;
mod past_ticket;
mod recalibration;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use helpdex_text::{Analyzer, CleanTicket, Content, Locale, clean_ticket};

use self::blend_fit::Choice;
use self::labels::{Decision, HeldOutTicket, labels};
use self::linear::Example;
use self::past_ticket::{PastTicket, past_tickets};
use crate::analysed_ticket::AnalysedTicket;
use crate::audience::Audience;
use crate::candidates::past::ticket_terms;
use crate::candidates::pool::{Past, Pool, Scoring};
use crate::candidates::route::Route;
use crate::clock::Deadline;
use crate::error::Result;
use crate::feedback_event::clean::CleanFeedback;
use crate::feedback_event::verdict::Verdict;
use crate::index::postings::TermField;
use crate::model::blend::{ARTICLE_FEATURES, Blend, trust};
use crate::model::labels::Label;
use crate::model::recalibration::Recalibration;
use crate::model::ticket_model::{Head, Rows, TicketModel, features};
use crate::model::ticket_terms::{TermKind, TicketTerms, term_key};
use crate::search::scorer::Scorer;
use crate::search::view::View;
use crate::snapshot::generation::Generation;
use crate::snapshot::shared_groups::ArticleKeys;
use crate::synonyms::Synonyms;
use crate::ticket::Ticket;
use crate::timestamp::Timestamp;

/// The number of requesters who must have used a term that occurs in tickets only. So words of a single person stay out
/// of a model.
const MIN_REQUESTERS: usize = 2;

/// The most weights that the linear model is trained with, and with them its memory: 160 MB. Beyond it the terms of
/// the fewest tickets go.
const MAX_WEIGHTS: usize = 20_000_000;

/// The number of parts into which tickets are cut, each predicted by a model of the others, and the most tickets that
/// are predicted in this way. About fifteen weights are fitted to them.
const FOLDS: usize = 5;
const MAX_HELD_OUT: usize = 2_000;

/// The number of articles with one ticket each from which on tickets provide enough evidence on articles without any.
const ONCE_FOR_MOST: usize = 30;
/// Elsewhere so large a share of tickets is taken to be about new articles. In cross-validation with the tickets of half
/// of the articles left out, precision at 1 of those articles is 0.800 and 0.537 on two sets with 0.05 and 0.826 and
/// 0.541 with 0.1 (0.823 and 0.469 when nothing is learned), and that of the others 0.898 and 0.655, 0.890 and 0.548
/// (0.796 and 0.483).
const NEW_ARTICLE_SHARE: f64 = 0.07;

/// The share of tickets that count as unanswerable when fewer than [`LEAST_SILENT`] are marked so. On two sets with
/// fewer in training, 0.1 raises the AUROC of answerable tickets from 0.901 to 0.916 and from 0.931 to 0.932; 0.3
/// raises it to 0.920 and 0.936, but then abstains too often.
const MISSING_ARTICLE_SHARE: f64 = 0.1;
/// The number of unanswerable tickets below which abstaining is not learned from them alone.
const LEAST_SILENT: usize = 10;

/// The weight of an article's title and of its body as training examples of the linear model: nDCG@10 in
/// cross-validation rises from 0.534 to 0.544 on one set and from 0.957 to 0.959 on another; 0.3 and 1 give the same.
const READING_WEIGHT: f32 = 0.5;

/// Raised whenever the same tickets give another model.
const MODEL_VERSION: u32 = 7;

/// Trains the model of the readers who see the same articles as `audience`, from the verdicts on these articles only.
/// Articles outside of it are ignored, and so are those that end, or begin after `now`, so that their beginning or end
/// changes nothing that was learned. `None` when no ticket says anything about visible articles.
///
/// The same verdicts give the same model in any order, on any machine.
pub(crate) fn train(
    generation: &Generation,
    audience: &Audience,
    now: Timestamp,
    verdicts: &[CleanFeedback],
) -> Result<Option<TicketModel>> {
    let Some(training) = Training::new(generation, audience, now, verdicts)? else {
        return Ok(None);
    };
    let blend = training.fit(&|_| true);
    let (labels, recalibration) = training.labels();
    let mut model = training.model;
    model.head.blend = blend;
    model.head.labels = labels;
    model.head.recalibration = recalibration;
    Ok(Some(model))
}

/// Fits the shipped blend to several knowledge bases at once, with the same weight for each, and with the verdicts on
/// all of their articles.
pub(crate) fn fit_shipped(worlds: &[(Arc<Generation>, Vec<CleanFeedback>)]) -> Result<Blend> {
    let mut all = Vec::new();
    for (generation, verdicts) in worlds {
        let now = Timestamp::from_unix_seconds(0);
        let training = Training::new(generation, &Audience::internal(), now, verdicts)?;
        let Some(training) = training else {
            continue;
        };
        let choices = training.into_choices();
        #[expect(clippy::cast_precision_loss)]
        let weight = TICKETS_OF_A_WORLD / choices.len().max(1) as f64;
        all.extend(choices.into_iter().map(|choice| Choice {
            weight: weight * choice.weight,
            ..choice
        }));
    }
    let all: Vec<&Choice> = all.iter().collect();
    let mut shipped = blend_fit::fit(&Blend::unfitted(), &all, 0);
    // That no ticket names an article is held against it only where tickets tell so.
    shipped.article[ARTICLE_FEATURES - 1] = 0.0;
    Ok(shipped)
}

/// The number of tickets that each knowledge base counts for in the shipped weights.
const TICKETS_OF_A_WORLD: f64 = 1_000.0;

/// The data that the blend is fitted to.
struct Training {
    model: TicketModel,
    tickets: Vec<HeldOutTicket>,
    /// Tickets as if their articles were new, or not there; none where the others tell enough of that.
    as_if: Vec<HeldOutTicket>,
    /// The number of translation groups that solved exactly one ticket.
    solved_once: usize,
}

impl Training {
    fn new(
        generation: &Generation,
        audience: &Audience,
        now: Timestamp,
        verdicts: &[CleanFeedback],
    ) -> Result<Option<Self>> {
        let views = generation.lasting_views(audience, now);
        let keys = generation.article_keys(&views);
        let key_of_id = keys.by_id()?;
        let key_of = |id: &str| key_of_id.get(id).copied();
        // Verdicts of one moment are in the order of the articles that this audience may know, and what a verdict lacks of
        // its ticket it takes from those on them.
        let mut seen = Vec::new();
        for solved in verdicts {
            let mut articles = Vec::new();
            for id in &solved.articles {
                if key_of(id).is_some() {
                    articles.push(id.clone());
                }
            }
            if solved.verdict == Verdict::NoArticle || !articles.is_empty() {
                seen.push(CleanFeedback {
                    articles,
                    ..solved.clone()
                });
            }
        }
        let mut seen = CleanFeedback::in_order(seen);
        CleanFeedback::complete(&mut seen);
        let tickets = past_tickets(&seen, key_of);
        let mut locales: BTreeSet<Locale> = views.keys().copied().cloned().collect();
        locales.extend(tickets.iter().filter_map(|t| t.solved.locale.clone()));
        let locales: Vec<Locale> = locales.into_iter().collect();
        let mut lessons: Vec<Lesson<'_>> = tickets
            .into_iter()
            .map(|ticket| Lesson::new(ticket, &locales))
            .filter(|lesson| !lesson.terms.is_empty())
            .collect();
        if lessons.iter().all(|lesson| lesson.past.right.is_empty()) {
            return Ok(None);
        }
        // One order for the gradient's steps, without any meaning.
        lessons.sort_by_key(|lesson| lesson.order);
        let school = School {
            generation,
            views: &views,
            article_terms: article_terms(&views, &lessons)?,
            readings: readings(keys, &lessons)?,
            locales,
        };
        let model = school.model(&lessons.iter().collect::<Vec<_>>());
        let tickets = school.held_out_tickets(&lessons, &model, HeldOut::Requesters)?;
        let solved_once = solved_once(&model);
        let silent = tickets.iter().filter(|ticket| ticket.is_silent()).count();
        let (mut of_new, mut of_missing) = (Vec::new(), Vec::new());
        if solved_once < ONCE_FOR_MOST || silent < LEAST_SILENT {
            of_new = school.held_out_tickets(&lessons, &model, HeldOut::Articles)?;
        }
        if silent < LEAST_SILENT {
            let missing = of_new.iter().map(HeldOutTicket::without_its_articles);
            of_missing.extend(missing);
            weigh(&mut of_missing, MISSING_ARTICLE_SHARE, tickets.len());
        }
        if solved_once < ONCE_FOR_MOST {
            weigh(&mut of_new, NEW_ARTICLE_SHARE, tickets.len());
        } else {
            of_new.clear();
        }
        for ticket in &mut of_new {
            // Whatever else no ticket names is as good as new too.
            ticket.choice.is_named.fill(true);
            // It is among the labels as it is.
            ticket.decision = None;
        }
        let as_if = of_new.into_iter().chain(of_missing).collect();
        Ok(Some(Self {
            model,
            tickets,
            as_if,
            solved_once,
        }))
    }

    /// The blend for the tickets that `takes` lets pass.
    fn fit(&self, takes: &dyn Fn(&HeldOutTicket) -> bool) -> Blend {
        let choices: Vec<&Choice> = self
            .tickets
            .iter()
            .chain(&self.as_if)
            .filter(|ticket| takes(ticket))
            .filter_map(HeldOutTicket::choice)
            .collect();
        blend_fit::fit(&self.model.head.blend, &choices, self.solved_once)
    }

    /// Returns the labels of held-out tickets and the recalibration that is fitted to them.
    fn labels(&self) -> (Vec<Label>, Recalibration) {
        let tickets: Vec<&HeldOutTicket> = self.tickets.iter().chain(&self.as_if).collect();
        labels(&tickets, |takes| self.fit(takes))
    }

    fn into_choices(self) -> Vec<Choice> {
        self.tickets
            .into_iter()
            .chain(self.as_if)
            .filter(|ticket| !ticket.is_missed)
            .map(|ticket| ticket.choice)
            .collect()
    }
}

/// Returns a hash of everything that determines the model of the readers who see the same articles as `audience`.
pub(crate) fn inputs_hash(
    generation: &Generation,
    audience: &Audience,
    now: Timestamp,
    verdicts: &[CleanFeedback],
) -> [u8; blake3::OUT_LEN] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&MODEL_VERSION.to_le_bytes());
    for solved in verdicts {
        solved.hash_into(&mut hasher);
    }
    let mut add = |part: &str| {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    };
    let views = generation.lasting_views(audience, now);
    // Tickets that are held out are asked by way of both.
    for fallback in generation.fallback_locales(&views) {
        add(fallback.as_str());
    }
    for locale in views.keys() {
        add(locale.as_str());
        add(generation.synonyms(locale).map_or("", Synonyms::text));
    }
    for view in views.values() {
        hasher.update(view.content_hash());
    }
    *hasher.finalize().as_bytes()
}

/// A past ticket as it is learned from.
struct Lesson<'a> {
    past: PastTicket<'a>,
    clean: CleanTicket,
    terms: TicketTerms,
    /// A hash of the ticket's id, then the id.
    order: ([u8; 32], &'a str),
    /// The hash of the requester: tickets of one requester are held out together.
    requester: [u8; 32],
}

impl<'a> Lesson<'a> {
    fn new(past: PastTicket<'a>, locales: &[Locale]) -> Self {
        let solved = past.solved;
        // It is clean already, and cleaning twice is cleaning once.
        let subject = (!solved.subject.is_empty()).then_some(&*solved.subject);
        let clean = clean_ticket(subject, Content::Text(&solved.text));
        Self {
            terms: ticket_terms(
                solved.locale.as_ref(),
                &mut AnalysedTicket::new(&clean),
                locales,
            ),
            clean,
            order: (
                *blake3::hash(solved.ticket_id.as_bytes()).as_bytes(),
                &solved.ticket_id,
            ),
            requester: *blake3::hash(past.requester().as_bytes()).as_bytes(),
            past,
        }
    }
}

/// The title or the body of an article, read as if a ticket had said it.
struct Reading {
    group: u64,
    terms: TicketTerms,
}

/// Returns the examples from the articles that solved a ticket.
fn readings(keys: ArticleKeys<'_>, lessons: &[Lesson<'_>]) -> Result<Vec<Reading>> {
    let solved: BTreeSet<u64> = lessons
        .iter()
        .flat_map(|lesson| lesson.past.right.keys().copied())
        .collect();
    let mut readings = Vec::new();
    for group in solved {
        for (locale, view) in keys.views {
            let articles = keys.articles(view, group)?;
            if articles.is_empty() {
                continue;
            }
            let analyzer = Analyzer::new(locale);
            for number in articles {
                let (segment, number) = view.locate(number);
                let title = segment.stored_head(number)?.title;
                let sections = segment.stored_sections(number)?;
                let body = sections.iter().flat_map(|section| {
                    let passages = section.passages.iter();
                    std::iter::once(&section.heading).chain(passages)
                });
                let body: Vec<&str> = body.map(String::as_str).collect();
                readings.push(Reading {
                    group,
                    terms: TicketTerms::of_texts(&[&title], &analyzer),
                });
                readings.push(Reading {
                    group,
                    terms: TicketTerms::of_texts(&body, &analyzer),
                });
            }
        }
    }
    Ok(readings)
}

/// Returns the terms of articles that few requesters use.
fn article_terms(
    views: &BTreeMap<&Locale, View<'_>>,
    lessons: &[Lesson<'_>],
) -> Result<HashSet<u64>> {
    let asked: HashSet<u64> = lessons
        .iter()
        .flat_map(|lesson| lesson.terms.iter())
        .map(|term| term.key)
        .collect();
    let mut terms = HashSet::new();
    for view in views.values() {
        view.for_each_term(|field, text| {
            let kinds: &[TermKind] = match field {
                TermField::Words => &[TermKind::Word, TermKind::FunctionWord],
                TermField::Grams => &[TermKind::Gram],
            };
            for kind in kinds {
                let key = term_key(*kind, text);
                if asked.contains(&key) {
                    terms.insert(key);
                }
            }
        })?;
    }
    Ok(terms)
}

/// Returns the number of translation groups that solved exactly one ticket.
fn solved_once(model: &TicketModel) -> usize {
    let solved = model.head.solved.iter();
    solved
        .filter(|count| **count > 0.0 && count.round() <= 1.0)
        .count()
}

/// Makes the tickets count for this share of `all`.
#[expect(clippy::cast_precision_loss)]
fn weigh(tickets: &mut [HeldOutTicket], share: f64, all: usize) {
    let weight = share * all as f64 / tickets.len().max(1) as f64;
    for ticket in tickets {
        ticket.choice.weight *= weight;
    }
}

/// The knowledge that is withheld from a model about the tickets that it predicts.
#[derive(Clone, Copy, PartialEq)]
enum HeldOut {
    /// No other ticket of the same requester.
    Requesters,
    /// Nothing of the articles that are right: as if these were new.
    Articles,
}

impl HeldOut {
    fn takes(self, lesson: &Lesson<'_>, fold: usize) -> bool {
        let is_of_fold = |byte: u8| usize::from(byte) % FOLDS == fold;
        match self {
            Self::Requesters => is_of_fold(lesson.requester[0]),
            Self::Articles => {
                let mut groups = lesson.past.right.keys();
                groups.any(|group| is_of_fold(group.to_le_bytes()[7]))
            }
        }
    }

    /// Returns the number of folds to use, at most [`FOLDS`]. Few weights of the blend concern new articles.
    fn most_folds(self) -> usize {
        match self {
            Self::Requesters => FOLDS,
            Self::Articles => 2,
        }
    }
}

struct School<'a> {
    generation: &'a Generation,
    views: &'a BTreeMap<&'a Locale, View<'a>>,
    /// Keys of terms that tickets share with articles.
    article_terms: HashSet<u64>,
    readings: Vec<Reading>,
    locales: Vec<Locale>,
}

/// The counts of a term.
#[derive(Default)]
struct TermCount {
    tickets: usize,
    requesters: HashSet<[u8; 32]>,
    has_digit: bool,
}

impl School<'_> {
    /// The models over these lessons, with the shipped blend.
    fn model(&self, lessons: &[&Lesson<'_>]) -> TicketModel {
        let mut groups: BTreeSet<u64> = BTreeSet::new();
        for lesson in lessons {
            groups.extend(lesson.past.right.keys());
            groups.extend(&lesson.past.rejected);
        }
        let groups: Vec<u64> = groups.into_iter().collect();
        let has_no_article = lessons.iter().any(|lesson| lesson.past.has_no_article);
        let classes = groups.len() + usize::from(has_no_article);
        let class_of = |group: &u64| groups.binary_search(group).unwrap_or(groups.len());

        let (keys, idf) = self.vocabulary(lessons, classes);
        let index: HashMap<u64, usize> = keys.iter().copied().zip(0..).collect();
        let known = |key| {
            let index = *index.get(&key)?;
            Some((index, idf[index]))
        };
        let examples: Vec<Example> = lessons
            .iter()
            .map(|lesson| {
                let mut right: Vec<(usize, f32)> = lesson
                    .past
                    .right
                    .iter()
                    .map(|(group, share)| (class_of(group), *share))
                    .collect();
                if lesson.past.has_no_article {
                    right.push((groups.len(), 1.0));
                }
                Example {
                    features: features(&lesson.terms, known),
                    right,
                    rejected: lesson.past.rejected.iter().map(class_of).collect(),
                    weight: lesson.past.weight,
                }
            })
            .collect();
        let readings = self.readings.iter().filter_map(|reading| {
            let class = groups.binary_search(&reading.group).ok()?;
            Some(Example {
                features: features(&reading.terms, known),
                right: vec![(class, 1.0)],
                rejected: Vec::new(),
                weight: READING_WEIGHT,
            })
        });
        let mut all_examples: Vec<Example> = readings.collect();
        let first_ticket = all_examples.len();
        all_examples.extend(examples);
        let trained = linear::train(&all_examples, keys.len(), classes);
        let examples = &all_examples[first_ticket..];
        let mut linear = Rows::default();
        for term in 0..keys.len() {
            for (class, weight) in trained.row(term) {
                linear.push(class_number(class), weight);
            }
            linear.end_row();
        }
        let mut solved = vec![0.0; groups.len()];
        for (lesson, example) in lessons.iter().zip(examples) {
            for (class, share) in &example.right {
                if let Some(solved) = solved.get_mut(*class) {
                    *solved += share * lesson.past.weight;
                }
            }
        }
        let counts: Vec<f64> = solved
            .iter()
            .filter(|s| **s > 0.0)
            .map(|s| f64::from(*s))
            .collect();
        let shipped = Blend::default();
        TicketModel {
            head: Head {
                labels: Vec::new(),
                locales: self.locales.iter().map(Locale::to_string).collect(),
                groups,
                solved,
                biases: trained.biases,
                has_no_article,
                blend: Blend {
                    pseudo_count: pseudo_count(&counts),
                    mean_count: mean(&counts),
                    trust: trust(lessons.len()),
                    ..shipped
                },
                recalibration: Recalibration::default(),
            },
            keys,
            idf,
            linear,
        }
    }

    /// The terms that may enter a model, ascending, with `ln((N + 1) / (n + 1)) + 1` of `N` tickets.
    fn vocabulary(&self, lessons: &[&Lesson<'_>], classes: usize) -> (Vec<u64>, Vec<f32>) {
        let mut counts: HashMap<u64, TermCount> = HashMap::new();
        for lesson in lessons {
            for term in lesson.terms.iter() {
                let count = counts.entry(term.key).or_default();
                count.tickets += 1;
                count.has_digit |= term.has_digit;
                if count.requesters.len() < MIN_REQUESTERS {
                    count.requesters.insert(lesson.requester);
                }
            }
        }
        let mut kept: Vec<(u64, usize)> = counts
            .into_iter()
            .filter(|(key, count)| {
                self.article_terms.contains(key)
                    || (count.requesters.len() >= MIN_REQUESTERS && !count.has_digit)
            })
            .map(|(key, count)| (key, count.tickets))
            .collect();
        let most = MAX_WEIGHTS / classes.max(1);
        if kept.len() > most {
            kept.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
            kept.truncate(most);
        }
        kept.sort_unstable();
        #[expect(clippy::cast_precision_loss)]
        let idf =
            |tickets: usize| libm::logf((lessons.len() + 1) as f32 / (tickets + 1) as f32) + 1.0;
        kept.into_iter()
            .map(|(key, tickets)| (key, idf(tickets)))
            .unzip()
    }

    /// Returns the predictions of held-out tickets by models that were not trained on them.
    fn held_out_tickets(
        &self,
        lessons: &[Lesson<'_>],
        whole: &TicketModel,
        held_out: HeldOut,
    ) -> Result<Vec<HeldOutTicket>> {
        let mut tickets = Vec::new();
        // No more of them than have the tickets that are asked.
        let folds = (FOLDS * MAX_HELD_OUT)
            .div_ceil(lessons.len())
            .clamp(1, held_out.most_folds());
        let share = MAX_HELD_OUT.div_ceil(folds);
        for fold in 0..folds {
            let (known, rest): (Vec<&Lesson<'_>>, Vec<&Lesson<'_>>) = lessons
                .iter()
                .partition(|lesson| held_out.takes(lesson, fold));
            if known.is_empty() || rest.iter().all(|lesson| lesson.past.right.is_empty()) {
                continue;
            }
            let model = self.model(&rest);
            for lesson in known.into_iter().take(share) {
                tickets.extend(self.held_out_ticket(lesson, &model, whole)?);
            }
        }
        Ok(tickets)
    }

    /// Returns the held-out ticket; `None` when neither an article nor abstaining is known to be right.
    fn held_out_ticket(
        &self,
        lesson: &Lesson<'_>,
        model: &TicketModel,
        whole: &TicketModel,
    ) -> Result<Option<HeldOutTicket>> {
        let past = &lesson.past;
        if past.right.is_empty() && !past.has_no_article {
            return Ok(None);
        }
        let ticket = Ticket {
            locale: past.solved.locale.clone(),
            ..Ticket::default()
        };
        let known = Past {
            model,
            logits: &model.score(&lesson.terms),
        };
        let in_sight: Vec<Locale> = self.views.keys().copied().cloned().collect();
        let fallbacks = self.generation.fallback_locales(self.views);
        let route = Route::among(&ticket, &lesson.clean, &in_sight, &fallbacks);
        let pool = Pool::gather(
            self.generation,
            self.views,
            &route,
            &mut AnalysedTicket::new(&lesson.clean),
            Some(known),
            Scoring {
                scorer: &mut Scorer::fresh(),
                deadline: Deadline::NEVER,
                chances: BTreeMap::new(),
            },
        )?;
        let evidence = pool.evidence(known);
        let among_candidates = |is_right: &dyn Fn(&u64) -> bool| -> Vec<usize> {
            (0..evidence.groups.len())
                .filter(|&index| is_right(&evidence.groups[index]))
                .collect()
        };
        let right = among_candidates(&|group| past.right.contains_key(group));
        let decision = past.decided().map(|decided| Decision {
            right: among_candidates(&|group| decided.contains(group)),
            at: past.solved.at.unix_seconds(),
        });
        let is_named = evidence
            .groups
            .iter()
            .map(|group| {
                let class = whole.class_of(*group);
                class.is_some_and(|class| whole.head.solved[class] > 0.0)
            })
            .collect();
        Ok(Some(HeldOutTicket {
            is_missed: right.is_empty() && !past.has_no_article,
            choice: Choice {
                candidates: evidence.candidates,
                is_named,
                silence: evidence.silence,
                right,
                weight: past.weight.into(),
            },
            decision,
            locale: route.exact.first().cloned(),
            requester: lesson.requester[1],
        }))
    }
}

/// There are at most as many classes as tickets have links: see the limits of a solved ticket.
fn class_number(class: usize) -> u32 {
    u32::try_from(class).unwrap_or(u32::MAX)
}

fn mean(counts: &[f64]) -> f64 {
    #[expect(clippy::cast_precision_loss)]
    let number = counts.len().max(1) as f64;
    (counts.iter().sum::<f64>() / number).max(f64::MIN_POSITIVE)
}

/// The shape of the Gamma distribution of the rates at which articles solve tickets: the maximum of the likelihood of
/// the counts, a negative binomial without its zeros, since an article without a ticket may be new. Between 0.01, where
/// few articles have nearly all tickets, and 50, where all have alike.
fn pseudo_count(counts: &[f64]) -> f64 {
    const STEPS: u32 = 60;
    const LEAST: f64 = 0.01;
    const MOST: f64 = 50.0;
    let rounded: Vec<f64> = counts.iter().map(|count| count.round().max(1.0)).collect();
    let mean = mean(&rounded);
    let likelihood = |shape: f64| -> f64 {
        // The mean with zeros, so that the one without is what was seen.
        let (mut low, mut high) = (0.0, mean);
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            let zero = libm::pow(shape / (shape + middle), shape);
            if middle < mean * (1.0 - zero) {
                low = middle;
            } else {
                high = middle;
            }
        }
        let rate = f64::midpoint(low, high).max(1e-9);
        let success = shape / (shape + rate);
        let zero = libm::pow(success, shape);
        rounded
            .iter()
            .map(|count| {
                libm::lgamma(count + shape) - libm::lgamma(shape) - libm::lgamma(count + 1.0)
                    + shape * libm::log(success)
                    + count * libm::log1p(-success)
                    - libm::log1p(-zero)
            })
            .sum()
    };
    let shape = |step: u32| LEAST * libm::pow(MOST / LEAST, f64::from(step) / f64::from(STEPS - 1));
    let best = (0..STEPS).map(|step| (shape(step), likelihood(shape(step))));
    best.fold((1.0, f64::NEG_INFINITY), |best, next| {
        if next.1 > best.1 { next } else { best }
    })
    .0
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::article::Article;
    use crate::article::fields::ArticleFields;
    use crate::audience::Visibility;
    use crate::feedback_event::FeedbackEvent;
    use crate::settings::Settings;
    use crate::storage::identity::Owner;
    use crate::storage::store::Store;

    const NOW: Timestamp = Timestamp::from_unix_seconds(0);

    /// The model of one public article, "Reset your password" with error 4711, and these texts by who asked.
    fn model_of(texts: &[(&str, &str)]) -> TicketModel {
        let fields = ArticleFields {
            id: "password".to_owned(),
            locale: "en".to_owned(),
            title: "Reset your password".to_owned(),
            body: "It shows error e4711.".to_owned(),
            visibility: Visibility::Public,
            ..ArticleFields::default()
        };
        let article = Article::new(fields).unwrap();
        let store = Store::in_memory();
        let prepared = Generation::empty()
            .prepare(
                &store,
                &Owner::example(),
                &[(Visibility::Public, vec![&article])].into(),
                &Settings::default(),
                &mut || ControlFlow::Continue(()),
            )
            .unwrap();
        let tickets = texts
            .iter()
            .zip(0..)
            .map(|((requester, text), number)| FeedbackEvent {
                ticket_id: format!("ticket {number}"),
                ticket: Ticket {
                    requester: Some((*requester).to_owned()),
                    locale: Some("en".parse().unwrap()),
                    ..Ticket::from_text(*text)
                },
                at: NOW,
                verdict: Verdict::Linked,
                articles: vec!["password".to_owned()],
                key: None,
            });
        let verdicts = CleanFeedback::from_tickets(tickets).unwrap();
        let model = train(prepared.generation(), &Audience::public(), NOW, &verdicts);
        model.unwrap().unwrap()
    }

    /// Whether any part of the model's file has the key of the word.
    fn knows(model: &TicketModel, word: &str) -> bool {
        let key = term_key(TermKind::Word, word).to_le_bytes();
        let parts = model.to_parts().unwrap();
        parts
            .iter()
            .any(|(_, part)| part.windows(8).any(|window| window == key))
    }

    #[test]
    fn what_one_requester_wrote_stays_out_unless_an_article_has_it() {
        let both = ("ana", "my zeppelin password");
        let model = model_of(&[both, both, ("ben", "an airship")]);
        assert!(knows(&model, "password"));
        assert!(!knows(&model, "zeppelin") && !knows(&model, "airship"));
        let model = model_of(&[both, ("ben", "a zeppelin")]);
        assert!(knows(&model, "zeppelin"));
        // After one of the two is forgotten it is one requester's again.
        assert!(!knows(&model_of(&[both]), "zeppelin"));
    }

    #[test]
    fn a_word_with_a_digit_enters_only_if_an_article_has_it() {
        let texts = ["ana", "ben", "eva"].map(|who| (who, "order b1234 shows e4711"));
        let model = model_of(&texts);
        assert!(knows(&model, "e4711") && knows(&model, "order"));
        assert!(!knows(&model, "b1234"));
        for part in model.to_parts().unwrap() {
            let text = String::from_utf8_lossy(&part.1).into_owned();
            assert!(
                !text.contains("order") && !text.contains("ana"),
                "{}",
                part.0
            );
        }
    }

    #[test]
    fn counts_that_are_alike_have_a_large_shape_and_a_few_giants_a_small_one() {
        assert!(pseudo_count(&[5.0; 40]) > 30.0);
        let few_giants: Vec<f64> = (0..40).map(|n| if n < 4 { 70.0 } else { 1.0 }).collect();
        assert!(pseudo_count(&few_giants) < 0.3);
        assert!(pseudo_count(&[]).is_finite() && pseudo_count(&[1.0]).is_finite());
    }
}
