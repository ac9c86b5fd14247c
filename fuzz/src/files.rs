//! Changes the files of a knowledge base: manifest, list of denied articles, articles and models of each class.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::sync::LazyLock;

use helpdex::{
    Article, ArticleFields, Audience, FeedbackEvent, Identity, KnowledgeBase, SuggestOptions,
    Ticket, Timestamp, Verdict, Visibility,
};
use serde_json::{Value, json};

use super::choice;

/// Asserts that a changed byte is found, and that a change with correct hashes causes no panic.
///
/// The input says which file is changed, how, in which part, where (24 bits), and to which bytes. Postings are only
/// changed without correct hashes: tantivy trusts what it wrote, and the hashes prove that it did.
pub fn knowledge_base_files(input: &[u8]) {
    let (file, rest) = choice(input);
    let (how, rest) = choice(rest);
    let (part, rest) = choice(rest);
    let [low, middle, high, patch @ ..] = rest else {
        return;
    };
    let at = usize::from(*low) | usize::from(*middle) << 8 | usize::from(*high) << 16;
    let (name, before) = FILES
        .iter()
        .nth(file % FILES.len())
        .expect("the number is below their count");
    let is_sealed = how & 1 == 1;
    let edit = Edit {
        at,
        patch,
        is_cut: how & 2 == 2,
    };
    let after = if !is_sealed {
        edit.of(before)
    } else if before.ends_with(MAGIC) {
        reseal_parts(before, part, &edit)
    } else {
        reseal_json(before, &edit)
    };
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for (other, bytes) in &*FILES {
        let bytes = if other == name { &after } else { bytes };
        fs::write(folder.path().join(other), bytes).expect("a temporary file can be written");
    }
    let opened = KnowledgeBase::open(folder.path());
    let report = KnowledgeBase::check(folder.path()).expect("there is a knowledge base");
    if !is_sealed {
        let is_same = after == *before;
        assert_eq!(opened.is_ok(), is_same, "{name}");
        assert_eq!(report.is_whole(), is_same, "{name}");
    }
    if let Ok(knowledge_base) = opened {
        ask(&knowledge_base);
    }
}

/// Bytes that replace as many others, or everything from a position on.
struct Edit<'a> {
    at: usize,
    patch: &'a [u8],
    is_cut: bool,
}

impl Edit<'_> {
    fn of(&self, bytes: &[u8]) -> Vec<u8> {
        let at = self.at % (bytes.len() + 1);
        let end = if self.is_cut {
            bytes.len()
        } else {
            bytes.len().min(at + self.patch.len())
        };
        [&bytes[..at], self.patch, &bytes[end..]].concat()
    }
}

/// Returns a changed JSON file with the correct hash of its new content.
fn reseal_json(file: &[u8], edit: &Edit<'_>) -> Vec<u8> {
    let start = file.iter().position(|byte| *byte == b'\n');
    let json = edit.of(&file[start.expect("a hash stands on its first line") + 1..]);
    [blake3::hash(&json).to_hex().as_bytes(), b"\n", &json].concat()
}

const MAGIC: &[u8] = b"HELPDEX\n";

/// Returns a changed file of parts with the correct hashes of its new content; the footer follows the last part.
fn reseal_parts(file: &[u8], part: usize, edit: &Edit<'_>) -> Vec<u8> {
    let end = file.len() - MAGIC.len() - blake3::OUT_LEN - 8;
    let mut size = [0; 8];
    size.copy_from_slice(&file[end..end + 8]);
    let footer_bytes = usize::try_from(u64::from_le_bytes(size)).expect("it lies in the file");
    let footer: Value =
        serde_json::from_slice(&file[end - footer_bytes..end]).expect("the footer is JSON");
    let parts = footer["parts"].as_object().expect("it lists the parts");
    let changed = parts
        .keys()
        .filter(|name| !name.contains("/postings/"))
        .nth(part % (parts.len() + 1));
    let number = |value: &Value| usize::try_from(value.as_u64().expect("a number")).expect("small");
    let mut bytes = Vec::new();
    let mut entries = serde_json::Map::new();
    for (name, entry) in parts {
        let offset_bytes = number(&entry["offset_bytes"]);
        let before = &file[offset_bytes..offset_bytes + number(&entry["size_bytes"])];
        let after = match changed {
            Some(changed) if changed == name => edit.of(before),
            _ => before.to_vec(),
        };
        let entry = json!({
            "offset_bytes": bytes.len(),
            "size_bytes": after.len(),
            "blake3": blake3::hash(&after).to_hex().as_str(),
        });
        entries.insert(name.clone(), entry);
        bytes.extend(after);
    }
    let footer = json!({"header": footer["header"], "parts": entries});
    let mut footer = footer.to_string().into_bytes();
    if changed.is_none() {
        footer = edit.of(&footer);
    }
    bytes.extend(&footer);
    bytes.extend((footer.len() as u64).to_le_bytes());
    bytes.extend(blake3::hash(&footer).as_bytes());
    bytes.extend(MAGIC);
    bytes
}

fn ask(knowledge_base: &KnowledgeBase) {
    for audience in [Audience::public(), Audience::internal()] {
        for text in ["where is my invoice for march", "Passwort vergessen"] {
            let ticket = Ticket::from_text(text);
            let options = SuggestOptions::default();
            let _ = knowledge_base.suggest(&ticket, &audience, moment(), &options);
        }
    }
}

/// The files of a small knowledge base, by name.
static FILES: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    build(folder.path()).expect("a small knowledge base can be built");
    let entries = fs::read_dir(folder.path()).expect("it has a folder");
    let files: BTreeMap<String, Vec<u8>> = entries
        .map(|entry| entry.expect("it can be listed"))
        .filter(|entry| entry.path().is_file())
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, fs::read(entry.path()).expect("it can be read"))
        })
        .collect();
    let has = |suffix| files.keys().any(|name| name.ends_with(suffix));
    assert!(has(".helpdex") && has(".model") && has("denied.json"));
    files
});

fn build(folder: &std::path::Path) -> helpdex::Result<()> {
    let builder = KnowledgeBase::builder(folder).identity(Identity::new(1));
    let knowledge_base = builder.open_or_create()?;
    let articles = [
        ("invoice", "en", "Find an invoice", Visibility::Public),
        ("password", "en", "Reset a password", Visibility::Public),
        (
            "passwort",
            "de",
            "Passwort zurücksetzen",
            Visibility::Public,
        ),
        ("refund", "en", "Refund a payment", Visibility::Internal),
    ];
    let articles = articles.map(|(id, locale, title, visibility)| {
        Article::new(ArticleFields {
            id: id.into(),
            locale: locale.into(),
            title: title.into(),
            body: format!("{title} under settings, billing, as of March.\n\nAsk us."),
            visibility,
            valid_from: (id == "refund").then(moment),
            labels: vec![id.into()],
            ..ArticleFields::default()
        })
    });
    let mut writer = knowledge_base.writer()?;
    writer.upsert(articles.into_iter().collect::<Result<Vec<_>, _>>()?)?;
    knowledge_base.learn((0..24).map(|number| FeedbackEvent {
        ticket_id: number.to_string(),
        ticket: Ticket {
            requester: Some(number.to_string()),
            ..Ticket::from_text(format!(
                "where is my {} of march",
                ["bill", "login"][number % 2]
            ))
        },
        at: moment(),
        verdict: Verdict::Linked,
        articles: vec![["invoice", "password"][number % 2].into()],
        key: None,
    }))?;
    // In one generation: there is none from before to fall back to.
    writer.publish_and_train(moment(), |_| ControlFlow::Continue(()))?;
    knowledge_base.deny(["passwort"])?;
    Ok(())
}

fn moment() -> Timestamp {
    Timestamp::from_unix_seconds(1_772_323_200)
}
