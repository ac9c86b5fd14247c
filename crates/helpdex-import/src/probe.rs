//! A first look at an input, from which its source is detected.

use crate::input::{Input, InputFile};

/// The most files whose beginnings are read.
const MAX_FILES_READ: usize = 300;
/// The fewest and the most bytes that are read from the beginning of each file: the first record of an export may have
/// a long text before the keys that tell its source.
const MIN_HEAD_BYTES: usize = 16 << 10;
const MAX_HEAD_BYTES: usize = 1 << 20;
/// The bytes that are read of all files together, where they are few.
const ALL_HEAD_BYTES: usize = 4 << 20;

/// The paths of an input, and the beginnings of some of its files.
pub(crate) struct Probe<'a> {
    pub input: &'a Input,
    /// The files from which the source is detected.
    pub files: Vec<&'a InputFile>,
    /// Each file that was looked into, with its beginning as text.
    heads: Vec<(&'a InputFile, String)>,
}

impl<'a> Probe<'a> {
    /// Makes a probe of all files of an input.
    pub(crate) fn new(input: &'a Input) -> Self {
        Self::of(input, |_| true)
    }

    /// Makes a probe of the files of an input for which `passes` holds.
    pub(crate) fn of(input: &'a Input, passes: impl Fn(&InputFile) -> bool) -> Self {
        let files: Vec<&InputFile> = input.files.iter().filter(|file| passes(file)).collect();
        let is_text = |file: &&InputFile| {
            !input.has_folders
                || file.may_be_read()
                || matches!(file.ending().as_str(), "yaml" | "yml")
                || file.is_about_the_others()
        };
        let texts: Vec<&InputFile> = files.iter().copied().filter(is_text).collect();
        // Evenly from everywhere, so that many files of one folder do not hide the others.
        let step = texts.len().div_ceil(MAX_FILES_READ).max(1);
        let head_bytes = ALL_HEAD_BYTES / texts.len().max(1);
        let head_bytes = head_bytes.clamp(MIN_HEAD_BYTES, MAX_HEAD_BYTES);
        let heads = texts
            .into_iter()
            .step_by(step)
            .filter_map(|file| {
                let head = file.head(head_bytes).ok()?;
                Some((file, String::from_utf8_lossy(&head).into_owned()))
            })
            .collect();
        Self {
            input,
            files,
            heads,
        }
    }

    /// Whether there are pages of documentation, apart from those that are about the other files, such as a README.
    pub(crate) fn has_pages(&self) -> bool {
        const PAGES: [&str; 7] = ["md", "mdx", "markdown", "html", "htm", "rst", "adoc"];
        self.files
            .iter()
            .any(|file| PAGES.contains(&file.ending().as_str()) && !file.is_about_the_others())
    }

    /// Returns the first path for which `passes` holds.
    pub(crate) fn path(&self, passes: impl Fn(&str) -> bool) -> Option<&str> {
        let mut paths = self.files.iter().map(|file| file.path.as_str());
        paths.find(|path| passes(path))
    }

    /// Whether a hidden file or folder with this name lies at the top of the input.
    pub(crate) fn has_hidden(&self, name: &str) -> bool {
        self.input.has_folders && self.input.root.join(name).exists()
    }

    /// Counts the files with one of these name endings.
    pub(crate) fn count(&self, endings: &[&str]) -> usize {
        let files = self.files.iter();
        files
            .filter(|file| endings.contains(&file.ending().as_str()))
            .count()
    }

    /// Counts the files with one of these name endings whose beginning satisfies `passes`, among those that were looked
    /// into. No endings: all files.
    pub(crate) fn count_heads(&self, endings: &[&str], passes: impl Fn(&str) -> bool) -> usize {
        let heads = self.heads.iter();
        heads
            .filter(|(file, head)| {
                (endings.is_empty() || endings.contains(&file.ending().as_str())) && passes(head)
            })
            .count()
    }

    /// Returns the path of the first JSON file whose beginning contains all of these keys.
    pub(crate) fn json_with(&self, keys: &[&str]) -> Option<&str> {
        let mut heads = self.heads.iter().filter(|(file, head)| {
            let is_json = matches!(file.ending().as_str(), "json" | "jsonl" | "ndjson");
            is_json || (!self.input.has_folders && head.trim_start().starts_with(['{', '[']))
        });
        heads
            .find(|(_, head)| keys.iter().all(|key| head.contains(&format!("\"{key}\""))))
            .map(|(file, _)| file.path.as_str())
    }

    /// Returns the path of the first file for whose beginning `passes` holds.
    pub(crate) fn head_with(&self, passes: impl Fn(&InputFile, &str) -> bool) -> Option<&str> {
        self.heads
            .iter()
            .find(|(file, head)| passes(file, head))
            .map(|(file, _)| file.path.as_str())
    }
}
