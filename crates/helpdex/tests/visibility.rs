//! Compares two knowledge bases with the same history, one of which also has articles that a reader may not see, with
//! feedback on them and changes of them: the reader's answers are the same, bit for bit.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

mod common;

use std::env;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use helpdex::article::Status;
use helpdex::confidence::{Promise, TargetPrecision};
use helpdex::feedback::Erasure;
use helpdex::settings::Synonyms;
use helpdex::vectors::{EmbedError, Embedder, TextKind};
use helpdex::{
    Article, ArticleFields, Audience, Decision, FeedbackEvent, Filter, KnowledgeBase,
    SuggestOptions, Suggestions, Ticket, Timestamp, Verdict, Visibility,
};
use serde_json::Value;

use common::{Editable, Folder, Random, article, fields};

/// Words of articles and tickets. Some occur in both, some in tickets alone; a few are of other languages.
const WORDS: [&str; 26] = [
    "invoice",
    "refund",
    "password",
    "terminal",
    "printer",
    "voucher",
    "gizmo",
    "orange",
    "beep",
    "cashbox",
    "blocked",
    "account",
    "deliver",
    "parcel",
    "stripe",
    "kitchen",
    "menu",
    "table",
    "error",
    "e4711",
    "4711",
    "umbrella",
    "sąskaita",
    "slaptažodis",
    "Rechnung",
    "รหัสผ่าน",
];

/// The ids of articles that both knowledge bases may have, with their locales and translation groups.
const ARTICLES: [(&str, &str, Option<&str>); 8] = [
    ("a0", "en", None),
    ("a1", "en", None),
    ("a2", "en", Some("group")),
    ("a3", "en", None),
    ("a4", "en", None),
    ("a5", "lt", Some("group")),
    ("a6", "de", Some("a0")),
    ("a7", "lt", None),
];

/// The ids of articles that only one knowledge base has, with their locales and translation groups; one is a
/// translation of an article that both have.
const SECRETS: [(&str, &str, Option<&str>); 4] = [
    ("s0", "en", None),
    ("s1", "th", Some("s0")),
    ("s2", "de", Some("group")),
    ("b3", "en", None),
];

/// The time of the first publish; later ones follow in steps of at most 99.
const FIRST_PUBLISH: i64 = 1_000;
/// The time at which questions are asked, after every publish.
const ASKED_AT: i64 = 3_000;
/// The number of moves in a history.
const MOVES: usize = 22;

/// The reason for which no reader of a history may see its secret articles.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Secrecy {
    Internal,
    SignedIn,
    Segment,
    Draft,
    Archived,
    Ended,
    /// The articles end after the last publish and before the question.
    Ends,
    NotYet,
    /// The articles begin before the first publish, and the reader's clock is behind.
    ClockBehind,
    Removed,
    Denied,
    Brand,
    Label,
    Product,
}

impl Secrecy {
    const ALL: [Self; 14] = [
        Self::Internal,
        Self::SignedIn,
        Self::Segment,
        Self::Draft,
        Self::Archived,
        Self::Ended,
        Self::Ends,
        Self::NotYet,
        Self::ClockBehind,
        Self::Removed,
        Self::Denied,
        Self::Brand,
        Self::Label,
        Self::Product,
    ];

    fn hide(self, fields: &mut ArticleFields) {
        let theirs = || "theirs".to_owned();
        let at = |seconds| Some(Timestamp::from_unix_seconds(seconds));
        match self {
            Self::Internal => fields.visibility = Visibility::Internal,
            Self::SignedIn => fields.visibility = Visibility::SignedIn,
            Self::Segment => {
                fields.visibility = Visibility::SignedIn;
                fields.user_segments = vec!["vip".to_owned()];
            }
            Self::Draft => fields.status = Status::Draft,
            Self::Archived => fields.status = Status::Archived,
            Self::Ended => fields.valid_until = at(FIRST_PUBLISH - 1),
            Self::Ends => fields.valid_until = at(ASKED_AT - 1),
            Self::NotYet => fields.valid_from = at(ASKED_AT + 1),
            Self::ClockBehind => fields.valid_from = at(FIRST_PUBLISH - 1),
            Self::Removed | Self::Denied => {}
            Self::Brand => fields.brand = Some(theirs()),
            Self::Label => fields.labels = vec![theirs()],
            Self::Product => fields.products = vec![theirs()],
        }
    }

    /// Returns the audiences that may not see the secret articles.
    fn readers(self) -> Vec<Audience> {
        let public = Audience::public();
        let signed_in = |segments: &[&str]| Audience::signed_in(segments.iter().copied());
        match self {
            Self::SignedIn => vec![public],
            Self::Segment => vec![public, signed_in(&[]), signed_in(&["regular"])],
            Self::Internal => vec![public, signed_in(&["vip"])],
            _ => vec![public, signed_in(&["vip"]), Audience::internal()],
        }
    }

    fn filter(self) -> Option<Filter> {
        let ours = Some("ours".to_owned());
        let none = Filter::default();
        match self {
            Self::Brand => Some(Filter {
                brand: ours,
                ..none
            }),
            Self::Label => Some(Filter {
                label: ours,
                ..none
            }),
            Self::Product => Some(Filter {
                product: ours,
                ..none
            }),
            _ => None,
        }
    }

    /// Whether feedback on the secret articles must not affect the reader; it may with a filter, and with a clock that
    /// is behind.
    fn is_border_of_learning(self) -> bool {
        self.filter().is_none() && self != Self::ClockBehind
    }

    fn asked_at(self) -> Timestamp {
        let behind = self == Self::ClockBehind;
        Timestamp::from_unix_seconds(if behind { FIRST_PUBLISH - 2 } else { ASKED_AT })
    }
}

/// A knowledge base, in a folder or in memory.
struct Side {
    knowledge_base: Editable,
    /// A reader of the folder, opened when there was something to read and refreshed since.
    reader: Option<KnowledgeBase>,
    folder: Option<Folder>,
    /// Whether it goes by vectors too.
    has_vectors: bool,
}

/// A model that gives each word a direction of its own.
struct WordVectors;

impl Embedder for WordVectors {
    fn name(&self) -> &'static str {
        "words"
    }

    fn dimension(&self) -> usize {
        32
    }

    fn embed(&self, texts: &[&str], _: TextKind) -> Result<Vec<f32>, EmbedError> {
        let of_text = |text: &&str| {
            let mut vector = vec![0.0; self.dimension()];
            for word in text.split_whitespace() {
                let seed = word.bytes().fold(7_u64, |seed, byte| {
                    seed.wrapping_mul(31).wrapping_add(byte.into())
                });
                let mut random = Random(seed);
                for value in &mut vector {
                    *value += if random.below(2) == 0 { 1.0 } else { -1.0 };
                }
            }
            vector
        };
        Ok(texts.iter().flat_map(of_text).collect())
    }
}

/// Returns the knowledge base, with vectors or without.
fn going_by(has_vectors: bool, knowledge_base: KnowledgeBase) -> KnowledgeBase {
    if has_vectors {
        knowledge_base.with_embedder(Arc::new(WordVectors)).unwrap()
    } else {
        knowledge_base
    }
}

impl Side {
    fn new(has_folder: bool, has_vectors: bool) -> Self {
        let folder = has_folder.then(Folder::new);
        let knowledge_base = match &folder {
            Some(folder) => KnowledgeBase::open_or_create(folder.path()).unwrap(),
            None => KnowledgeBase::in_memory(),
        };
        Self {
            knowledge_base: going_by(has_vectors, knowledge_base).into(),
            reader: None,
            folder,
            has_vectors,
        }
    }

    fn reopen(&mut self) {
        if let Some(folder) = &self.folder {
            let opened = KnowledgeBase::open_or_create(folder.path()).unwrap();
            self.knowledge_base = going_by(self.has_vectors, opened).into();
        }
    }

    /// Returns the writer, and the reader if there is a folder.
    fn handles(&mut self) -> Vec<&KnowledgeBase> {
        if let Some(folder) = &self.folder {
            let has_vectors = self.has_vectors;
            let reader = self.reader.get_or_insert_with(|| {
                going_by(has_vectors, KnowledgeBase::open(folder.path()).unwrap())
            });
            reader.refresh().unwrap();
        }
        [&*self.knowledge_base]
            .into_iter()
            .chain(&self.reader)
            .collect()
    }
}

/// A history of two knowledge bases, of which one has secret articles.
struct History {
    /// The name of the history, for the message of a failure.
    name: String,
    random: Random,
    secrecy: Secrecy,
    without: Side,
    with: Side,
    now: i64,
    is_published: bool,
    /// Whether no secret article has been visible since the last question.
    is_hidden: bool,
    /// The number of tickets that were learned so far.
    tickets: usize,
    secret_tickets: usize,
    /// The title and the text of the last article that both knowledge bases were given.
    last_text: (String, String),
    compared: Compared,
}

/// Counts of the answers that were compared.
#[derive(Default)]
struct Compared {
    /// The number of pairs of answers to audiences that may not see the secret articles.
    pairs: usize,
    /// The number of questions to which an agent, who sees the secret articles, gets another answer.
    seen_by_agents: usize,
    /// The number of answers that past tickets affect.
    learned: usize,
}

impl History {
    fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        // One kind after the other, so that few histories have all.
        let kinds = u64::try_from(Secrecy::ALL.len()).unwrap();
        let secrecy = Secrecy::ALL[usize::try_from(seed % kinds).unwrap()];
        let has_folder = random.below(4) == 0;
        let has_vectors = seed / kinds % 2 == 1;
        let history = Self {
            name: format!("HELPDEX_SEED={seed}, {secrecy:?}"),
            secrecy,
            without: Side::new(has_folder, has_vectors),
            with: Side::new(has_folder, has_vectors),
            now: FIRST_PUBLISH,
            is_published: false,
            is_hidden: match secrecy {
                Secrecy::Removed => false,
                Secrecy::Denied => random.below(2) == 0,
                _ => true,
            },
            tickets: 0,
            secret_tickets: 0,
            last_text: Default::default(),
            compared: Compared::default(),
            random,
        };
        if secrecy == Secrecy::Denied && history.is_hidden {
            history.deny_secrets();
        }
        history
    }

    fn run(mut self, sibling: &Path) -> Compared {
        for which in ARTICLES.into_iter().take(4) {
            self.upsert(which);
        }
        self.upsert_secret();
        for _ in 0..MOVES {
            self.step();
        }
        self.hide();
        self.publish();
        for _ in 0..3 {
            self.ask();
        }
        self.swap_files(sibling);
        self.compared
    }

    fn step(&mut self) {
        match self.random.below(20) {
            0..=2 => {
                let which = self.random.below(ARTICLES.len());
                self.upsert(ARTICLES[which]);
            }
            3 => {
                let id = self.article_id();
                self.both(|side| {
                    side.remove([id]).unwrap();
                });
            }
            4..=7 => self.learn(),
            8 => self.forget(),
            9 => self.deny_or_allow(),
            10 => self.set(),
            11..=12 => self.publish(),
            13..=14 => self.upsert_secret(),
            15..=16 => self.learn_of_secrets(),
            17 => self.touch_secrets(),
            18 => {
                // What was not published is lost on both sides.
                self.without.reopen();
                self.with.reopen();
            }
            _ => self.ask(),
        }
    }

    fn both(&self, change: impl Fn(&Editable)) {
        for side in [&self.without, &self.with] {
            change(&side.knowledge_base);
        }
    }

    fn secret(&self) -> &Editable {
        &self.with.knowledge_base
    }

    fn article_id(&mut self) -> &'static str {
        ARTICLES[self.random.below(ARTICLES.len())].0
    }

    fn secret_id(&mut self) -> &'static str {
        SECRETS[self.random.below(SECRETS.len())].0
    }

    fn words(&mut self, most: usize) -> String {
        let count = 1 + self.random.below(most);
        let words: Vec<&str> = (0..count).map(|_| self.random.pick(&WORDS)).collect();
        words.join(" ")
    }

    /// Returns random fields of an article, mostly of a public one.
    fn fields(&mut self, (id, locale, group): (&str, &str, Option<&str>)) -> ArticleFields {
        let (title, body) = (self.words(3), self.words(14));
        let mut fields = ArticleFields {
            locale: locale.to_owned(),
            translation_group: group.map(str::to_owned),
            ..fields(id, &title, &body)
        };
        let side = |random: &mut Random| ["ours", "ours", "theirs"][random.below(3)].to_owned();
        if self.random.below(2) == 0 {
            fields.brand = Some(side(&mut self.random));
        }
        if self.random.below(3) > 0 {
            fields.labels = vec![side(&mut self.random)];
        }
        if self.random.below(2) == 0 {
            fields.products = vec![side(&mut self.random)];
        }
        match self.random.below(8) {
            0 => fields.visibility = Visibility::SignedIn,
            1 => fields.visibility = Visibility::Internal,
            2 => {
                fields.visibility = Visibility::SignedIn;
                fields.user_segments = vec!["regular".to_owned()];
            }
            _ => {}
        }
        let seconds = 500 + i64::try_from(self.random.below(4_000)).unwrap();
        let moment = Some(Timestamp::from_unix_seconds(seconds));
        match self.random.below(8) {
            0 => fields.valid_from = moment,
            1 => fields.valid_until = moment,
            _ => {}
        }
        fields
    }

    fn upsert(&mut self, which: (&str, &str, Option<&str>)) {
        let fields = self.fields(which);
        self.last_text = (fields.title.clone(), fields.body.clone());
        let article = Article::new(fields).unwrap();
        self.both(|side| {
            side.upsert([article.clone()]).unwrap();
        });
    }

    fn upsert_secret(&mut self) {
        let which = SECRETS[self.random.below(SECRETS.len())];
        let mut fields = ArticleFields {
            visibility: Visibility::Public,
            user_segments: Vec::new(),
            valid_from: None,
            valid_until: None,
            ..self.fields(which)
        };
        // A copy of an article that both sides have.
        if self.random.below(3) == 0 && !self.last_text.0.is_empty() {
            (fields.title, fields.body) = self.last_text.clone();
        }
        self.secrecy.hide(&mut fields);
        self.secret()
            .upsert([Article::new(fields).unwrap()])
            .unwrap();
    }

    /// Returns a verdict on a ticket, which may have others. The number of the ticket determines its requester.
    fn verdict(&mut self, ticket: usize, is_secret: bool) -> FeedbackEvent {
        let requester = (!ticket.is_multiple_of(4)).then(|| format!("requester {}", ticket % 4));
        let text = match self.random.below(4) {
            0 => String::new(),
            _ => self.words(7),
        };
        FeedbackEvent {
            ticket_id: format!("{}{ticket}", if is_secret { "secret" } else { "ticket" }),
            ticket: Ticket {
                requester,
                ..Ticket::from_text(text)
            },
            at: Timestamp::from_unix_seconds(
                i64::try_from(self.random.below(40)).unwrap() * 86_400,
            ),
            verdict: Verdict::ALL[self.random.below(Verdict::ALL.len())],
            articles: Vec::new(),
            key: None,
        }
    }

    /// Learns verdicts, some of which also name a secret article in one of the knowledge bases.
    fn learn(&mut self) {
        if !self.secrecy.is_border_of_learning() {
            return;
        }
        let (mut without, mut with) = (Vec::new(), Vec::new());
        for _ in 0..=self.random.below(12) {
            let is_another = self.tickets > 0 && self.random.below(4) == 0;
            let ticket = if is_another {
                self.random.below(self.tickets)
            } else {
                self.tickets
            };
            let mut solved = self.verdict(ticket, false);
            solved.key = Some(format!("{}", self.tickets));
            self.tickets += 1;
            if solved.verdict.names_articles() {
                solved.articles = vec![self.article_id().to_owned(), self.article_id().to_owned()];
                solved.articles.dedup();
            }
            let mut other = solved.clone();
            if other.verdict.names_articles() && self.random.below(3) == 0 {
                let place = self.random.below(2);
                other.articles.insert(place, self.secret_id().to_owned());
            }
            without.push(solved);
            with.push(other);
        }
        self.without.knowledge_base.learn(without).unwrap();
        self.with.knowledge_base.learn(with).unwrap();
    }

    /// Learns verdicts on secret articles, on tickets of their own and on tickets with other verdicts.
    fn learn_of_secrets(&mut self) {
        if !self.secrecy.is_border_of_learning() {
            return;
        }
        for _ in 0..=self.random.below(6) {
            let mut solved = if self.tickets > 0 && self.random.below(2) == 0 {
                let ticket = self.random.below(self.tickets);
                self.verdict(ticket, false)
            } else {
                self.verdict(self.secret_tickets, true)
            };
            self.secret_tickets += 1;
            solved.key = Some(format!("secret {}", self.secret_tickets));
            if !solved.verdict.names_articles() {
                solved.verdict = Verdict::Resolved;
            }
            solved.articles = vec![self.secret_id().to_owned()];
            self.secret().learn([solved]).unwrap();
        }
    }

    fn forget(&mut self) {
        let who = if self.random.below(3) == 0 {
            Erasure::Requester(format!("requester {}", 1 + self.random.below(3)))
        } else {
            Erasure::Ticket(format!("ticket{}", self.random.below(self.tickets + 1)))
        };
        self.both(|side| {
            side.forget(&who).unwrap();
        });
    }

    fn deny_or_allow(&mut self) {
        let id = self.article_id();
        if self.random.below(2) == 0 {
            self.both(|side| {
                side.deny([id]).unwrap();
            });
        } else {
            self.both(|side| {
                side.allow([id]).unwrap();
            });
        }
    }

    /// Sets synonyms or fallback locales, which belong to the whole knowledge base.
    fn set(&mut self) {
        if self.random.below(2) == 0 {
            let rule = format!("{}, {}", self.random.pick(&WORDS), self.random.pick(&WORDS));
            let synonyms = Synonyms::parse(&"en".parse().unwrap(), &rule);
            if let Ok(synonyms) = synonyms {
                self.both(|side| side.set_synonyms(synonyms.clone()).unwrap());
            }
        } else {
            let locales =
                [vec![], vec!["lt", "en"], vec!["th", "en"]][self.random.below(3)].clone();
            let locales: Vec<helpdex::Locale> = locales
                .into_iter()
                .map(|locale| locale.parse().unwrap())
                .collect();
            self.both(|side| side.set_fallback_locales(locales.clone()).unwrap());
        }
    }

    fn publish(&mut self) {
        self.now = (self.now + i64::try_from(self.random.below(100)).unwrap()).min(2_900);
        let now = Timestamp::from_unix_seconds(self.now);
        self.both(|side| {
            side.publish(now).unwrap();
        });
        self.is_published = true;
        let is_removed = self.is_hidden && self.secrecy == Secrecy::Removed;
        if self.random.below(4) == 0 && !is_removed {
            // Of secret articles alone.
            self.upsert_secret();
            self.secret().publish(now).unwrap();
        }
    }

    /// Does something to a secret article other than changing it or learning about it.
    fn touch_secrets(&mut self) {
        let id = self.secret_id();
        match self.random.below(3) {
            0 => {
                self.secret().remove([id]).unwrap();
            }
            1 => {
                let ticket = format!("secret{}", self.random.below(self.secret_tickets + 1));
                self.secret().forget(&Erasure::Ticket(ticket)).unwrap();
            }
            // What was learned of a denied article goes with the next publish.
            _ if self.is_hidden => {
                self.secret().deny([id]).unwrap();
            }
            _ => {}
        }
    }

    fn deny_secrets(&self) {
        self.secret().deny(SECRETS.map(|(id, ..)| id)).unwrap();
    }

    fn hide(&mut self) {
        match self.secrecy {
            Secrecy::Removed => {
                self.secret().remove(SECRETS.map(|(id, ..)| id)).unwrap();
            }
            Secrecy::Denied => self.deny_secrets(),
            _ => {}
        }
        self.is_hidden = true;
    }

    // -----------------------------------------------------------------------------------------------------------------
    // Questions

    fn question(&mut self) -> Question {
        let readers = self.secrecy.readers();
        let mut options = SuggestOptions {
            hide_elapsed: true,
            ..SuggestOptions::default()
        };
        match self.random.below(5) {
            0 => {}
            1 => {
                (options.limit, options.decision) = (10, Decision::MinProbability(0.0));
            }
            2 => options.promise = Promise::Any,
            3 => options.popularity = 0.0,
            _ => {
                options.decision = Decision::TargetPrecision(TargetPrecision {
                    confidence_level: 0.6,
                    ..TargetPrecision::of(0.4)
                });
            }
        }
        let kinds = [Secrecy::Brand, Secrecy::Label, Secrecy::Product];
        if let Some(filter) = self.secrecy.filter() {
            options.filter = filter;
        } else if self.random.below(3) == 0 {
            let kind = kinds[self.random.below(kinds.len())];
            options.filter = kind.filter().unwrap();
        }
        let tickets = (0..4).map(|number| {
            let locales = [None, None, Some("en"), Some("lt"), Some("th")];
            let locale = locales[self.random.below(locales.len())];
            Ticket {
                subject: (number == 0).then(|| self.words(3)),
                locale: locale.map(|locale| locale.parse().unwrap()),
                ..Ticket::from_text(self.words(8))
            }
        });
        Question {
            tickets: tickets.collect(),
            audience: readers[self.random.below(readers.len())].clone(),
            at: self.secrecy.asked_at(),
            options,
        }
    }

    fn ask(&mut self) {
        if !self.is_published || !self.is_hidden {
            return;
        }
        let question = self.question();
        let without = self.without.handles();
        for (without, with) in without.into_iter().zip(self.with.handles()) {
            let (without, with) = (question.answers(without), question.answers(with));
            assert_eq!(without.len(), with.len(), "{}", self.name);
            for (without, with) in without.iter().zip(&with) {
                assert_eq!(without, with, "{}", self.name);
            }
            self.compared.pairs += with.len();
            let learned = with.iter().filter(|answer| {
                let first = answer.pointer("/offered/0/past_share");
                first
                    .and_then(Value::as_f64)
                    .is_some_and(|share| share > 0.0)
            });
            self.compared.learned += learned.count();
        }
        if !self.secrecy.readers().contains(&Audience::internal()) {
            let question = Question {
                audience: Audience::internal(),
                ..question
            };
            let [without, with] =
                [&self.without, &self.with].map(|side| question.answers(&side.knowledge_base));
            self.compared.seen_by_agents += usize::from(without != with);
        }
    }

    /// Asserts that a file of another knowledge base in the place of one of these is never mixed with the others.
    fn swap_files(&mut self, sibling: &Path) {
        let question = self.question();
        let Some(folder) = &self.with.folder else {
            return;
        };
        let expected = question.answers(&Editable::open(folder.path()).unwrap());
        for (prefix, suffix) in SWAPPED {
            let copy = tempfile::tempdir().unwrap();
            copy_files(folder.path(), copy.path());
            let (Some(ours), Some(theirs)) = (
                newest_file(copy.path(), prefix, suffix),
                newest_file(sibling, prefix, suffix),
            ) else {
                continue;
            };
            fs::copy(sibling.join(theirs), copy.path().join(ours)).unwrap();
            let Ok(reader) = Editable::open(copy.path()) else {
                continue;
            };
            let found = question.answers(&reader);
            if reader.warnings().is_empty() {
                assert_eq!(found, expected, "{}, {prefix}{suffix}", self.name);
            }
            let text = Value::from(found).to_string();
            assert!(!text.contains("sibling"), "{}, {prefix}{suffix}", self.name);
            self.compared.pairs += expected.len();
        }
    }
}

struct Question {
    tickets: Vec<Ticket>,
    audience: Audience,
    at: Timestamp,
    options: SuggestOptions,
}

impl Question {
    /// Returns everything that a reader gets as answers.
    fn answers(&self, knowledge_base: &KnowledgeBase) -> Vec<Value> {
        let Self {
            tickets,
            audience,
            at,
            options,
        } = self;
        let as_value = |answer: Suggestions| serde_json::to_value(answer).unwrap();
        let mut answers: Vec<Value> = tickets
            .iter()
            .map(|ticket| {
                as_value(
                    knowledge_base
                        .suggest(ticket, audience, *at, options)
                        .unwrap(),
                )
            })
            .collect();
        let batch = knowledge_base.batch(audience, *at, options).unwrap();
        let batch = batch.with_threads(2.try_into().unwrap());
        let many = batch.suggest_all(tickets.clone());
        answers.extend(many.into_iter().map(|answer| as_value(answer.unwrap())));
        let mut draft = knowledge_base.draft(audience, *at, options).unwrap();
        let mut written = String::new();
        for ticket in &tickets[..2] {
            if let helpdex::Message::Text(text) = &ticket.message {
                written.push_str(text);
            }
            let ticket = Ticket::from_text(written.as_str());
            answers.push(as_value(draft.suggest(&ticket).unwrap()));
        }
        for set_size in 1..=3 {
            let labelled = knowledge_base
                .labelled_predictions(audience, set_size)
                .unwrap();
            answers.push(format!("{labelled:?}").into());
        }
        // They are of all articles, whether they pass the filter or not.
        if options.filter == Filter::default() {
            let locales = knowledge_base.locales(audience, *at);
            let locales: Vec<&str> = locales.iter().map(helpdex::Locale::as_str).collect();
            answers.push(locales.into());
        }
        answers.push(knowledge_base.warnings().into());
        answers
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Files

/// The beginning and the end of the names of a reader's files.
const SWAPPED: [(&str, &str); 8] = [
    ("denied", ".json"),
    ("generation-", ".json"),
    ("public-", ".helpdex"),
    ("signed_in-", ".helpdex"),
    ("internal-", ".helpdex"),
    ("public-", ".model"),
    ("signed_in-", ".model"),
    ("internal-", ".model"),
];

/// Makes another knowledge base, whose articles match any word.
fn sibling() -> Folder {
    let folder = Folder::new();
    let knowledge_base = Editable::open_or_create(folder.path()).unwrap();
    let all = Visibility::ALL.iter().flat_map(|visibility| {
        WORDS.map(|word| {
            let name = visibility.name();
            let article = article(&format!("sibling-{name}-{word}"), word, &WORDS.join(" "));
            let fields = ArticleFields {
                visibility: *visibility,
                ..article.fields().clone()
            };
            Article::new(fields).unwrap()
        })
    });
    knowledge_base.sync(all).unwrap();
    let solved = WORDS.map(|word| FeedbackEvent {
        ticket_id: word.to_owned(),
        ticket: Ticket::from_text(word),
        at: Timestamp::from_unix_seconds(0),
        verdict: Verdict::Linked,
        articles: vec![format!("sibling-public-{word}")],
        key: None,
    });
    knowledge_base.learn(solved).unwrap();
    knowledge_base
        .publish(Timestamp::from_unix_seconds(FIRST_PUBLISH))
        .unwrap();
    folder
}

/// Returns the last file name with this beginning and end.
fn newest_file(folder: &Path, prefix: &str, suffix: &str) -> Option<String> {
    let names = fs::read_dir(folder).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .filter(|name| name.starts_with(prefix) && name.ends_with(suffix))
        .max()
}

/// Copies the files of a folder, without those in subfolders.
fn copy_files(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------

#[test]
fn what_a_reader_may_not_see_changes_nothing_in_any_history() {
    let first: u64 = env::var("HELPDEX_SEED").map_or(0, |seed| seed.parse().unwrap());
    let count = if env::var_os("HELPDEX_FULL").is_some() {
        2_800
    } else {
        56
    };
    let sibling = sibling();
    let mut all = Compared::default();
    for seed in first..first + count {
        let compared = History::new(seed).run(sibling.path());
        all.pairs += compared.pairs;
        all.seen_by_agents += compared.seen_by_agents;
        all.learned += compared.learned;
    }
    let Compared {
        pairs,
        seen_by_agents,
        learned,
    } = all;
    println!(
        "{count} histories from seed {first}: {pairs} pairs of answers, {learned} of them learned; {seen_by_agents} questions \
         that agents are answered otherwise"
    );
    assert!(pairs > 0 && learned > 0 && seen_by_agents > 0);
}
