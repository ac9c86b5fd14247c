//! The id of an answer: a hash of everything that the answer depends on.

use std::collections::BTreeMap;

use helpdex_text::{CleanTicket, Locale};

use crate::confidence::decision::Promise;
use crate::confidence::decision::{Decision, WhenUnmet};
use crate::rules::Rule;
use crate::search::view::View;
use crate::suggest::options::{Filter, SuggestOptions};
use crate::suggest::question::Question;
use crate::suggest::rules_in_sight::RulesInSight;
use crate::synonyms::Synonyms;
use crate::ticket::Ticket;
use crate::timestamp::Timestamp;
use crate::vectors::vector::Vector;
use crate::vectors::vector_use::VectorUse;

/// Returns the id of an answer: a hash of the articles that the audience may see, of the model, of the audience and its
/// options, and of the cleaned ticket. It changes with everything that the answer depends on, and with nothing that the
/// audience may not see.
pub(super) fn suggestion_id(
    question: &Question,
    views: &BTreeMap<&Locale, View<'_>>,
    ticket: &Ticket,
    clean: &CleanTicket,
    vector: &std::result::Result<Vector, VectorUse>,
    rules: &RulesInSight<'_>,
) -> String {
    let Question {
        generation,
        audience,
        now: _,
        options,
        threshold: _,
        threshold_with_vectors: _,
        embedder: _,
    } = question;
    let mut parts = Parts(blake3::Hasher::new());
    parts.add_views(question, views);
    parts.add(audience.visibility().name().as_bytes());
    for segment in audience.user_segments() {
        parts.add(segment.as_bytes());
    }
    let SuggestOptions {
        limit,
        decision,
        promise,
        popularity,
        // An answer in time is the same with any budget.
        time_budget_ms: _,
        told_to_agent,
        hide_elapsed: _,
        filter: Filter {
            brand,
            label,
            product,
        },
    } = options;
    parts.add(&limit.to_le_bytes());
    parts.add(&least_probability(decision).to_le_bytes());
    parts.add(&popularity.to_le_bytes());
    parts.add(generation.model_hash(audience).as_bytes());
    for part in [brand, label, product] {
        parts.add(part.as_deref().unwrap_or_default().as_bytes());
    }
    let declared = ticket.locale.as_ref().map_or("", Locale::as_str);
    parts.add(declared.as_bytes());
    parts.add(clean.subject().as_bytes());
    parts.add(clean.text().as_bytes());
    if clean.is_machine_written() {
        parts.add(b"machine");
    }
    parts.add(&[u8::from(*told_to_agent), u8::from(*promise == Promise::Any)]);
    parts.add_decision(decision);
    parts.add_vector(views, vector);
    parts.add_rules(rules, ticket);
    parts.0.finalize().to_hex()[..32].to_owned()
}

fn least_probability(decision: &Decision) -> f32 {
    match decision {
        Decision::MinProbability(least) | Decision::Chosen(Ok(least)) => *least,
        Decision::TargetPrecision(target) => match target.when_unmet {
            WhenUnmet::MinProbability(least) => least,
            WhenUnmet::Abstain => 0.0,
        },
        Decision::AsConfigured | Decision::Chosen(Err(_)) => 0.0,
    }
}

/// A hash over several parts, each preceded by its length, so that different parts never give the same bytes.
struct Parts(blake3::Hasher);

impl Parts {
    fn add(&mut self, part: &[u8]) {
        self.0.update(&(part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    /// Adds, for each locale, the articles that the audience may see, and the synonyms.
    fn add_views(&mut self, question: &Question, views: &BTreeMap<&Locale, View<'_>>) {
        let generation = &question.generation;
        for (locale, view) in views {
            self.add(locale.as_str().as_bytes());
            self.add(view.content_hash());
            let synonyms = generation.synonyms(locale).map_or("", Synonyms::text);
            self.add(synonyms.as_bytes());
        }
    }

    /// Adds the vector of the ticket and those of the articles, or why there is none, if anything is to be said of them.
    fn add_vector(
        &mut self,
        views: &BTreeMap<&Locale, View<'_>>,
        vector: &std::result::Result<Vector, VectorUse>,
    ) {
        match vector {
            Ok(vector) => {
                vector.hash_into(&mut self.0);
                for view in views.values() {
                    self.add(&view.vectors_hash());
                }
            }
            Err(VectorUse::NotGiven) => {}
            Err(why_not) => self.add(why_not.name().as_bytes()),
        }
    }

    /// Adds the rules that may change the answer, and the fields of the ticket that they compare.
    fn add_rules(&mut self, rules: &RulesInSight<'_>, ticket: &Ticket) {
        for rule in rules.iter() {
            let Rule {
                id,
                effect,
                article_id,
                words,
                fields,
                locale,
                until,
            } = rule;
            let locale = locale.as_ref().map_or("", Locale::as_str);
            let until = until.map_or(i64::MAX, Timestamp::unix_seconds);
            self.add(&until.to_le_bytes());
            for part in [id, effect.name(), article_id, words, locale] {
                self.add(part.as_bytes());
            }
            for (name, wanted) in fields {
                let value = ticket.fields.get(name);
                for part in [name.as_str(), wanted, value.map_or("", String::as_str)] {
                    self.add(part.as_bytes());
                }
                self.add(&[u8::from(value.is_some())]);
            }
        }
    }

    /// Adds the decision, except for a minimum probability, which [`least_probability`] gives.
    fn add_decision(&mut self, decision: &Decision) {
        match decision {
            Decision::AsConfigured | Decision::MinProbability(_) => {}
            Decision::TargetPrecision(target) => {
                self.add(&target.precision.to_le_bytes());
                self.add(&target.confidence_level.to_le_bytes());
                self.add(&[u8::from(target.when_unmet != WhenUnmet::Abstain)]);
            }
            Decision::Chosen(Ok(_)) => self.add(b"chosen"),
            Decision::Chosen(Err(missing)) => self.add(missing.to_string().as_bytes()),
        }
    }
}
