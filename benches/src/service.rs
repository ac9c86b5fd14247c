//! A service in a process of its own, and a client that sends requests to it over one connection. For Linux: figures of
//! processes are read from `/proc`.

use std::env;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// The number of ticks of a second in `/proc` (`sysconf(_SC_CLK_TCK)`, 100 on Linux).
const TICKS: f64 = 100.0;

/// The number of bytes of a page of memory in `/proc` (`sysconf(_SC_PAGESIZE)`, 4,096 on x86-64).
const PAGE_BYTES: u64 = 4_096;

/// The process of a service: this program itself, started again with other arguments. It is killed when this is dropped.
pub struct ServiceProcess {
    process: Child,
    /// The address on which it listens.
    pub address: SocketAddr,
}

/// A client with one connection, which stays open.
pub struct Client {
    address: SocketAddr,
    reader: BufReader<TcpStream>,
}

/// An answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status; 0 if there was no status line.
    pub status: u16,
    /// The value of the header `Retry-After`.
    pub retry_after: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

impl ServiceProcess {
    /// Starts this program with arguments, and waits for the address that it prints as its first line.
    ///
    /// # Errors
    /// When it does not start, or prints no address.
    pub fn start(arguments: &[&str]) -> io::Result<Self> {
        let mut process = Command::new(env::current_exe()?)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let address = line.trim().parse().map_err(io::Error::other)?;
        Ok(Self { process, address })
    }

    /// Returns the processor time that the process has used, in seconds.
    ///
    /// # Errors
    /// When `/proc` cannot be read.
    pub fn cpu_seconds(&self) -> io::Result<f64> {
        cpu_seconds(self.process.id())
    }

    /// Returns the bytes of memory that the process holds.
    ///
    /// # Errors
    /// When `/proc` cannot be read.
    pub fn resident_bytes(&self) -> io::Result<u64> {
        let statm = fs::read_to_string(format!("/proc/{}/statm", self.process.id()))?;
        let pages = statm.split_whitespace().nth(1).unwrap_or_default();
        let pages: u64 = pages.parse().map_err(io::Error::other)?;
        Ok(pages * PAGE_BYTES)
    }

    /// Returns the number of files and connections that the process has open.
    ///
    /// # Errors
    /// When `/proc` cannot be read.
    pub fn open_files(&self) -> io::Result<usize> {
        Ok(fs::read_dir(format!("/proc/{}/fd", self.process.id()))?.count())
    }

    /// Kills the process, which is told nothing beforehand.
    ///
    /// # Errors
    /// When it has ended before.
    pub fn kill(&mut self) -> io::Result<()> {
        self.process.kill()?;
        self.process.wait().map(drop)
    }
}

impl Drop for ServiceProcess {
    fn drop(&mut self) {
        // It has ended already, or ends now.
        let _ = self.kill();
    }
}

/// Returns the processor time that a process and its threads have used, in seconds.
///
/// # Errors
/// When `/proc` cannot be read.
pub fn cpu_seconds(process: u32) -> io::Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name of the process stands in parentheses and may have spaces.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: Result<Vec<f64>, _> = ticks.map(str::parse).collect();
    let ticks: f64 = ticks.map_err(io::Error::other)?.iter().sum();
    Ok(ticks / TICKS)
}

/// Reads the clock.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "it measures time")]
pub fn now() -> Instant {
    Instant::now()
}

impl Answer {
    /// Whether the service refuses the request because it is overloaded, and says when to come again.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        self.status == 503 && self.retry_after.is_some()
    }
}

impl Client {
    /// Connects to a service.
    ///
    /// # Errors
    /// When nothing listens there.
    pub fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            address,
            reader: BufReader::new(stream),
        })
    }

    /// Sends a request and waits for the answer. `request` is the method and the path, `headers` are whole lines.
    ///
    /// # Errors
    /// When the connection ends before the answer.
    pub fn send(&mut self, request: &str, headers: &str, body: &str) -> io::Result<Answer> {
        let text = request_text(self.address, request, headers, body);
        self.reader.get_mut().write_all(text.as_bytes())?;
        self.read_answer()
    }

    fn read_answer(&mut self) -> io::Result<Answer> {
        let mut answer = Answer {
            status: 0,
            retry_after: None,
            body: Vec::new(),
        };
        let mut line = String::new();
        loop {
            line.clear();
            if self.reader.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if line.trim_end().is_empty() {
                break;
            }
            if let Some(rest) = line.strip_prefix("HTTP/1.1 ") {
                answer.status = rest
                    .get(..3)
                    .and_then(|code| code.parse().ok())
                    .unwrap_or(0);
            }
            let (name, value) = line.split_once(':').unwrap_or_default();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => answer.body = vec![0; value.trim().parse().unwrap_or(0)],
                "retry-after" => answer.retry_after = Some(value.trim().to_owned()),
                _ => {}
            }
        }
        self.reader.read_exact(&mut answer.body)?;
        Ok(answer)
    }
}

/// Returns the text of a request with a JSON body; `headers` are whole lines, each with its end.
#[must_use]
pub fn request_text(address: SocketAddr, request: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "{request} HTTP/1.1\r\nHost: {address}\r\n{headers}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}
