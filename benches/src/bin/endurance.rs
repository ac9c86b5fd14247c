//! Runs the service for a while with everything that may disturb it: every second a publish, a denial or its end, and a
//! client that breaks off. Meanwhile clients ask and report events. For Linux: it reads the memory of a process from
//! `/proc`.
//!
//! It checks every answer: an article shows the text of the generation that the answer names, and one that is denied is
//! in no answer that was asked for after the denial. In the end it kills the process and looks for every event that was
//! acknowledged. It prints figures, and fails when something is wrong. `--seconds 600` is the default.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use helpdex::{Article, ArticleFields, KnowledgeBase, Visibility};
use helpdex_benches::service::{Answer, Client, ServiceProcess, now, request_text};
use helpdex_benches::{NOW, sample_articles};
use helpdex_server::config::{Limits, ServerKey};
use helpdex_server::{Config, new_server_key, run_until_signal};
use serde_json::{Value, json};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The words that only the article that is published again and again has.
const NOTICE: &str = "ferry timetable of the harbour island";
/// The words that only the article that is denied again and again has.
const DENIED: &str = "velodrome skating permit";
/// The number of clients that ask.
const ASKERS: usize = 2;
/// The pause between two requests of a client, and between two reports of events.
const PAUSE: Duration = Duration::from_millis(10);
/// The pause between two changes, and between two clients that break off.
const SECOND: Duration = Duration::from_secs(1);

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["service", folder, hash] => serve(folder, hash),
        ["--seconds", seconds] => run(seconds.parse()?),
        [] => run(600),
        _ => Err("give nothing, or --seconds and a number".into()),
    }
}

/// The state that all threads share.
struct Run {
    address: SocketAddr,
    /// The header line with the server key.
    authorization: String,
    is_over: AtomicBool,
    /// The number in the title of the notice, by generation.
    notices: Mutex<BTreeMap<u64, u64>>,
    denials: Mutex<Denial>,
    acknowledged: Mutex<BTreeSet<String>>,
    answers: AtomicUsize,
    refusals: AtomicUsize,
    publishes: AtomicUsize,
    broken_off: AtomicUsize,
    faults: Mutex<Vec<String>>,
}

/// Whether an article is denied now. While that changes, it is neither.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Denial {
    /// The number of changes that began.
    begun: u64,
    /// The number of changes that were acknowledged; the article is denied after an odd number.
    done: u64,
}

fn run(seconds: u64) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let knowledge_base = KnowledgeBase::open_or_create(folder.path())?;
    let mut writer = knowledge_base.writer()?;
    writer.sync(sample_articles("en")?)?;
    writer.upsert([
        article("notice", &notice_title(0), NOTICE)?,
        article("denied", "Permits", DENIED)?,
    ])?;
    let generation = writer.publish(NOW)?.generation;
    drop(writer);
    drop(knowledge_base);
    let (key, hash) = new_server_key()?;
    let path = folder.path().to_string_lossy().into_owned();
    let mut service = ServiceProcess::start(&["service", &path, &hash])?;
    let run = Run {
        address: service.address,
        authorization: format!("Authorization: Bearer {key}\r\n"),
        is_over: AtomicBool::new(false),
        notices: Mutex::new([(generation, 0)].into()),
        denials: Mutex::new(Denial { begun: 0, done: 0 }),
        acknowledged: Mutex::default(),
        answers: AtomicUsize::new(0),
        refusals: AtomicUsize::new(0),
        publishes: AtomicUsize::new(0),
        broken_off: AtomicUsize::new(0),
        faults: Mutex::default(),
    };
    let memory = run.disturb(&service, seconds)?;
    service.kill()?;
    let lost = run.lost(folder.path())?;
    run.print(&memory, lost)
}

impl Run {
    /// Runs all threads for some seconds. Returns the megabytes of memory and the number of open files of the service, ten
    /// times.
    fn disturb(
        &self,
        service: &ServiceProcess,
        seconds: u64,
    ) -> Result<Vec<(u64, usize)>, Failure> {
        thread::scope(|scope| {
            for number in 0..ASKERS {
                scope.spawn(move || self.keep(&format!("asker {number}"), PAUSE, Self::ask));
            }
            scope.spawn(|| self.keep("events", PAUSE, Self::report));
            scope.spawn(|| self.keep("changes", SECOND, Self::change));
            scope.spawn(|| self.keep("clients that break off", SECOND, Self::break_off));
            let mut memory = Vec::new();
            for _ in 0..10 {
                thread::sleep(Duration::from_secs(seconds) / 10);
                memory.push((service.resident_bytes()? / 1_000_000, service.open_files()?));
            }
            self.is_over.store(true, SeqCst);
            Ok(memory)
        })
    }

    /// Does something again and again until the run is over; a failure ends it and is a fault.
    fn keep(
        &self,
        name: &str,
        pause: Duration,
        step: fn(&Self, &mut Client, u64) -> Result<(), Failure>,
    ) {
        let done = Client::connect(self.address)
            .map_err(Failure::from)
            .and_then(|mut client| {
                let mut number = 0;
                while !self.is_over.load(SeqCst) {
                    step(self, &mut client, number)?;
                    number += 1;
                    thread::sleep(pause);
                }
                Ok(())
            });
        if let Err(error) = done {
            self.fault(format!("{name}: {error}"));
        }
    }

    /// Asks for the notice or for the article that is denied at times, and checks the answer.
    fn ask(&self, client: &mut Client, number: u64) -> Result<(), Failure> {
        let text = if number.is_multiple_of(2) {
            NOTICE
        } else {
            DENIED
        };
        let before = *lock(&self.denials);
        let start = now();
        let answer = self.send(client, "POST /v1/suggest", &json!({ "text": text }))?;
        let took = start.elapsed();
        let after = *lock(&self.denials);
        if answer.is_refusal() {
            self.refusals.fetch_add(1, SeqCst);
            return Ok(());
        }
        if answer.status != 200 || took > 2 * SECOND {
            self.fault(format!("status {} after {took:?}", answer.status));
            return Ok(());
        }
        self.answers.fetch_add(1, SeqCst);
        let body: Value = serde_json::from_slice(&answer.body)?;
        let first = &body["suggestions"][0];
        if text == NOTICE {
            let generation = body["generation"].as_u64().unwrap_or(0);
            // A generation may answer before the client that published it is told.
            let expected = lock(&self.notices).get(&generation).copied();
            let is_right = match expected {
                Some(number) => first["title"] == notice_title(number),
                None => first["article_id"] == "notice",
            };
            if !is_right {
                self.fault(format!("generation {generation} answers {first}"));
            }
        } else if before == after && before.begun == before.done {
            let is_shown = first["article_id"] == "denied";
            if is_shown != before.done.is_multiple_of(2) {
                self.fault(format!(
                    "after {} changes of the denial: {first}",
                    before.done
                ));
            }
        }
        Ok(())
    }

    /// Publishes another text of the notice, or denies the other article or allows it again.
    fn change(&self, client: &mut Client, number: u64) -> Result<(), Failure> {
        if number % 2 == 1 {
            let mut denials = lock(&self.denials);
            denials.begun += 1;
            let is_denial = denials.begun % 2 == 1;
            drop(denials);
            let body = json!({ "ids": ["denied"], "allow": !is_denial });
            self.succeed(client, "POST /v1/deny", &body)?;
            lock(&self.denials).done += 1;
            return Ok(());
        }
        let count = number / 2 + 1;
        let article = json!({ "id": "notice", "locale": "en", "visibility": "public", "title": notice_title(count),
            "body": NOTICE });
        self.succeed(
            client,
            "PUT /v1/articles",
            &json!({ "articles": [article] }),
        )?;
        let published = self.succeed(client, "POST /v1/publish", &json!({}))?;
        let generation = published["generation"].as_u64().unwrap_or(0);
        lock(&self.notices).insert(generation, count);
        self.publishes.fetch_add(1, SeqCst);
        Ok(())
    }

    /// Reports an event, and keeps its key once it is acknowledged.
    fn report(&self, client: &mut Client, number: u64) -> Result<(), Failure> {
        let key = format!("event {number}");
        let event =
            json!({ "interaction": "clicked", "articles": ["notice"], "session": key, "key": key });
        let answer = self.send(client, "POST /v1/events", &json!({ "events": [event] }))?;
        match answer.status {
            200 => drop(lock(&self.acknowledged).insert(key)),
            503 => drop(self.refusals.fetch_add(1, SeqCst)),
            status => self.fault(format!("an event got the status {status}")),
        }
        Ok(())
    }

    /// Sends a part of a request, or all of it, and breaks off without reading the answer.
    fn break_off(&self, _: &mut Client, number: u64) -> Result<(), Failure> {
        let body = json!({ "text": NOTICE }).to_string();
        let text = request_text(self.address, "POST /v1/suggest", &self.authorization, &body);
        let parts = [10, text.len() - body.len(), text.len() - 3, text.len()];
        let part = parts[usize::try_from(number)? % parts.len()];
        let mut stream = TcpStream::connect(self.address)?;
        stream.write_all(&text.as_bytes()[..part])?;
        self.broken_off.fetch_add(1, SeqCst);
        Ok(())
    }

    fn send(&self, client: &mut Client, request: &str, body: &Value) -> io::Result<Answer> {
        client.send(request, &self.authorization, &body.to_string())
    }

    /// Sends a request until it is not refused as overloaded or because of another change.
    fn succeed(&self, client: &mut Client, request: &str, body: &Value) -> Result<Value, Failure> {
        loop {
            let answer = self.send(client, request, body)?;
            match answer.status {
                200 => return Ok(serde_json::from_slice(&answer.body)?),
                409 | 503 => thread::sleep(PAUSE),
                status => return Err(format!("{request} got the status {status}").into()),
            }
        }
    }

    fn fault(&self, fault: String) {
        lock(&self.faults).push(fault);
    }

    /// Returns the number of events that were acknowledged and are not in the log.
    fn lost(&self, folder: &Path) -> Result<usize, Failure> {
        let knowledge_base = KnowledgeBase::open(folder)?;
        let mut kept = BTreeSet::new();
        for event in knowledge_base.events()? {
            kept.extend(event?.key);
        }
        Ok(lock(&self.acknowledged).difference(&kept).count())
    }

    fn print(&self, memory: &[(u64, usize)], lost: usize) -> Result<(), Failure> {
        let faults = lock(&self.faults);
        let (megabytes, files): (Vec<u64>, Vec<usize>) = memory.iter().copied().unzip();
        writeln!(
            io::stdout().lock(),
            "answers: {}, refused with 503: {}, wrong or late: {}\nevents acknowledged: {}, lost: {lost}\n\
             publishes: {}, changes of a denial: {}, clients that broke off: {}\nMB of memory: {megabytes:?}\n\
             open files: {files:?}",
            self.answers.load(SeqCst),
            self.refusals.load(SeqCst),
            faults.len(),
            lock(&self.acknowledged).len(),
            self.publishes.load(SeqCst),
            lock(&self.denials).done,
            self.broken_off.load(SeqCst),
        )?;
        match faults.first() {
            Some(first) => Err(format!("{} faults, the first: {first}", faults.len()).into()),
            None if lost > 0 => Err(format!("{lost} acknowledged events are lost").into()),
            None => Ok(()),
        }
    }
}

fn notice_title(number: u64) -> String {
    format!("Notice {number}")
}

fn article(id: &str, title: &str, body: &str) -> Result<Article, Failure> {
    Ok(Article::new(ArticleFields {
        id: id.into(),
        locale: "en".into(),
        title: title.into(),
        body: body.into(),
        visibility: Visibility::Public,
        ..ArticleFields::default()
    })?)
}

/// Locks a mutex; a thread that panicked has reported nothing that is wrong.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn serve(folder: &str, hash: &str) -> Result<(), Failure> {
    let config = Config {
        listen: "127.0.0.1:0".parse()?,
        knowledge_base: Some(folder.into()),
        limits: Limits {
            requests_per_minute_of_key: u32::MAX,
            ..Limits::default()
        },
        server_keys: vec![ServerKey {
            id: "endurance".into(),
            blake3: hash.into(),
            tenant: None,
        }],
        ..Config::default()
    };
    run_until_signal(config, |address| {
        // Nobody asks when this cannot be read.
        let _ = writeln!(io::stdout().lock(), "{address}");
    })?;
    Ok(())
}
