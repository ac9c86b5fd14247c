//! Tests the answers before anything was learned: nothing is offered for questions about other things, and for messages
//! that do not say what they are about.

use helpdex::settings::Synonyms;
use helpdex::{
    Article, ArticleFields, Audience, KnowledgeBase, Locale, Reason, Settings, SuggestOptions,
    Suggestions, Ticket, Timestamp, Visibility,
};
use helpdex_import::{ImportOptions, read_articles};
use helpdex_tests::{read, repository};

const NOW: &str = "2026-06-01";

fn now() -> Timestamp {
    NOW.parse().expect("a day")
}

fn published(articles: Vec<Article>) -> KnowledgeBase {
    published_with(articles, Settings::default())
}

fn published_with(articles: Vec<Article>, settings: Settings) -> KnowledgeBase {
    let knowledge_base = KnowledgeBase::in_memory();
    let mut writer = knowledge_base.writer().expect("a writer");
    writer.sync(articles).expect("articles");
    writer.set_settings(settings).expect("settings");
    writer.publish(now()).expect("published");
    drop(writer);
    knowledge_base
}

fn sample_corpus() -> KnowledgeBase {
    let options = ImportOptions::default();
    let files = read_articles(repository().join("corpus/articles"), &options);
    let articles = files.expect("the corpus can be read").articles;
    let articles: helpdex::Result<Vec<Article>> = articles.collect();
    published(articles.expect("the corpus can be read"))
}

/// Makes a help center of six articles.
fn small_help_center() -> KnowledgeBase {
    let articles = [
        (
            "Download an invoice",
            "Open Billing, choose the month and press Download. The invoice is a PDF file.",
        ),
        (
            "Reset your password",
            "Press Forgot password on the sign-in page. We send a link to your e-mail address.",
        ),
        (
            "Request a refund",
            "Open the order and choose Refund. The money goes back to your card within five days.",
        ),
        (
            "Change your delivery address",
            "You can change the address until the parcel has left our warehouse.",
        ),
        (
            "Cancel your subscription",
            "Open Account, then Subscription, and press Cancel. It ends with the paid month.",
        ),
        (
            "Connect the app to your calendar",
            "Choose Google Calendar or Outlook under Integrations and sign in there.",
        ),
    ];
    published(articles.map(|(title, body)| article(title, body)).into())
}

fn article(title: &str, body: &str) -> Article {
    article_in("en", title, body)
}

fn article_in(locale: &str, title: &str, body: &str) -> Article {
    Article::new(ArticleFields {
        id: title.to_lowercase().replace(' ', "-"),
        locale: locale.to_owned(),
        title: title.to_owned(),
        body: body.to_owned(),
        visibility: Visibility::Public,
        ..ArticleFields::default()
    })
    .expect("an article")
}

fn ask(knowledge_base: &KnowledgeBase, text: &str, locale: Option<&str>) -> Suggestions {
    let ticket = Ticket {
        locale: locale.map(|locale| locale.parse::<Locale>().expect("a locale")),
        ..Ticket::from_text(text)
    };
    knowledge_base
        .suggest(
            &ticket,
            &Audience::public(),
            now(),
            &SuggestOptions::default(),
        )
        .expect("an answer")
}

/// Reads the questions of a file, each with its locale.
fn questions(path: &str) -> Vec<(String, String)> {
    let lines = read(path);
    let lines = lines
        .lines()
        .map(|line| line.split_once('\t').expect("a locale and a text"));
    lines
        .map(|(locale, text)| (locale.to_owned(), text.to_owned()))
        .collect()
}

/// Asks every question, once with its locale declared and once without, and returns how many are offered an article, in
/// percent.
fn offered_percent(knowledge_base: &KnowledgeBase, questions: &[(String, String)]) -> usize {
    let mut offered = Vec::new();
    for (locale, text) in questions {
        for declared in [Some(&**locale), None] {
            let answer = ask(knowledge_base, text, declared);
            if let Some(first) = answer.offered().first() {
                offered.push(format!(
                    "{text:?}: {} {:.2}",
                    first.article_id, first.probability
                ));
            }
        }
    }
    println!(
        "{} of {} offered: {offered:#?}",
        offered.len(),
        2 * questions.len()
    );
    (100 * offered.len()).div_ceil(2 * questions.len())
}

#[test]
fn questions_about_anything_else_get_no_article() {
    let everyday = questions("tests/questions/everyday.txt");
    assert!(everyday.len() > 250);
    assert!(offered_percent(&sample_corpus(), &everyday) <= 3);
    assert!(offered_percent(&small_help_center(), &everyday) <= 3);
}

#[track_caller]
fn check_answer(knowledge_base: &KnowledgeBase, text: &str, expected: &str) {
    let answer = ask(knowledge_base, text, Some("en"));
    let offered = answer.offered().first().map(|first| &*first.article_id);
    assert_eq!(offered, Some(expected), "{text:?}");
}

#[test]
fn a_small_help_center_answers_what_it_is_about() {
    let knowledge_base = small_help_center();
    check_answer(
        &knowledge_base,
        "where do I find my invoice?",
        "download-an-invoice",
    );
    check_answer(
        &knowledge_base,
        "I forgot my password",
        "reset-your-password",
    );
    check_answer(&knowledge_base, "can I get a refund", "request-a-refund");
    check_answer(
        &knowledge_base,
        "how do I cancel my subscripton",
        "cancel-your-subscription",
    );
    check_answer(
        &knowledge_base,
        "wrong delivery adress, how to change",
        "change-your-delivery-address",
    );
}

#[test]
fn a_message_that_does_not_say_what_it_is_about_gets_no_article() {
    let messages = questions("tests/questions/nothing.txt");
    assert!(messages.len() > 140);
    let knowledge_base = sample_corpus();
    assert!(offered_percent(&knowledge_base, &messages) <= 3);
    for (text, locale) in [
        ("any news?", None),
        ("what", Some("en")),
        ("Bitte helfen Sie mir", Some("de")),
        ("Neveikia", Some("lt")),
        ("it does not work", None),
        ("es funktioniert nicht", Some("de")),
        ("ça ne marche pas", Some("fr")),
        ("ขอบคุณมากครับ", Some("th")),
        // There is no article in the language.
        ("Buongiorno, non funziona", Some("it")),
    ] {
        let answer = ask(&knowledge_base, text, locale);
        let reason = answer.reason().map(Reason::name);
        assert_eq!(reason, Some("not_enough_said"), "{text}");
    }
}

#[test]
fn a_synonym_that_shares_a_stem_with_another_word_is_no_answer() {
    let rule = "whitelist => allowlist, exceptions";
    let locale = "en".parse().expect("a locale");
    let synonyms = Synonyms::parse(&locale, rule).expect("a rule");
    let articles = vec![
        article(
            "Opening hours",
            "We are there every day. Except on Sundays, when we are closed.",
        ),
        article("Send an invoice", "Choose the customer and press Send."),
    ];
    let settings = Settings {
        synonyms: [synonyms].into_iter().collect(),
        ..Settings::default()
    };
    let knowledge_base = published_with(articles, settings);
    let answer = ask(&knowledge_base, "whitelist", Some("en"));
    assert_eq!(answer.offered(), []);
}

#[test]
fn a_short_ticket_goes_to_the_language_that_knows_its_words() {
    let knowledge_base = sample_corpus();
    for text in ["refund", "webhook", "invoice", "this is bad"] {
        let answer = ask(&knowledge_base, text, None);
        let is_english = answer
            .offered()
            .iter()
            .all(|shown| shown.locale.as_str() == "en");
        assert!(is_english, "{text}: {:?}", answer.offered());
    }
    for (text, locale) in [("Rechnung", "de"), ("sąskaita", "lt"), ("fatura", "tr")] {
        let answer = ask(&knowledge_base, text, None);
        let shown = answer.offered().iter();
        let mut shown = shown.map(|shown| shown.locale.as_str());
        assert!(
            shown.all(|shown| shown == locale),
            "{text}: {:?}",
            answer.offered()
        );
    }
}

/// Asserts that a ticket whose words are parts of words of the title is offered the article with this title, and not
/// one of the two others.
#[track_caller]
fn check_part_of_word(locale: &str, title: &str, others: [&str; 2], text: &str) {
    let titles = [title, others[0], others[1]];
    let knowledge_base = published(titles.map(|title| article_in(locale, title, title)).into());
    let answer = ask(&knowledge_base, text, Some(locale));
    let offered = answer.offered().first().map(|first| &*first.title);
    assert_eq!(offered, Some(title), "{text}: {:?}", answer.ranking);
}

#[test]
fn a_part_of_a_compound_or_a_word_without_its_marks_is_offered_its_article() {
    check_part_of_word(
        "de",
        "Geschenkkarte sperren lassen",
        ["Lieferadresse ändern", "Newsletter abbestellen"],
        "Karte sperren",
    );
    check_part_of_word(
        "de",
        "Rechnungsadresse",
        ["Kennwort vergessen", "Newsletter abbestellen"],
        "Rechnung Adresse",
    );
    check_part_of_word(
        "nl",
        "Betaalkaart blokkeren",
        ["Wachtwoord vergeten", "Bezorgadres wijzigen"],
        "kaart blokkeren",
    );
    check_part_of_word(
        "sv",
        "Presentkort",
        ["Glömt lösenord", "Ändra leveransadress"],
        "present kort",
    );
    check_part_of_word(
        "vi",
        "Đổi mật khẩu",
        ["Tải hóa đơn xuống", "Hủy đơn hàng"],
        "doi mat khau",
    );
    check_part_of_word(
        "en",
        "Cancel your subscription",
        ["Download an invoice", "Change your delivery address"],
        "how to cancle my subscribtion",
    );
}

#[test]
fn an_article_about_something_else_hardly_moves_a_probability() {
    let articles = || {
        vec![
            article(
                "Download an invoice",
                "Open Billing, choose the month and press Download.",
            ),
            article(
                "Reset your password",
                "Press Forgot password on the sign-in page.",
            ),
        ]
    };
    let probability = |articles| {
        let answer = ask(&published(articles), "where is my invoice", Some("en"));
        answer.ranking[0].probability
    };
    let before = probability(articles());
    let mut more = articles();
    more.push(article(
        "Team picnic",
        "Bring cake and juggling balls to the river bank on Saturday.",
    ));
    let after = probability(more);
    assert!((before - after).abs() < 0.1, "{before} {after}");
}

#[test]
fn articles_in_the_language_of_the_majority_do_not_answer_a_reader_who_has_an_own_one() {
    let german = [
        (
            "Rechnung als PDF",
            "Die Rechnung steht als PDF unter Konto.",
        ),
        ("Passwort ändern", "Das Passwort wird im Konto geändert."),
        ("Team einladen", "Das Team wird im Konto eingeladen."),
        (
            "Konto schließen",
            "Das Konto wird in den Einstellungen geschlossen.",
        ),
    ];
    let english = [
        ("Invoice as PDF", "The invoice is in your account as a PDF."),
        (
            "Change the password",
            "The password is changed in the account.",
        ),
    ];
    let english_ids = ["invoice-as-pdf", "change-the-password"];
    let german = german.map(|(title, body)| article_in("de", title, body));
    let english = english.map(|(title, body)| article_in("en", title, body));
    let knowledge_base = published(german.into_iter().chain(english).collect());
    for text in [
        "invoice as PDF",
        "how do I change the password",
        "PDF of the invoice",
    ] {
        let answer = ask(&knowledge_base, text, None);
        let first = answer.ranking.first().map(|first| &*first.article_id);
        assert!(
            first.is_some_and(|id| english_ids.contains(&id)),
            "{text}: {:?}",
            answer.ranking
        );
    }
    // Nothing in the reader's language is about it, and hardly anything in the other one.
    let answer = ask(
        &knowledge_base,
        "does the team plan have a discount",
        Some("en"),
    );
    assert_eq!(answer.offered(), []);
}

#[test]
fn the_locale_of_most_articles_is_the_main_one_unless_another_is_set() {
    let articles = || {
        vec![
            article_in("de", "Rechnung", "Rechnung"),
            article_in("de", "Passwort", "Passwort"),
            article("Invoice", "Invoice"),
        ]
    };
    let main = |knowledge_base: KnowledgeBase| {
        let main = knowledge_base.main_locale(&Audience::public(), now());
        main.map(|locale| locale.to_string())
    };
    assert_eq!(main(published(articles())).as_deref(), Some("de"));
    let settings = Settings {
        main_locale: Some("en".parse().expect("a locale")),
        ..Settings::default()
    };
    assert_eq!(
        main(published_with(articles(), settings)).as_deref(),
        Some("en")
    );
}

#[test]
fn a_sign_that_is_part_of_a_name_tells_one_product_from_another() {
    let titles = ["C++ library", "C library", ".NET client", "USB-C cable"];
    let knowledge_base = published(titles.map(|title| article(title, title)).into());
    for (text, expected) in [
        ("C++", "c++-library"),
        ("C++ library", "c++-library"),
        (".NET", ".net-client"),
    ] {
        let answer = ask(&knowledge_base, text, Some("en"));
        let first = answer.ranking.first().map(|first| &*first.article_id);
        assert_eq!(first, Some(expected), "{text}: {:?}", answer.ranking);
    }
    assert_eq!(ask(&knowledge_base, "c#", Some("en")).offered(), []);
}
