//! The page of a support lead: what it shows, to whom, and that nothing from outside is markup.

use helpdex::events::{Interaction, InteractionEvent};
use helpdex::feedback::Erasure;
use helpdex::{
    Article, ArticleFields, Audience, FeedbackEvent, KnowledgeBase, Result, Ticket, Timestamp,
    Verdict, Visibility,
};
use helpdex_insight::lead_report::{LeadOptions, LeadReport, csv_files, html_page, lead_report};

const HOSTILE: &str = "<script>alert(1)</script> \"'&\u{202E}\u{2066}\u{1B}[2J";
const WEEK: i64 = 7 * 86_400;

fn article(id: &str, title: &str, visibility: Visibility) -> Article {
    Article::new(ArticleFields {
        id: id.into(),
        locale: "en".into(),
        title: title.into(),
        visibility,
        ..ArticleFields::default()
    })
    .expect("the article is valid")
}

fn now() -> Timestamp {
    Timestamp::from_unix_seconds(10 * WEEK)
}

/// A help center with tickets of eight requesters about something that no article answers, of which one is Ana, and the
/// events of their visits.
fn help_center() -> KnowledgeBase {
    let knowledge_base = KnowledgeBase::in_memory();
    let mut writer = knowledge_base.writer().expect("nobody else writes");
    let articles = [
        article(
            "refund",
            &format!("Refund a payment {HOSTILE}"),
            Visibility::Public,
        ),
        article("pin", "Reset your PIN", Visibility::Public),
        article(
            "secret-runbook",
            "The zeppelin hangar runbook",
            Visibility::Internal,
        ),
    ];
    writer.upsert(articles).expect("memory can be written");
    writer.publish(now()).expect("memory can be written");
    let mut tickets = Vec::new();
    let mut events = Vec::new();
    for n in 0..8 {
        let requester = if n == 0 {
            "ana".to_owned()
        } else {
            format!("r{n}")
        };
        let words = if n == 0 { " xylophone" } else { "" };
        tickets.push(FeedbackEvent {
            ticket_id: format!("t-{requester}"),
            ticket: Ticket {
                locale: Some("en".parse().expect("it is a locale")),
                requester: Some(requester.clone()),
                ..Ticket::from_text(format!("{HOSTILE} zeppelin hangar door frozen{words}"))
            },
            at: Timestamp::from_unix_seconds(n * WEEK),
            verdict: Verdict::Unlinked,
            articles: Vec::new(),
            key: None,
        });
        for interaction in [Interaction::Offered, Interaction::Clicked] {
            events.push(InteractionEvent {
                requester: Some(requester.clone()),
                articles: vec!["refund".into()],
                ..InteractionEvent::new(interaction, Timestamp::from_unix_seconds(n * WEEK))
            });
        }
    }
    knowledge_base
        .learn(tickets)
        .expect("memory can be written");
    knowledge_base
        .record(events)
        .expect("memory can be written");
    knowledge_base
}

/// Makes the report from the logs of the knowledge base alone.
fn report(knowledge_base: &KnowledgeBase, reader: &Audience, with_extracts: bool) -> LeadReport {
    let mut options = LeadOptions::of_window(72);
    options.gaps.with_extracts = with_extracts;
    let tickets = knowledge_base.feedback().expect("memory can be read");
    let report: Result<LeadReport> = lead_report(
        knowledge_base,
        || knowledge_base.events(),
        &tickets,
        &Audience::public(),
        reader,
        now(),
        &options,
    );
    report.expect("the knowledge base can be asked")
}

/// Everything that is written of a report.
fn everything(report: &LeadReport) -> String {
    let json = serde_json::to_string(report).expect("it is JSON");
    let tables = csv_files(report).into_iter().map(|(_, table)| table);
    [html_page(report), json]
        .into_iter()
        .chain(tables)
        .collect()
}

/// Asserts that each element is closed in the place where it was opened, and that nothing else is.
#[track_caller]
fn check_nested(page: &str) {
    let mut open: Vec<&str> = Vec::new();
    for tag in page.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').expect("a tag ends");
        let mut names = tag.split([' ', '/', '\n']);
        let name = names
            .find(|part| !part.is_empty())
            .expect("a tag has a name");
        let is_void = ["!doctype", "meta", "br"].contains(&name) || tag.ends_with('/');
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "<{tag}>");
        } else if !is_void {
            open.push(name);
        }
    }
    assert_eq!(open, [""; 0]);
}

#[test]
fn the_logs_of_a_knowledge_base_are_enough_for_a_page() {
    let page = html_page(&report(&help_center(), &Audience::internal(), false));
    for part in [
        "1 article to write",
        "8 solved tickets were read against 3 articles",
        "What became of 8 attempts",
        "<bdi>zeppelin</bdi>",
        "Tickets by week",
        "Attempts by week",
        "id=\"deflection\"",
        "href=\"#deflection\"",
    ] {
        assert!(page.contains(part), "{part:?} is missing: {page}");
    }
    check_nested(&page);
}

#[test]
fn every_link_leads_to_a_definition_and_nothing_is_loaded() {
    let page = html_page(&report(&help_center(), &Audience::internal(), true));
    let links = page.split("href=\"").skip(1);
    for link in links {
        let target = link.split('"').next().expect("an attribute ends");
        let anchor = target.strip_prefix('#').expect("a link stays on the page");
        assert!(page.contains(&format!("id=\"{anchor}\"")), "{anchor}");
    }
    for part in ["http:", "https:", "src=", "url(", "@import"] {
        assert!(!page.contains(part), "{part:?}");
    }
}

#[test]
fn nothing_from_outside_is_markup_or_a_formula() {
    let found = report(&help_center(), &Audience::internal(), true);
    let page = html_page(&found);
    assert!(!page.to_lowercase().contains("<script"));
    assert!(!page.contains(['\u{202E}', '\u{2066}', '\u{1B}']));
    check_nested(&page);
    let mut formula = found;
    formula.gaps.gaps[0].words = vec!["=1+1".into(), "a\"b".into()];
    let (_, table) = csv_files(&formula).swap_remove(1);
    assert!(table.contains("\"'=1+1 a\"\"b\""), "{table}");
}

#[test]
fn a_word_of_one_requester_and_text_are_nowhere_and_a_forgotten_requester_leaves_nothing() {
    let knowledge_base = help_center();
    let all = everything(&report(&knowledge_base, &Audience::internal(), false));
    assert!(!all.contains("xylophone") && !all.contains("alert(1) zeppelin"));
    assert!(all.contains("t-ana"));
    knowledge_base
        .forget(&Erasure::Requester("ana".into()))
        .expect("memory can be written");
    let later = report(&knowledge_base, &Audience::internal(), true);
    assert_eq!((later.gaps.tickets, later.cards.visits), (7, 7));
    let later = everything(&later);
    assert!(
        !later.contains("xylophone") && !later.contains("t-ana"),
        "{later}"
    );
}

#[test]
fn a_public_reader_finds_nothing_of_an_internal_article_in_any_file() {
    let knowledge_base = help_center();
    let agent = everything(&report(&knowledge_base, &Audience::internal(), false));
    assert!(agent.contains("secret-runbook"));
    let public = everything(&report(&knowledge_base, &Audience::public(), false));
    assert!(
        !public.contains("secret-runbook") && !public.contains("hangar runbook"),
        "{public}"
    );
}

#[test]
fn a_help_center_without_tickets_or_events_has_a_page() {
    let knowledge_base = KnowledgeBase::in_memory();
    let mut writer = knowledge_base.writer().expect("nobody else writes");
    writer.publish(now()).expect("memory can be written");
    let page = html_page(&report(&knowledge_base, &Audience::internal(), false));
    assert!(page.contains("Nothing stands out.") && page.contains("No events were recorded."));
    assert!(!page.contains("NaN"));
    check_nested(&page);
}
