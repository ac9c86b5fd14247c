//! A progress bar on standard error, when that is a terminal.

use std::ops::ControlFlow;

use helpdex::Progress;
use indicatif::ProgressStyle;

/// Drawn at most 20 times a second; nothing where standard error is no terminal.
pub(crate) struct ProgressBar(indicatif::ProgressBar);

impl ProgressBar {
    pub(crate) fn new(what: &'static str) -> Self {
        let bar = indicatif::ProgressBar::new(0).with_message(what);
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// Never asks to stop: Ctrl-C ends the process, and a knowledge base is as it was before.
    pub(crate) fn show(&self, progress: Progress) -> ControlFlow<()> {
        self.0.set_length(progress.total as u64);
        self.0.set_position(progress.done as u64);
        ControlFlow::Continue(())
    }

    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
