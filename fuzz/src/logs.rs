//! The logs of articles and of solved tickets.

use std::fs;

use helpdex::feedback::Erasure;
use helpdex::{FeedbackEvent, Identity, KnowledgeBase, Ticket, Timestamp, Verdict};

use super::choice;

/// The head of the logs of the test's knowledge base.
const HEAD: &[u8] = br#"{"log":{"format_version":2,"owner":{"knowledge_base":"00000000000000000000000000000001","tenant":null},"incarnation":0,"follows":null}}
"#;
const MAGIC: &[u8] = b"HDXLOG1\n";
const MARK: [u8; 4] = [0xB1, b'H', b'D', 0x0A];

/// Opens any bytes as a log. Asserts that there is no panic, a log that is refused stays unchanged, and a log that is
/// accepted returns what is learned.
///
/// The first byte says which log it is, and whether the rest is its bytes, what follows its magic, or records, each on
/// a line and an empty line behind a batch, with right sizes and checksums, behind the head of a log where they begin
/// with none; bytes from 0xFF on are a torn end.
pub fn logs(input: &[u8]) {
    let (choice, bytes) = choice(input);
    let name = ["articles.log", "tickets.log"][choice & 1];
    let bytes = match choice >> 1 & 3 {
        0 => bytes.to_vec(),
        1 => [MAGIC, bytes].concat(),
        _ => [MAGIC, &batches(bytes)].concat(),
    };
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let builder = KnowledgeBase::builder(folder.path()).identity(Identity::new(1));
    let made = builder.open_or_create();
    let made = made.expect("a temporary folder can be made");
    made.deny(["secret"]).expect("the list can be written");
    let log = folder.path().join("work").join(name);
    fs::write(&log, &bytes).expect("a temporary file can be written");
    // It is refused where it is no log at all.
    let _ = KnowledgeBase::check(folder.path());
    let Ok(knowledge_base) = KnowledgeBase::open_or_create(folder.path()) else {
        return;
    };
    let changed = match name {
        "articles.log" => knowledge_base.writer().map(drop),
        _ => knowledge_base.learn([solved()]).map(drop),
    };
    match changed {
        Ok(()) => {
            if choice & 8 == 0 {
                return;
            }
            let published = knowledge_base.writer().and_then(|mut writer| {
                writer.remove(["a"])?;
                writer.publish(moment())?;
                writer.train(moment())
            });
            if let Err(error) = published {
                assert!(error.kind().is_unusable_file());
            } else if name == "tickets.log" {
                let forgotten = knowledge_base.forget(&Erasure::Ticket("fuzzed".into()));
                assert!(forgotten.expect("it was learned").verdicts >= 1);
                let report = KnowledgeBase::check(folder.path());
                assert!(report.expect("it was published").is_whole());
            }
        }
        Err(error) => {
            assert!(error.kind().is_unusable_file());
            let after = fs::read(&log).expect("it is still there");
            assert_eq!(after, bytes);
        }
    }
}

fn solved() -> FeedbackEvent {
    FeedbackEvent {
        ticket_id: "fuzzed".into(),
        ticket: Ticket::from_text("where is my invoice"),
        at: moment(),
        verdict: Verdict::NoArticle,
        articles: Vec::new(),
        key: None,
    }
}

fn batches(lines: &[u8]) -> Vec<u8> {
    let torn = lines.iter().position(|byte| *byte == 0xFF);
    let (lines, torn) = lines.split_at(torn.unwrap_or(lines.len()));
    let mut log = Vec::new();
    let mut body: Vec<u8> = Vec::new();
    let head = (!lines.starts_with(b"{\"log\"")).then_some(HEAD);
    let lines = [head.unwrap_or_default(), lines].concat();
    for line in lines.split(|byte| *byte == b'\n').chain([&b""[..]]) {
        if !line.is_empty() {
            let size = u32::try_from(line.len()).expect("an input is small");
            body.extend(size.to_le_bytes());
            body.extend(line);
        } else if !body.is_empty() {
            log.extend(MARK);
            log.extend((body.len() as u64).to_le_bytes());
            log.extend(&blake3::hash(&body).as_bytes()[..8]);
            log.append(&mut body);
        }
    }
    log.extend(torn);
    log
}

fn moment() -> Timestamp {
    Timestamp::from_unix_seconds(1_772_323_200)
}
