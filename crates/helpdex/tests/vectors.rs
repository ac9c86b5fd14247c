//! Tests of vectors of a model of the host: what they find, and what becomes of bad ones.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

mod common;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use helpdex::vectors::{EmbedError, Embedder, GivenVectors, TextKind, Vector, VectorUse};
use helpdex::{
    Article, Audience, ErrorKind, FeedbackEvent, KnowledgeBase, SuggestOptions, Suggestions,
    Ticket, Timestamp, Verdict,
};
use tempfile::TempDir;

use common::{article, fields};

const NOW: Timestamp = Timestamp::from_unix_seconds(100_000);
const DIMENSION: usize = 64;

/// Words that mean the same, in two languages.
const MEANINGS: [&[&str]; 6] = [
    &["refund", "money", "back", "grąžinti", "pinigus"],
    &["invoice", "bill", "sąskaita"],
    &["password", "login", "slaptažodis"],
    &["printer", "paper", "spausdintuvas"],
    &["parcel", "shipment", "siunta"],
    &["menu", "dishes", "meniu"],
];

/// A model that knows [`MEANINGS`], and gives any other word a direction of its own.
#[derive(Default)]
struct Words {
    /// The number of texts that were embedded.
    asked: AtomicUsize,
    fault: Option<Fault>,
}

/// A way in which a model goes wrong.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    Fails,
    NotANumber,
    TooFew,
    Zeros,
    /// It knows nothing of the text but that it is another one.
    Noise,
    /// Each value is the next larger number.
    LastBit,
    /// It fails for tickets alone.
    FailsForTickets,
}

impl Words {
    fn with(fault: Fault) -> Arc<Self> {
        Arc::new(Self {
            fault: Some(fault),
            ..Self::default()
        })
    }

    fn vector(&self, text: &str) -> Vec<f32> {
        let mut vector = vec![0.0; DIMENSION];
        let lower = text.to_lowercase();
        let words: Vec<&str> = if self.fault == Some(Fault::Noise) {
            vec![&lower]
        } else {
            lower
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| word.len() > 3)
                .collect()
        };
        for word in words {
            let meaning = MEANINGS.iter().find(|meaning| meaning.contains(&word));
            let word = meaning.map_or(word, |meaning| meaning[0]);
            let weight = if meaning.is_some() { 3.0 } else { 1.0 };
            let hash = bits_of(word);
            for (value, bit) in vector.iter_mut().zip(0..) {
                *value += if hash >> bit & 1 == 1 {
                    weight
                } else {
                    -weight
                };
            }
        }
        match self.fault {
            Some(Fault::NotANumber) => vector[7] = f32::NAN,
            Some(Fault::Zeros) => vector.fill(0.0),
            Some(Fault::LastBit) => vector.iter_mut().for_each(|value| *value = value.next_up()),
            _ => {}
        }
        vector
    }
}

/// Returns 64 well-mixed bits of a text (FNV-1a, then the end of `SplitMix64`).
fn bits_of(text: &str) -> u64 {
    let mut bits = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |bits, byte| {
        (bits ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

impl Embedder for Words {
    fn name(&self) -> &'static str {
        "words"
    }

    fn dimension(&self) -> usize {
        DIMENSION
    }

    fn embed(&self, texts: &[&str], kind: TextKind) -> Result<Vec<f32>, EmbedError> {
        self.asked.fetch_add(texts.len(), Ordering::Relaxed);
        let fails_for_it = self.fault == Some(Fault::FailsForTickets) && kind == TextKind::Ticket;
        if self.fault == Some(Fault::Fails) || fails_for_it {
            return Err("the service is away".into());
        }
        let mut vectors: Vec<f32> = texts.iter().flat_map(|text| self.vector(text)).collect();
        if self.fault == Some(Fault::TooFew) {
            vectors.pop();
        }
        Ok(vectors)
    }
}

fn help_center() -> Vec<Article> {
    let matters = ["refund", "invoice", "password", "printer", "parcel", "menu"];
    let ways = ["Change the", "Delete the", "About the"];
    let pairs = matters
        .iter()
        .flat_map(|matter| ways.iter().map(move |way| (matter, way)));
    pairs
        .map(|(matter, way)| {
            let id = format!("{} {matter}", way.split(' ').next().unwrap());
            article(
                &id,
                &format!("{way} {matter}"),
                &format!("This page tells of the {matter}."),
            )
        })
        .collect()
}

fn published(articles: Vec<Article>, embedder: Option<Arc<dyn Embedder>>) -> KnowledgeBase {
    let mut knowledge_base = KnowledgeBase::in_memory();
    if let Some(embedder) = embedder {
        knowledge_base = knowledge_base.with_embedder(embedder).unwrap();
    }
    let mut writer = knowledge_base.writer().unwrap();
    writer.sync(articles).unwrap();
    writer.publish(NOW).unwrap();
    drop(writer);
    knowledge_base
}

fn with(embedder: impl Embedder + 'static) -> KnowledgeBase {
    published(help_center(), Some(Arc::new(embedder)))
}

fn ask(knowledge_base: &KnowledgeBase, ticket: &Ticket) -> Suggestions {
    let options = SuggestOptions {
        hide_elapsed: true,
        ..SuggestOptions::default()
    };
    knowledge_base
        .suggest(ticket, &Audience::public(), NOW, &options)
        .unwrap()
}

fn ask_text(knowledge_base: &KnowledgeBase, text: &str) -> Suggestions {
    ask(knowledge_base, &Ticket::from_text(text))
}

/// Returns the answer but for its id and what it says of vectors.
fn without_vectors(answer: &Suggestions) -> (Vec<(String, f32)>, &'static str) {
    let ranking = answer.ranking.iter();
    let ranking = ranking.map(|article| (article.article_id.clone(), article.probability));
    (ranking.collect(), answer.outcome.name())
}

#[test]
fn an_article_that_says_it_in_other_words_is_found_and_says_why() {
    let text = "delete my bill please";
    let knowledge_base = with(Words::default());
    let answer = ask_text(&knowledge_base, text);
    assert_eq!(answer.vectors, VectorUse::Used);
    assert_eq!(answer.ranking[0].article_id, "Delete invoice");
    let by_words = ask_text(&published(help_center(), None), text);
    assert_eq!(by_words.vectors, VectorUse::NotGiven);
    let probability = |answer: &Suggestions| {
        let invoice = answer
            .ranking
            .iter()
            .find(|a| a.article_id == "Delete invoice");
        invoice.map_or(0.0, |article| article.probability)
    };
    assert!(probability(&answer) > probability(&by_words));
    let all = SuggestOptions {
        decision: helpdex::Decision::MinProbability(0.0),
        ..SuggestOptions::default()
    };
    let ticket = Ticket::from_text("shipment");
    let shown = knowledge_base
        .suggest(&ticket, &Audience::public(), NOW, &all)
        .unwrap();
    let first = &shown.offered()[0];
    assert!(first.article_id.ends_with("parcel"), "{first:?}");
    assert!(first.matched_by_meaning);
    assert!(first.explanation().contains("It is matched by meaning."));
    assert!(first.passage.is_some());
}

#[test]
fn the_sentence_that_is_nearest_to_a_ticket_is_shown_when_a_reader_asks_why() {
    let knowledge_base = with(Words::default());
    let text = "This page tells of parcels. A bill can be deleted. Press the button.\nThe printer needs paper.";
    let nearest = |knowledge_base: &KnowledgeBase, ticket: &Ticket| {
        let range = knowledge_base.nearest_sentence(ticket, text).unwrap();
        range.map(|range| &text[range])
    };
    let ticket = Ticket::from_text("my invoice");
    assert_eq!(
        nearest(&knowledge_base, &ticket),
        Some("A bill can be deleted.")
    );
    // The vector that the ticket brings is the one that counts, unless it is of another model.
    for (model, expected) in [
        ("words", "The printer needs paper."),
        ("b", "A bill can be deleted."),
    ] {
        let printer = Vector::new(model, &Words::default().vector("printer")).unwrap();
        let given = Ticket {
            vector: printer,
            ..ticket.clone()
        };
        assert_eq!(nearest(&knowledge_base, &given), Some(expected));
    }
    assert_eq!(
        knowledge_base.nearest_sentence(&ticket, " \n").unwrap(),
        None
    );
    assert_eq!(nearest(&published(help_center(), None), &ticket), None);
    let zeros = with(Words {
        fault: Some(Fault::Zeros),
        ..Words::default()
    });
    assert_eq!(nearest(&zeros, &ticket), None);
    let fails = Words::with(Fault::FailsForTickets);
    let failing = knowledge_base.with_embedder(fails).unwrap();
    let error = failing.nearest_sentence(&ticket, text).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn a_dimension_that_changes_under_the_same_name_embeds_all_anew() {
    /// The model with another number of values.
    struct Shorter;

    impl Embedder for Shorter {
        fn name(&self) -> &'static str {
            "words"
        }

        fn dimension(&self) -> usize {
            DIMENSION / 2
        }

        fn embed(&self, texts: &[&str], _: TextKind) -> Result<Vec<f32>, EmbedError> {
            let halves = texts
                .iter()
                .map(|text| Words::default().vector(text)[..DIMENSION / 2].to_vec());
            Ok(halves.flatten().collect())
        }
    }

    let knowledge_base = with(Words::default());
    let shorter = knowledge_base.with_embedder(Arc::new(Shorter)).unwrap();
    let text = "delete my bill";
    assert_eq!(ask_text(&shorter, text).vectors, VectorUse::OtherModel);
    let published = shorter
        .writer()
        .unwrap()
        .publish(NOW)
        .unwrap()
        .vectors
        .unwrap();
    assert_eq!((published.dimension, published.kept), (DIMENSION / 2, 0));
    assert_eq!(published.embedded, 2 * help_center().len());
    let answer = ask_text(&shorter, text);
    assert_eq!(answer.vectors, VectorUse::Used);
    assert_eq!(answer.ranking[0].article_id, "Delete invoice");
}

#[test]
fn a_denied_article_changes_nothing_by_its_vectors() {
    let mut articles = help_center();
    articles.push(article(
        "secret",
        "Delete the bill at once",
        "The bill is deleted at once.",
    ));
    let denying = published(articles, Some(Arc::new(Words::default())));
    denying.deny(["secret"]).unwrap();
    let plain = with(Words::default());
    for text in ["delete my bill", "money back", "hello"] {
        let (denied, never) = (ask_text(&denying, text), ask_text(&plain, text));
        assert_eq!(denied.vectors, never.vectors);
        assert_eq!(without_vectors(&denied), without_vectors(&never), "{text}");
    }
}

#[test]
fn a_ticket_in_a_language_without_articles_finds_the_article_of_another() {
    let knowledge_base = with(Words::default());
    let ticket = Ticket {
        locale: Some("lt".parse().unwrap()),
        ..Ticket::from_text("spausdintuvas neveikia")
    };
    let answer = ask(&knowledge_base, &ticket);
    assert!(
        answer.ranking[0].article_id.ends_with("printer"),
        "{answer:?}"
    );
    let by_words = ask(&published(help_center(), None), &ticket);
    assert!(
        by_words
            .ranking
            .iter()
            .all(|article| article.probability < 0.1)
    );
}

#[test]
fn answers_without_vectors_are_the_same_whether_articles_have_some_or_not() {
    let plain = published(help_center(), None);
    let failing = with(Words {
        fault: Some(Fault::FailsForTickets),
        ..Words::default()
    });
    let other = with(Words::default()).with_embedder(Arc::new(GivenVectors::new("b", 3).unwrap()));
    let given = GivenVectors::new("words", DIMENSION).unwrap();
    let noise = with(Words {
        fault: Some(Fault::Noise),
        ..Words::default()
    });
    let none = published(help_center(), Some(Arc::new(given)));
    let mistrusted = published(
        help_center()[..4].to_vec(),
        Some(Arc::new(Words::default())),
    );
    for text in ["the invoice of march", "delete my bill", "printer", "hello"] {
        let by_words = ask_text(&plain, text);
        let json = serde_json::to_string(&by_words).unwrap();
        assert!(
            !json.contains("vectors") && !json.contains("meaning"),
            "{json}"
        );
        for (knowledge_base, why) in [
            (&failing, VectorUse::Failed),
            (other.as_ref().unwrap(), VectorUse::OtherModel),
            (&noise, VectorUse::NotTrusted),
            (&none, VectorUse::NotGiven),
        ] {
            let answer = ask_text(knowledge_base, text);
            assert_eq!(answer.vectors, why, "{text}");
            assert_eq!(
                without_vectors(&answer),
                without_vectors(&by_words),
                "{why:?} {text}"
            );
        }
        assert_eq!(ask_text(&none, text), by_words);
        assert_eq!(ask_text(&mistrusted, text).vectors, VectorUse::NotTrusted);
    }
}

#[test]
fn a_late_embedder_is_not_waited_for() {
    /// Gives the vector of a ticket when it is told to.
    struct Late(Mutex<mpsc::Receiver<()>>);

    impl Embedder for Late {
        fn name(&self) -> &'static str {
            "words"
        }

        fn dimension(&self) -> usize {
            DIMENSION
        }

        fn embed(&self, texts: &[&str], kind: TextKind) -> Result<Vec<f32>, EmbedError> {
            if kind == TextKind::Ticket {
                let _ = self.0.lock().unwrap().recv();
            }
            Words::default().embed(texts, kind)
        }

        fn patience_ms(&self) -> Option<u64> {
            Some(1)
        }
    }

    let (tell, told) = mpsc::channel();
    let knowledge_base = with(Late(Mutex::new(told)));
    let answer = ask_text(&knowledge_base, "delete my bill");
    assert_eq!(answer.vectors, VectorUse::Late);
    let by_words = ask_text(&published(help_center(), None), "delete my bill");
    assert_eq!(without_vectors(&answer), without_vectors(&by_words));
    drop(tell);
}

#[test]
fn a_model_that_goes_wrong_fails_the_publish_and_nothing_is_lost() {
    let knowledge_base = with(Words::default());
    let before = ask_text(&knowledge_base, "delete my bill");
    for (fault, remedy) in [
        (Fault::Fails, "mend it and try again"),
        (
            Fault::NotANumber,
            "row 1 of 2: a vector of \"words\" has a value that is not finite",
        ),
        (Fault::TooFew, "give one vector for each text"),
    ] {
        let broken = knowledge_base
            .clone()
            .with_embedder(Words::with(fault))
            .unwrap();
        let mut writer = broken.writer().unwrap();
        writer
            .upsert([article("new", "Something new", "A new page.")])
            .unwrap();
        let error = writer.publish(NOW).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(remedy), "{error}");
        drop(writer);
        assert_eq!(ask_text(&knowledge_base, "delete my bill"), before);
    }
    let mut writer = knowledge_base.writer().unwrap();
    writer
        .upsert([article("new", "Something new", "A new page.")])
        .unwrap();
    assert_eq!(writer.publish(NOW).unwrap().generation, 2);
}

#[test]
fn only_new_and_changed_texts_are_embedded() {
    let folder = TempDir::new().unwrap();
    let model = Arc::new(Words::default());
    let open = || {
        let opened = KnowledgeBase::open_or_create(folder.path()).unwrap();
        opened.with_embedder(Arc::<Words>::clone(&model)).unwrap()
    };
    let counts = |knowledge_base: &KnowledgeBase, articles: Vec<Article>| {
        let mut writer = knowledge_base.writer().unwrap();
        writer.sync(articles).unwrap();
        let vectors = writer.publish(NOW).unwrap().vectors.unwrap();
        (vectors.embedded, vectors.kept, vectors.articles_without)
    };
    // A title and a passage each.
    assert_eq!(counts(&open(), help_center()), (36, 0, 0));
    assert_eq!(counts(&open(), help_center()), (0, 36, 0));
    let mut changed = help_center();
    changed[0] = article("Change refund", "Change the refund", "Another text.");
    changed.push(article("new", "Something new", "A new page."));
    assert_eq!(counts(&open(), changed.clone()), (3, 35, 0));
    assert_eq!(model.asked.load(Ordering::Relaxed), 39);
    // Without the model what has not changed keeps its vectors.
    let plain = KnowledgeBase::open_or_create(folder.path()).unwrap();
    changed[1] = article("Delete refund", "Erase the refund", "A third text.");
    assert_eq!(counts(&plain, changed.clone()), (0, 36, 1));
    assert_eq!(counts(&open(), changed), (2, 36, 0));
    let answer = ask_text(&open(), "delete my bill");
    assert_eq!(answer.vectors, VectorUse::Used);
    assert!(KnowledgeBase::check(folder.path()).unwrap().is_whole());
    // Another model embeds all of them anew.
    let other = GivenVectors::new("other", 3).unwrap();
    let other = open().with_embedder(Arc::new(other)).unwrap();
    assert_eq!(counts(&other, help_center()), (0, 0, 18));
    assert_eq!(
        ask_text(&open(), "delete my bill").vectors,
        VectorUse::NotGiven
    );
}

#[test]
fn a_damaged_file_of_vectors_is_found() {
    let folder = TempDir::new().unwrap();
    let opened = KnowledgeBase::open_or_create(folder.path()).unwrap();
    let opened = opened.with_embedder(Arc::new(Words::default())).unwrap();
    let mut writer = opened.writer().unwrap();
    writer.sync(help_center()).unwrap();
    writer.publish(NOW).unwrap();
    let files = std::fs::read_dir(folder.path()).unwrap();
    let mut files = files.map(|entry| entry.unwrap().path());
    let path = files
        .find(|path| path.extension().is_some_and(|e| e == "vectors"))
        .unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert!(!KnowledgeBase::check(folder.path()).unwrap().is_whole());
    let error = KnowledgeBase::open(folder.path()).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Damaged);
}

#[test]
fn articles_without_vectors_stay_findable_by_words() {
    let mut given = GivenVectors::new("words", DIMENSION).unwrap();
    let model = Words::default();
    for article in help_center().iter().step_by(2) {
        let vector = Vector::new("words", &model.vector(&article.fields().title)).unwrap();
        given.insert(article.id(), vector).unwrap();
    }
    let knowledge_base = published(help_center(), Some(Arc::new(given)));
    for article in help_center() {
        let title = &article.fields().title;
        let ticket = Ticket {
            vector: Vector::new("words", &model.vector(title)).unwrap(),
            ..Ticket::from_text(title.clone())
        };
        let answer = ask(&knowledge_base, &ticket);
        assert_eq!(answer.vectors, VectorUse::Used);
        let best = answer.ranking.iter().take(3);
        let ids: Vec<&str> = best.map(|article| &*article.article_id).collect();
        assert!(ids.contains(&article.id()), "{title}: {ids:?}");
    }
    let of_other_model = Ticket {
        vector: Vector::new("words", &[1.0, 2.0]).unwrap(),
        ..Ticket::from_text("refund")
    };
    assert_eq!(
        ask(&knowledge_base, &of_other_model).vectors,
        VectorUse::OtherModel
    );
}

#[test]
fn given_vectors_of_another_model_are_refused_with_the_remedy() {
    /// Gives a vector of another model.
    struct Mixed;

    impl Embedder for Mixed {
        fn name(&self) -> &'static str {
            "words"
        }

        fn dimension(&self) -> usize {
            2
        }

        fn embed(&self, _: &[&str], _: TextKind) -> Result<Vec<f32>, EmbedError> {
            Err("it has vectors of articles alone".into())
        }

        fn of_article(&self, _: &str) -> Option<Vec<Vector>> {
            Some(Vec::from_iter(Vector::new("other", &[1.0, 0.0]).unwrap()))
        }
    }

    let check = |error: helpdex::Error| {
        assert_eq!(error.article_id(), Some("About invoice"));
        let text = error.to_string();
        assert!(text.contains("give vectors of one model"), "{text}");
    };
    let mut given = GivenVectors::new("words", 2).unwrap();
    for other in [
        Vector::new("other", &[1.0, 0.0]),
        Vector::new("words", &[1.0, 0.0, 0.0]),
    ] {
        let refused = given.insert("About invoice", other.unwrap());
        check(refused.unwrap_err());
    }
    let knowledge_base = KnowledgeBase::in_memory()
        .with_embedder(Arc::new(Mixed))
        .unwrap();
    let mut writer = knowledge_base.writer().unwrap();
    writer.sync(help_center()).unwrap();
    check(writer.publish(NOW).unwrap_err());
    for (name, dimension) in [("", 3), ("m", 0), ("m", 10_000)] {
        assert!(GivenVectors::new(name, dimension).is_err());
    }
}

#[test]
fn a_last_bit_of_difference_between_machines_changes_no_order() {
    let (one, other) = (
        with(Words::default()),
        with(Words {
            fault: Some(Fault::LastBit),
            ..Words::default()
        }),
    );
    for text in [
        "delete my bill",
        "money back",
        "change the login",
        "about dishes",
    ] {
        let (one, other) = (ask_text(&one, text), ask_text(&other, text));
        for (a, b) in one.ranking.iter().zip(&other.ranking) {
            assert_eq!(a.article_id, b.article_id);
            assert!((a.probability - b.probability).abs() < 0.02);
        }
    }
}

#[test]
fn texts_without_a_vector_are_found_by_words() {
    let knowledge_base = with(Words {
        fault: Some(Fault::Zeros),
        ..Words::default()
    });
    let answer = ask_text(&knowledge_base, "delete the invoice");
    assert_eq!(
        answer,
        ask_text(&published(help_center(), None), "delete the invoice")
    );
}

#[test]
fn a_draft_goes_by_the_vector_of_its_ticket_and_never_asks() {
    let model = Arc::new(Words::default());
    let knowledge_base = published(help_center(), Some(Arc::<Words>::clone(&model)));
    let asked = model.asked.load(Ordering::Relaxed);
    let mut draft = knowledge_base
        .draft(&Audience::public(), NOW, &SuggestOptions::default())
        .unwrap();
    let mut ticket = Ticket::from_text("delete my bill");
    assert_eq!(draft.suggest(&ticket).unwrap().vectors, VectorUse::NotGiven);
    assert_eq!(model.asked.load(Ordering::Relaxed), asked);
    ticket.vector = knowledge_base.embed(&ticket).unwrap();
    assert_eq!(draft.suggest(&ticket).unwrap().vectors, VectorUse::Used);
}

/// Returns solved tickets of several requesters, some of them with words of their own.
fn feedback() -> Vec<FeedbackEvent> {
    let solved = [
        ("Delete invoice", "zebra stripes"),
        ("Change password", "lion mane"),
        ("About menu", "tiger teeth"),
    ];
    let events = (0_i64..60)
        .zip(solved.iter().cycle())
        .map(|(number, (id, text))| FeedbackEvent {
            ticket_id: number.to_string(),
            ticket: Ticket {
                requester: Some(format!("requester {}", number % 20)),
                // The same text with the same answer would be one example.
                ..Ticket::from_text(format!(
                    "{text} {} {number}",
                    ["quickly", "again", "tomorrow"][usize::try_from(number).unwrap() % 3]
                ))
            },
            at: Timestamp::from_unix_seconds(number),
            verdict: Verdict::Linked,
            articles: vec![(*id).into()],
            key: None,
        });
    events.collect()
}

#[test]
fn learned_answers_go_by_vectors_and_a_model_without_them_says_so() {
    let knowledge_base = with(Words::default());
    knowledge_base.learn(feedback()).unwrap();
    knowledge_base.writer().unwrap().train(NOW).unwrap();
    let answer = ask_text(&knowledge_base, "zebra stripes");
    assert_eq!(answer.vectors, VectorUse::Used);
    assert_eq!(answer.ranking[0].article_id, "Delete invoice");
    let plain = published(help_center(), None);
    plain.learn(feedback()).unwrap();
    plain.writer().unwrap().train(NOW).unwrap();
    let by_words = ask_text(&plain, "zebra stripes");
    let with_model = plain
        .clone()
        .with_embedder(Arc::new(Words::default()))
        .unwrap();
    with_model.writer().unwrap().publish(NOW).unwrap();
    let untrained = ask_text(&with_model, "zebra stripes");
    assert_eq!(untrained.vectors, VectorUse::NotTrained);
    assert_eq!(without_vectors(&untrained), without_vectors(&by_words));
    with_model.writer().unwrap().train(NOW).unwrap();
    assert_eq!(
        ask_text(&with_model, "zebra stripes").vectors,
        VectorUse::Used
    );
}

#[test]
fn the_first_solved_tickets_leave_what_vectors_say_of_articles() {
    for count in [1, 2, 5] {
        let knowledge_base = with(Words::default());
        let mut first = feedback();
        first.truncate(count);
        knowledge_base.learn(first).unwrap();
        knowledge_base.writer().unwrap().train(NOW).unwrap();
        for (text, id) in [("delete my bill", "invoice"), ("the shipment", "parcel")] {
            let answer = ask_text(&knowledge_base, text);
            assert_eq!(answer.vectors, VectorUse::Used, "{count}");
            assert!(answer.ranking[0].article_id.ends_with(id), "{answer:?}");
        }
    }
}

#[test]
fn a_forgotten_requester_leaves_no_trace_in_what_was_learned_by_vectors() {
    let folder = TempDir::new().unwrap();
    let opened = KnowledgeBase::open_or_create(folder.path()).unwrap();
    let knowledge_base = opened.with_embedder(Arc::new(Words::default())).unwrap();
    let mut events = feedback();
    for event in &mut events {
        event.ticket.vector = knowledge_base.embed(&event.ticket).unwrap();
    }
    let of_one = |event: &FeedbackEvent| event.ticket.requester.as_deref() == Some("requester 7");
    let others: Vec<FeedbackEvent> = events.iter().filter(|e| !of_one(e)).cloned().collect();
    knowledge_base.learn(events).unwrap();
    let mut writer = knowledge_base.writer().unwrap();
    writer.sync(help_center()).unwrap();
    writer.publish(NOW).unwrap();
    writer.train(NOW).unwrap();
    drop(writer);
    let erasure = helpdex::feedback::Erasure::Requester("requester 7".into());
    knowledge_base.forget(&erasure).unwrap();
    knowledge_base.writer().unwrap().train(NOW).unwrap();
    let model = knowledge_base.model(&Audience::public()).unwrap();
    let never = with(Words::default());
    never.learn(others).unwrap();
    never.writer().unwrap().train(NOW).unwrap();
    assert_eq!(never.model(&Audience::public()), Some(model));
}

#[test]
fn an_article_that_a_reader_may_not_see_changes_nothing_by_its_vectors() {
    let hidden = ["signed_in", "internal"].map(|visibility| {
        let of = |n: usize| {
            let title = format!("Delete the bill number {n}");
            Article::new(helpdex::ArticleFields {
                visibility: visibility.parse().unwrap(),
                ..fields(
                    &format!("{visibility} {n}"),
                    &title,
                    "The bill is deleted at once.",
                )
            })
        };
        (0..12).map(|n| of(n).unwrap()).collect::<Vec<Article>>()
    });
    let plain = with(Words::default());
    let mut all = help_center();
    all.extend(hidden.into_iter().flatten());
    let secret = published(all, Some(Arc::new(Words::default())));
    for text in ["delete my bill", "money back", "hello", "about dishes"] {
        assert_eq!(ask_text(&secret, text), ask_text(&plain, text));
    }
}
