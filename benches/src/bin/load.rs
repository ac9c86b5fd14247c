//! Measures the processor time that the service needs beyond the library, and compares it with a service of axum that
//! only echoes. For Linux: it reads the processor time of processes from `/proc`.
//!
//! It prints the processor time of a call of the library, of a request to the service, and of a request to the echo;
//! the latencies of both services at half of their highest rate; and the answers to three times as many clients as the
//! service takes at once.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "counts and microseconds of a measurement are small"
)]

use std::env;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::id;
use std::thread;
use std::time::Duration;

use axum::routing::post;
use axum::{Json, Router};
use helpdex::{Audience, KnowledgeBase, SuggestOptions, Ticket};
use helpdex_benches::service::{Answer, Client, ServiceProcess, cpu_seconds, now};
use helpdex_benches::{NOW, sample_articles};
use helpdex_server::config::Limits;
use helpdex_server::{Config, run_until_signal};
use serde_json::{Value, json};
use tokio::net::TcpListener;

type Failure = Box<dyn std::error::Error>;

/// The text of the ticket that is asked, which is as long as most tickets of the sample corpus.
const TICKET: &str = "Hello, I would like to switch from monthly to yearly payment. What do I save, and is the money \
                      that I paid for this month four days ago lost then?";
/// The number of requests in a measurement.
const REQUESTS: usize = 4_000;
/// The number of clients in a measurement.
const CLIENTS: usize = 4;
/// The number of requests that the service takes at once; three times as many clients exceed it.
const PLACES: usize = 16;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["service", folder] => serve(folder),
        ["echo"] => echo(),
        _ => measure(),
    }
}

fn measure() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let knowledge_base = KnowledgeBase::open_or_create(folder.path())?;
    let mut writer = knowledge_base.writer()?;
    writer.sync(sample_articles("en")?)?;
    writer.publish(NOW)?;
    drop(writer);
    let library_us = library_us(&knowledge_base)?;
    print(&format!(
        "library: {library_us:.0} us of processor time a call"
    ))?;
    let path = folder.path().to_string_lossy().into_owned();
    let echo = ServiceProcess::start(&["echo"])?;
    let echo_figures = Figures::measure(&echo, "echo")?;
    drop(echo);
    let service = ServiceProcess::start(&["service", &path])?;
    let figures = Figures::measure(&service, "service")?;
    overload(&service)?;
    print(&format!(
        "service minus library: {:.0} us; echo: {:.0} us; p99/p50 of the service is {:.2} times the echo's",
        figures.cpu_us - library_us,
        echo_figures.cpu_us,
        figures.ratio / echo_figures.ratio
    ))
}

/// The processor time of a request in microseconds, and p99/p50 of the latency at half of the highest rate.
struct Figures {
    cpu_us: f64,
    ratio: f64,
}

impl Figures {
    fn measure(target: &ServiceProcess, name: &str) -> Result<Self, Failure> {
        // The first requests warm it up.
        ask(target, CLIENTS, REQUESTS / 4, None);
        let before = target.cpu_seconds()?;
        let fastest = ask(target, CLIENTS, REQUESTS, None);
        let cpu_us = (target.cpu_seconds()? - before) * 1e6 / REQUESTS as f64;
        let pause = fastest.took * 2 / (REQUESTS / CLIENTS) as u32;
        let half = ask(target, CLIENTS, REQUESTS, Some(pause));
        let ratio = half.percentile(99) as f64 / half.percentile(50) as f64;
        print(&format!(
            "{name}: {cpu_us:.0} us a request; {:.0} requests/s at most; at half of that p50 {} us, p99 {} us, ratio \
             {ratio:.2}",
            fastest.rate(),
            half.percentile(50),
            half.percentile(99),
        ))?;
        Ok(Self { cpu_us, ratio })
    }
}

/// Asks with three times as many clients as the service takes at once, and compares each answer with the right one.
fn overload(service: &ServiceProcess) -> Result<(), Failure> {
    let right = ask(service, 1, 1, None);
    let right = right.answers.first().ok_or("the service answers")?;
    let many = ask(service, 3 * PLACES, REQUESTS, None);
    let answers = many.answers.iter().map(|(answer, _)| answer);
    let answered = answers.clone().filter(|answer| **answer == right.0).count();
    let refused = answers.filter(|answer| answer.is_refusal()).count();
    print(&format!(
        "overload by {} clients: {answered} answered right, p99 {} us, at most {} us; {refused} refused with 503; {} others",
        3 * PLACES,
        many.percentile(99),
        many.percentile(100),
        many.answers.len() - answered - refused
    ))
}

/// Prints a line to standard output.
fn print(line: &str) -> Result<(), Failure> {
    Ok(writeln!(io::stdout().lock(), "{line}")?)
}

/// Returns the mean processor time of a call of the library, in microseconds.
fn library_us(knowledge_base: &KnowledgeBase) -> Result<f64, Failure> {
    let ticket = Ticket::from_text(TICKET);
    let options = SuggestOptions::default();
    let before = cpu_seconds(id())?;
    for _ in 0..REQUESTS {
        knowledge_base.suggest(&ticket, &Audience::public(), NOW, &options)?;
    }
    Ok((cpu_seconds(id())? - before) * 1e6 / REQUESTS as f64)
}

/// The answers to all requests, each with its duration in microseconds.
struct Answers {
    answers: Vec<(Answer, u64)>,
    took: Duration,
}

impl Answers {
    fn rate(&self) -> f64 {
        self.answers.len() as f64 / self.took.as_secs_f64()
    }

    /// Returns a percentile of the durations of the answers with status 200, in microseconds; 0 without such answers.
    fn percentile(&self, percent: usize) -> u64 {
        let given = self.answers.iter().filter(|one| one.0.status == 200);
        let mut us: Vec<u64> = given.map(|one| one.1).collect();
        us.sort_unstable();
        us.get((us.len() * percent / 100).min(us.len().saturating_sub(1)))
            .copied()
            .unwrap_or(0)
    }
}

/// Sends `requests` requests from `clients` clients. With a `pause`, each client begins a request that long after the one
/// before.
fn ask(
    target: &ServiceProcess,
    clients: usize,
    requests: usize,
    pause: Option<Duration>,
) -> Answers {
    let start = now();
    let address = target.address;
    let threads: Vec<_> = (0..clients)
        .map(|_| thread::spawn(move || ask_as_client(address, requests / clients, pause)))
        .collect();
    let answers = threads.into_iter().map(thread::JoinHandle::join);
    Answers {
        answers: answers.flatten().flatten().flatten().collect(),
        took: start.elapsed(),
    }
}

fn ask_as_client(
    address: SocketAddr,
    requests: usize,
    pause: Option<Duration>,
) -> io::Result<Vec<(Answer, u64)>> {
    let body = json!({ "text": TICKET }).to_string();
    let mut client = Client::connect(address)?;
    let mut answers = Vec::with_capacity(requests);
    for _ in 0..requests {
        let start = now();
        let answer = client.send("POST /v1/suggest", "", &body)?;
        let took = start.elapsed();
        answers.push((answer, u64::try_from(took.as_micros()).unwrap_or(u64::MAX)));
        if let Some(pause) = pause {
            thread::sleep(pause.saturating_sub(took));
        }
    }
    Ok(answers)
}

fn serve(folder: &str) -> Result<(), Failure> {
    let config = Config {
        listen: "127.0.0.1:0".parse()?,
        knowledge_base: Some(folder.into()),
        limits: Limits {
            concurrent_requests: PLACES,
            requests_per_minute_of_key: u32::MAX,
            requests_per_minute_of_address: u32::MAX,
            ..Limits::default()
        },
        ..Config::default()
    };
    run_until_signal(config, |address| {
        // Nobody measures it when this cannot be read.
        let _ = print(&address.to_string());
    })?;
    Ok(())
}

fn echo() -> Result<(), Failure> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        print(&listener.local_addr()?.to_string())?;
        let router = Router::new().route("/v1/suggest", post(async |body: Json<Value>| body));
        Ok(axum::serve(listener, router).await?)
    })
}
