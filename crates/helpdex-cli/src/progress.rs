//! A progress bar on standard error, if that is a terminal.

use std::io::Read;
use std::ops::ControlFlow;

use helpdex::report::Progress;
use indicatif::ProgressStyle;

/// A progress bar, drawn at most 20 times a second, and only on a terminal.
pub(crate) struct ProgressBar(indicatif::ProgressBar);

impl ProgressBar {
    pub(crate) fn new(what: &'static str) -> Self {
        Self::with(what, 0, "{msg} {wide_bar} {pos}/{len} {eta}")
    }

    /// Creates a bar for reading `total` bytes.
    pub(crate) fn of_bytes(what: &'static str, total: u64) -> Self {
        let template = "{msg} {wide_bar} {bytes}/{total_bytes} {eta}";
        Self::with(what, total, template)
    }

    fn with(what: &'static str, total: u64, template: &str) -> Self {
        let bar = indicatif::ProgressBar::new(total).with_message(what);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// Returns a reader that counts its bytes in the bar.
    pub(crate) fn count_read<R: Read>(&self, reader: R) -> impl Read + use<R> {
        self.0.wrap_read(reader)
    }

    /// Shows the progress and never stops the work: Ctrl-C ends the process and leaves a knowledge base unchanged.
    pub(crate) fn show(&self, progress: Progress) -> ControlFlow<()> {
        self.0.set_length(progress.total as u64);
        self.0.set_position(progress.done as u64);
        ControlFlow::Continue(())
    }

    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
