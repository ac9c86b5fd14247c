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
use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio, id};
use std::thread;
use std::time::{Duration, Instant};

use axum::routing::post;
use axum::{Json, Router};
use helpdex::{Audience, KnowledgeBase, SuggestOptions, Ticket};
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
/// The number of ticks of a second in `/proc` (`sysconf(_SC_CLK_TCK)`, 100 on Linux).
const TICKS: f64 = 100.0;

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
    let mut results = Vec::new();
    for arguments in [&["echo"][..], &["service", &path]] {
        let target = Target::start(arguments)?;
        // The first requests warm it up.
        target.ask(CLIENTS, REQUESTS / 4, None);
        let before = cpu_seconds(target.process.id())?;
        let fastest = target.ask(CLIENTS, REQUESTS, None);
        let cpu_us = (cpu_seconds(target.process.id())? - before) * 1e6 / REQUESTS as f64;
        let pause = fastest.took * 2 / (REQUESTS / CLIENTS) as u32;
        let half = target.ask(CLIENTS, REQUESTS, Some(pause));
        print(&format!(
            "{}: {cpu_us:.0} us a request; {:.0} requests/s at most; at half of that p50 {} us, p99 {} us, ratio {:.2}",
            arguments[0],
            fastest.rate(),
            half.percentile(50),
            half.percentile(99),
            half.percentile(99) as f64 / half.percentile(50) as f64
        ))?;
        results.push((
            cpu_us,
            half.percentile(99) as f64 / half.percentile(50) as f64,
        ));
        if arguments.len() > 1 {
            let many = target.ask(3 * PLACES, REQUESTS, None);
            let answered = many.count(200);
            print(&format!(
                "overload by {} clients: {answered} answered, p99 {} us; {} refused with 503; {} others",
                3 * PLACES,
                many.percentile(99),
                many.count(503),
                many.answers.len() - answered - many.count(503)
            ))?;
        }
    }
    let [(echo_us, echo_ratio), (service_us, service_ratio)] = results[..] else {
        return Err("both are measured".into());
    };
    let over_us = service_us - library_us;
    print(&format!(
        "service minus library: {over_us:.0} us; echo: {echo_us:.0} us; p99/p50 of the service is {:.2} times the echo's",
        service_ratio / echo_ratio
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

/// Returns the processor time that a process and its threads have used, in seconds.
fn cpu_seconds(process: u32) -> Result<f64, Failure> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name of the process stands in parentheses and may have spaces.
    let (_, fields) = stat.rsplit_once(')').ok_or("no name in /proc")?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks: f64 = fields[11].parse::<f64>()? + fields[12].parse::<f64>()?;
    Ok(ticks / TICKS)
}

/// The process of a service that is measured.
struct Target {
    process: Child,
    address: SocketAddr,
}

impl Target {
    fn start(arguments: &[&str]) -> Result<Self, Failure> {
        let mut process = Command::new(env::current_exe()?)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().ok_or("standard output is a pipe")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let address = line.trim().parse()?;
        Ok(Self { process, address })
    }

    /// Sends `requests` requests from `clients` clients. With a `pause`, each client waits that long after every
    /// answer.
    fn ask(&self, clients: usize, requests: usize, pause: Option<Duration>) -> Answers {
        let start = now();
        let address = self.address;
        let threads: Vec<_> = (0..clients)
            .map(|_| thread::spawn(move || ask(address, requests / clients, pause)))
            .collect();
        let answers = threads.into_iter().map(thread::JoinHandle::join);
        let answers: Vec<(u16, u64)> = answers.flatten().flatten().flatten().collect();
        Answers {
            answers,
            took: start.elapsed(),
        }
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        // It has ended already, or ends now.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The status and the duration, in microseconds, of each answer.
struct Answers {
    answers: Vec<(u16, u64)>,
    took: Duration,
}

impl Answers {
    fn rate(&self) -> f64 {
        self.answers.len() as f64 / self.took.as_secs_f64()
    }

    fn count(&self, status: u16) -> usize {
        self.answers.iter().filter(|one| one.0 == status).count()
    }

    /// Returns a percentile of the durations of the answers with status 200, in microseconds; 0 without such answers.
    fn percentile(&self, percent: usize) -> u64 {
        let given = self.answers.iter().filter(|one| one.0 == 200);
        let mut us: Vec<u64> = given.map(|one| one.1).collect();
        us.sort_unstable();
        us.get((us.len() * percent / 100).min(us.len().saturating_sub(1)))
            .copied()
            .unwrap_or(0)
    }
}

fn ask(
    address: SocketAddr,
    requests: usize,
    pause: Option<Duration>,
) -> Result<Vec<(u16, u64)>, io::Error> {
    let body = json!({ "text": TICKET }).to_string();
    let request = format!(
        "POST /v1/suggest HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut answers = Vec::with_capacity(requests);
    for _ in 0..requests {
        let start = now();
        stream.write_all(request.as_bytes())?;
        let status = read_answer(&mut reader)?;
        let took = start.elapsed();
        answers.push((status, u64::try_from(took.as_micros()).unwrap_or(u64::MAX)));
        if let Some(pause) = pause {
            thread::sleep(pause.saturating_sub(took));
        }
    }
    Ok(answers)
}

fn read_answer(reader: &mut BufReader<TcpStream>) -> Result<u16, io::Error> {
    let (mut status, mut length) = (0, 0);
    let mut line = String::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        if line.trim_end().is_empty() {
            break;
        }
        if let Some(rest) = line.strip_prefix("HTTP/1.1 ") {
            status = rest[..3].parse().unwrap_or(0);
        }
        if let Some(rest) = line.to_lowercase().strip_prefix("content-length:") {
            length = rest.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(status)
}

#[expect(clippy::disallowed_methods, reason = "it measures time")]
fn now() -> Instant {
    Instant::now()
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
