//! Trains the model of the readers who see the same articles, from solved tickets.

mod blend_fit;
mod classes;
mod held_out;
mod labels;
mod linear;
mod past_ticket;
mod past_tickets;
mod popularity;
mod recalibration;
mod same_words;
mod trainer;
mod training;
mod training_ticket;
mod vector_trainer;
mod withheld;

use std::sync::Arc;

use self::blend_fit::Choice;
use self::training::Training;
use crate::audience::Audience;
use crate::error::Result;
use crate::feedback_event::clean::CleanFeedback;
use crate::model::blend::{Blend, NEVER};
use crate::model::ticket_model::TicketModel;
use crate::snapshot::generation::Generation;
use crate::synonyms::Synonyms;
use crate::timestamp::Timestamp;

/// The version of the training. Increase it whenever a change makes the same tickets give another model.
const MODEL_VERSION: u32 = 9;

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
    let (by_words, with_vectors) = training.fitted();
    let mut model = training.model;
    model.head.by_words = by_words;
    model.head.with_vectors = with_vectors;
    Ok(Some(model))
}

/// Fits the shipped blend to several knowledge bases at once, each with the same weight, and with the verdicts on all
/// of their articles.
pub(crate) fn fit_shipped(
    knowledge_bases: &[(Arc<Generation>, Vec<CleanFeedback>)],
) -> Result<Blend> {
    let mut all = Vec::new();
    for (generation, verdicts) in knowledge_bases {
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
    shipped.article[NEVER] = 0.0;
    Ok(shipped)
}

/// The number of tickets that each knowledge base counts as in the fit of the shipped weights.
const TICKETS_OF_A_WORLD: f64 = 1_000.0;

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
    if let Some(model) = generation.vector_model() {
        hasher.update(model.name.as_bytes());
        for view in views.values() {
            hasher.update(&view.vectors_hash());
        }
    }
    *hasher.finalize().as_bytes()
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::article::Article;
    use crate::article::fields::ArticleFields;
    use crate::audience::Visibility;
    use crate::feedback_event::FeedbackEvent;
    use crate::feedback_event::verdict::Verdict;
    use crate::model::ticket_terms::{TermKind, term_key};
    use crate::settings::Settings;
    use crate::storage::identity::Owner;
    use crate::storage::store::Store;
    use crate::ticket::Ticket;

    const NOW: Timestamp = Timestamp::from_unix_seconds(0);

    /// Trains a model of one public article, "Reset your password" with error 4711, on tickets with these requesters
    /// and texts.
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

    /// Whether any part of the model's file contains the key of the word.
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
}
