//! Reads mails as tickets: an mbox, or files of single mails, which are joined into threads. Written from RFC 5322 and
//! RFC 4155, without a sample.

use std::collections::BTreeMap;
use std::io::BufRead;

use helpdex::{Error, Message, Result, Timestamp};
use mail_parser::{HeaderValue, MessageParser};

use crate::input::{Input, InputFile};
use crate::probe::Probe;
use crate::sources::TakesFiles;
use crate::tickets::{FoundMessage, FoundTicket, State, TicketCollector, Writer};

/// The largest mail that is read, in bytes; mail servers accept no larger ones.
const MAX_MAIL_BYTES: usize = 30 << 20;

pub(crate) fn detect(probe: &Probe<'_>) -> Option<String> {
    let path = probe.head_with(|file, head| {
        is_mbox(file, head) || file.ending() == "eml" && has_header(head)
    })?;
    Some(format!("mails in {path}"))
}

fn is_mbox(file: &InputFile, head: &str) -> bool {
    head.starts_with("From ") && (file.ending() == "mbox" || has_header(head))
}

fn has_header(head: &str) -> bool {
    let mut lines = head.lines().take(60);
    lines.any(|line| {
        let name = line.split(':').next().unwrap_or_default();
        ["from", "received", "date", "message-id"]
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known))
    })
}

/// A mail with the data by which it is joined to a thread.
struct Mail {
    id: String,
    /// The ids of the earlier mails of the thread that the mail names, the first mail of the thread first.
    follows: Vec<String>,
    from: String,
    subject: Option<String>,
    at: Option<Timestamp>,
    bytes: Vec<u8>,
}

pub(crate) fn read(input: &Input, collector: &mut TicketCollector<'_>) -> Result<()> {
    let mut threads = Threads::default();
    for file in &input.files {
        if !matches!(file.ending().as_str(), "eml" | "mbox" | "mbx" | "") && input.has_folders {
            collector.passed_over(file);
            continue;
        }
        read_file(file, &mut threads, collector)?;
    }
    threads.hand_over(collector);
    Ok(())
}

fn read_file(
    file: &InputFile,
    threads: &mut Threads,
    collector: &mut TicketCollector<'_>,
) -> Result<()> {
    let path = file.path.clone();
    file.with_reader(|reader| {
        let head = reader.fill_buf().map(<[u8]>::to_vec).unwrap_or_default();
        let is_mbox = head.starts_with(b"From ");
        let mut number = 0;
        let mut mail = Vec::new();
        let mut is_too_long = false;
        loop {
            let mut line = Vec::new();
            let limit = MAX_MAIL_BYTES as u64 + 1;
            let read = std::io::Read::take(&mut *reader, limit)
                .read_until(b'\n', &mut line)
                .map_err(|e| Error::storage("read the mails", std::path::Path::new(&path), e))?;
            let begins = is_mbox && line.starts_with(b"From ");
            if read == 0 || begins {
                if !mail.is_empty() {
                    number += 1;
                    if is_too_long {
                        collector.failed(
                            Error::invalid(format!(
                                "mail {number} has more than {MAX_MAIL_BYTES} bytes; remove its attachments"
                            )),
                            &path,
                        );
                    } else {
                        threads.add(std::mem::take(&mut mail), &format!("{path} {number}"));
                    }
                }
                mail.clear();
                is_too_long = false;
                if read == 0 {
                    return Ok(());
                }
                continue;
            }
            if mail.len() + line.len() > MAX_MAIL_BYTES {
                is_too_long = true;
            } else {
                // ">From " is a quoted "From " (RFC 4155 and the programs before it).
                let from = usize::from(is_mbox && line.starts_with(b">From "));
                mail.extend_from_slice(&line[from..]);
            }
        }
    })
}

fn ids_in(value: &HeaderValue<'_>) -> Vec<String> {
    match value {
        HeaderValue::Text(text) => vec![text.to_string()],
        HeaderValue::TextList(list) => list.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

#[derive(Default)]
struct Threads {
    mails: Vec<Mail>,
}

impl Threads {
    fn add(&mut self, bytes: Vec<u8>, place: &str) {
        let Some(parsed) = MessageParser::default().parse_headers(&bytes) else {
            return;
        };
        let mut follows = ids_in(parsed.references());
        follows.extend(ids_in(parsed.in_reply_to()));
        let from = parsed
            .from()
            .and_then(|from| from.first())
            .and_then(|from| from.address())
            .unwrap_or_default()
            .to_lowercase();
        let mail = Mail {
            id: parsed
                .message_id()
                .map_or_else(|| place.to_owned(), str::to_owned),
            follows,
            from,
            subject: parsed.subject().map(str::to_owned),
            at: parsed
                .date()
                .map(|date| Timestamp::from_unix_seconds(date.to_timestamp())),
            bytes: Vec::new(),
        };
        self.mails.push(Mail { bytes, ..mail });
    }

    /// Joins the mails of each thread into a ticket, whose id is that of the first known mail of the thread.
    fn hand_over(mut self, collector: &mut TicketCollector<'_>) {
        // Of mails of one second, the reply comes behind.
        self.mails.sort_by_key(|mail| (mail.at, mail.follows.len()));
        let mut thread_of: BTreeMap<String, String> = BTreeMap::new();
        let mut threads: BTreeMap<String, Vec<Mail>> = BTreeMap::new();
        for mail in self.mails {
            let known = mail.follows.iter().find_map(|id| thread_of.get(id));
            let first = mail.follows.first().unwrap_or(&mail.id);
            let thread = known.unwrap_or(first).clone();
            for id in mail.follows.iter().chain([&mail.id]) {
                thread_of
                    .entry(id.clone())
                    .or_insert_with(|| thread.clone());
            }
            threads.entry(thread).or_default().push(mail);
        }
        for (id, mails) in threads {
            hand_over_thread(&id, mails, collector);
        }
    }
}

/// Whether an address is that of an agent, or has one of the domains of agents.
fn is_agent(from: &str, agents: &[String]) -> bool {
    let domain = from.rsplit('@').next().unwrap_or_default();
    agents.iter().any(|agent| {
        let agent = agent.trim_start_matches('@');
        agent.eq_ignore_ascii_case(from) || agent.eq_ignore_ascii_case(domain)
    })
}

fn hand_over_thread(id: &str, mails: Vec<Mail>, collector: &mut TicketCollector<'_>) {
    let agents = &collector.options.agents;
    let customer = mails
        .iter()
        .map(|mail| mail.from.clone())
        .find(|from| !is_agent(from, agents));
    let Some(customer) = customer else { return };
    let writers: Vec<Writer> = mails
        .iter()
        .map(|mail| {
            if mail.from == customer {
                Writer::Customer
            } else if agents.is_empty() || is_agent(&mail.from, agents) {
                Writer::Agent
            } else {
                Writer::User(mail.from.clone())
            }
        })
        .collect();
    collector.ticket(FoundTicket {
        id: id.to_owned(),
        subject: mails.first().and_then(|mail| mail.subject.clone()),
        requester: Some(customer),
        // A mailbox has no state: whatever was answered is solved.
        state: if writers.contains(&Writer::Agent) {
            State::Solved
        } else {
            State::Open
        },
        created_at: mails.first().and_then(|mail| mail.at),
        ..FoundTicket::default()
    });
    for (mail, writer) in mails.into_iter().zip(writers) {
        if let Writer::User(other) = &writer {
            collector.customer(other.clone(), None);
        }
        collector.message(
            id,
            FoundMessage {
                id: Some(mail.id),
                writer,
                at: mail.at,
                content: Message::Email(mail.bytes),
            },
        );
    }
}
