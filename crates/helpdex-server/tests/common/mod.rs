//! A service on a free port of the loopback, and a client that sends what a test wants byte by byte.
#![allow(dead_code, reason = "each test uses a part of it")]
#![allow(clippy::unwrap_used, reason = "they are parts of tests")]

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::thread;

use helpdex::{Article, ArticleFields, KnowledgeBase, Visibility};
use helpdex_server::config::{ReaderTokens, ServerKey, SiteKey};
use helpdex_server::{Config, Server};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

/// The secret of the tests' reader tokens.
pub const SECRET: &str = "a secret of the tests, long enough for HS256";
/// The site key of the tests.
pub const SITE: &str = "site_0123456789abcdef";
/// The origin of the site key.
pub const ORIGIN: &str = "https://www.example.com";
/// The server key of the tests.
pub const SERVER: &str = "server_of_the_tests";

/// A service that runs until it is dropped.
pub struct Service {
    pub address: SocketAddr,
    pub folder: TempDir,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

/// A response of the service.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// Makes an article for the tests; one whose id begins with "gold" is for gold members.
pub fn article(id: &str, title: &str, body: &str, visibility: Visibility) -> Article {
    let segments = if id.starts_with("gold") {
        vec!["gold".to_owned()]
    } else {
        Vec::new()
    };
    let fields = ArticleFields {
        id: id.into(),
        locale: "en".into(),
        title: title.into(),
        body: body.into(),
        url: Some(format!("https://help.example.com/{id}")),
        visibility,
        user_segments: segments,
        ..ArticleFields::default()
    };
    Article::new(fields).unwrap()
}

/// Builds a knowledge base with articles of every visibility.
pub fn build(folder: &Path, tenant: Option<&str>) {
    let mut builder = KnowledgeBase::builder(folder);
    if let Some(tenant) = tenant {
        builder = builder.tenant(tenant);
    }
    let mut writer = builder.open_or_create().unwrap().writer().unwrap();
    writer
        .upsert([
            article(
                "card-reader",
                "Your card reader does not turn on",
                "Hold the power button of the card reader for ten seconds.",
                Visibility::Public,
            ),
            article(
                "refund",
                "Refund a payment",
                "Open the payment and choose Refund.",
                Visibility::Public,
            ),
            article(
                "payout",
                "When payouts arrive",
                "A payout arrives on the next working day.",
                Visibility::SignedIn,
            ),
            article(
                "gold-lounge",
                "The lounge of gold members",
                "Gold members enter the airport lounge with their card.",
                Visibility::SignedIn,
            ),
            article(
                "fraud",
                "Fraud checks of chargebacks",
                "Agents hold back chargebacks of suspicious merchants.",
                Visibility::Internal,
            ),
        ])
        .unwrap();
    writer.publish("2026-03-01".parse().unwrap()).unwrap();
}

/// A configuration with a site key, a server key and reader tokens, for the knowledge base in the folder.
pub fn with_keys(folder: &Path) -> Config {
    Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        knowledge_base: Some(folder.to_owned()),
        refresh_ms: 0,
        site_keys: vec![SiteKey {
            id: "form".into(),
            key: SITE.into(),
            tenant: None,
            origins: [ORIGIN.to_owned()].into(),
        }],
        server_keys: vec![ServerKey {
            id: "backend".into(),
            blake3: blake3::hash(SERVER.as_bytes()).to_hex().to_string(),
            tenant: None,
        }],
        reader_tokens: vec![ReaderTokens {
            tenant: None,
            secret: Some(SECRET.into()),
            secret_file: None,
            public_key: None,
        }],
        ..Config::default()
    }
}

/// Returns a configuration without keys for the knowledge base in the folder.
pub fn without_keys(folder: &Path) -> Config {
    Config {
        site_keys: Vec::new(),
        server_keys: Vec::new(),
        reader_tokens: Vec::new(),
        ..with_keys(folder)
    }
}

impl Service {
    /// Starts a service with this configuration of a folder that holds a knowledge base.
    pub fn start(config: impl FnOnce(&Path) -> Config) -> Self {
        let folder = tempfile::tempdir().unwrap();
        build(folder.path(), None);
        Self::start_in(folder, config)
    }

    /// Starts a service with this configuration of a folder.
    pub fn start_in(folder: TempDir, config: impl FnOnce(&Path) -> Config) -> Self {
        let config = config(folder.path());
        Self::run(folder, Server::bind(config))
    }

    /// Starts the demonstration on a folder that holds a knowledge base.
    pub fn demonstrate(folder: TempDir) -> Self {
        let config = without_keys(folder.path());
        Self::run(folder, Server::bind_demonstration(config))
    }

    fn run(folder: TempDir, bind: impl Future<Output = helpdex::Result<Server>>) -> Self {
        let runtime = Runtime::new().unwrap();
        let server = runtime.block_on(bind).unwrap();
        let address = server.address();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = thread::spawn(move || {
            runtime.block_on(server.run(async {
                let _ = stopped.await;
            }));
        });
        Self {
            address,
            folder,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// Sends a request with these header lines and this body.
    pub fn send(&self, request: &str, headers: &[(&str, &str)], body: &str) -> Response {
        let mut text = format!(
            "{request} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
            self.address
        );
        if !body.is_empty() {
            write!(text, "Content-Length: {}\r\n", body.len()).unwrap();
            if !headers
                .iter()
                .any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
            {
                text.push_str("Content-Type: application/json\r\n");
            }
        }
        for (name, value) in headers {
            write!(text, "{name}: {value}\r\n").unwrap();
        }
        text.push_str("\r\n");
        text.push_str(body);
        Response::parse(&self.exchange(text.as_bytes()))
    }

    /// Sends bytes, and returns all that comes back until the service ends the connection.
    pub fn exchange(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        // The service may have refused it before all is sent.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Sends a request with the site key, from a page of its origin.
    pub fn site(&self, request: &str, headers: &[(&str, &str)], body: &str) -> Response {
        let key = format!("Bearer {SITE}");
        let own = [("Authorization", &*key), ("Origin", ORIGIN)];
        self.send(request, &[&own, headers].concat(), body)
    }

    /// Sends a request with the server key, as a program of the host does.
    pub fn server(&self, request: &str, headers: &[(&str, &str)], body: &str) -> Response {
        let key = format!("Bearer {SERVER}");
        self.send(
            request,
            &[&[("Authorization", &*key)], headers].concat(),
            body,
        )
    }

    /// Stops the service and waits for its end.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.end();
    }
}

impl Response {
    /// Reads a response whose body ends with the connection.
    pub fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let status = lines.next().unwrap_or_default();
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let mut response = Self {
            status: status.unwrap_or(0),
            headers,
            body: body.to_owned(),
        };
        if response.header("transfer-encoding") == Some("chunked") {
            response.body = unchunk(body);
        }
        response
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.iter();
        let found = all.find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Asserts the status, and reads the body as JSON.
    #[track_caller]
    pub fn json(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// Asserts a problem of this status and kind.
    #[track_caller]
    pub fn is_problem(&self, status: u16, kind: &str) {
        let body = self.json(status);
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(body["kind"], kind, "{self:?}");
        assert_eq!(body["type"], format!("urn:helpdex:{kind}"));
        assert_eq!(body["status"], status);
    }

    /// Returns the ids of the suggested articles in the response.
    #[track_caller]
    pub fn suggested(&self) -> Vec<String> {
        let body = self.json(200);
        let suggestions = body["suggestions"].as_array().unwrap();
        let ids = suggestions
            .iter()
            .map(|one| one["article_id"].as_str().unwrap());
        ids.map(str::to_owned).collect()
    }
}

fn unchunk(mut body: &str) -> String {
    let mut text = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        if size == 0 {
            break;
        }
        text.push_str(&rest[..size]);
        body = &rest[size + 2..];
    }
    text
}
