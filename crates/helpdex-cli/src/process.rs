//! A running program that answers lines by lines.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use helpdex::{Error, Result};

/// The most bytes of a line that a program writes: 64 vectors of 8,192 numbers with 25 digits each.
const MAX_LINE_BYTES: u64 = 16 << 20;

/// A program with its two pipes. It is ended when this is dropped.
pub(crate) struct Process {
    child: Child,
    input: Option<ChildStdin>,
    /// The lines that it writes; a thread of its own reads them, so that waiting for one can end.
    lines: Receiver<Vec<u8>>,
}

impl Process {
    /// Starts a command line by the shell of the system.
    pub(crate) fn start(command_line: &str) -> Result<Self> {
        let mut command = shell(command_line);
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = started.map_err(|error| {
            Error::invalid(format!(
                "the program {command_line:?} cannot be started: {error}; correct the command"
            ))
            .caused_by(error)
        })?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let (sender, lines) = sync_channel(1);
        if let Some(output) = output {
            thread::spawn(move || {
                let mut output = BufReader::new(output);
                while let Some(line) = next_line(&mut output) {
                    if sender.send(line).is_err() {
                        return;
                    }
                }
            });
        }
        Ok(Self {
            child,
            input,
            lines,
        })
    }

    /// Writes a line and returns the one that the program answers with; `patience` is how long it may take, `None` for as long
    /// as it likes. After an error the process is in no known state.
    pub(crate) fn ask(&mut self, line: &[u8], patience: Option<Duration>) -> Result<Vec<u8>> {
        let input = self.input.as_mut().ok_or_else(ended)?;
        input
            .write_all(line)
            .and_then(|()| input.flush())
            .map_err(|_| ended())?;
        match patience {
            None => self.lines.recv().map_err(|_| ended()),
            Some(patience) => self
                .lines
                .recv_timeout(patience)
                .map_err(|error| match error {
                    RecvTimeoutError::Disconnected => ended(),
                    RecvTimeoutError::Timeout => Error::invalid(format!(
                        "the program did not answer within {} seconds",
                        patience.as_secs()
                    )),
                }),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Without its input it ends by itself; the shell that started it does not wait.
        drop(self.input.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ended() -> Error {
    Error::invalid("the program has ended; its messages say why")
}

fn shell(command_line: &str) -> Command {
    let (program, flag) = if cfg!(windows) {
        ("cmd", "/C")
    } else {
        ("sh", "-c")
    };
    let mut command = Command::new(program);
    command.arg(flag).arg(command_line);
    command
}

/// Returns the next line; `None` at the end, and for a line that is longer than any answer.
fn next_line(output: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    output
        .take(MAX_LINE_BYTES)
        .read_until(b'\n', &mut line)
        .ok()?;
    (line.last() == Some(&b'\n')).then_some(line)
}
