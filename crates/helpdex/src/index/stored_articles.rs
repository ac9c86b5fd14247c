//! The texts with which articles are shown, in the form in which a class file stores them.

use helpdex_text::Locale;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::storage::bytes::Bytes;
use crate::storage::class_file::{ClassFile, ClassFileBuilder, damaged};

/// The title and other data with which an article is shown, without its sections; read for every candidate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "HeadRecord", into = "HeadRecord")]
pub(crate) struct StoredHead {
    pub id: String,
    pub translation_group: String,
    pub title: String,
    pub url: Option<String>,
    pub state: Option<String>,
}

/// A [`StoredHead`] in its stored form, without the values that most articles do not have.
#[derive(Serialize, Deserialize)]
struct HeadRecord {
    id: String,
    /// The translation group; `None` when it is the article's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    translation_group: Option<String>,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
}

impl From<StoredHead> for HeadRecord {
    fn from(head: StoredHead) -> Self {
        let is_named = head.translation_group != head.id;
        Self {
            translation_group: is_named.then_some(head.translation_group),
            id: head.id,
            title: head.title,
            url: head.url,
            state: head.state,
        }
    }
}

impl From<HeadRecord> for StoredHead {
    fn from(record: HeadRecord) -> Self {
        let group = record.translation_group;
        Self {
            translation_group: group.unwrap_or_else(|| record.id.clone()),
            id: record.id,
            title: record.title,
            url: record.url,
            state: record.state,
        }
    }
}

/// A section with which an article is shown; read only for articles that are shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredSection {
    pub heading: String,
    pub anchor: Option<String>,
    pub passages: Vec<String>,
    /// The ranges of lines that are blocks of code, counted over all passages together: the first line, and the line
    /// behind the last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub code: Vec<(u32, u32)>,
}

/// Returns a passage with its section, by the number of the passage in the article.
pub(crate) fn find_passage(
    sections: &[StoredSection],
    number: usize,
) -> Option<(&StoredSection, &str)> {
    sections
        .iter()
        .flat_map(|section| section.passages.iter().map(move |text| (section, &**text)))
        .nth(number)
}

/// JSON values, one for each article, which are read one at a time.
pub(crate) struct Records {
    ends: Vec<u64>,
    data: Bytes,
}

impl Records {
    pub(super) fn open(
        file: &ClassFile,
        locale: &Locale,
        name: &str,
        articles: usize,
    ) -> Result<Self> {
        let ends = file.part(&format!("{locale}/{name}_ends"))?;
        let data = file.part(&format!("{locale}/{name}"))?;
        let ends: Vec<u64> = ends
            .as_chunks::<8>()
            .0
            .iter()
            .map(|chunk| u64::from_le_bytes(*chunk))
            .collect();
        if !ends.is_sorted() || ends.last().copied().unwrap_or(0) != data.len() as u64 {
            return Err(damaged("its articles have the wrong size"));
        }
        if ends.len() != articles {
            return Err(damaged("its articles do not match its columns"));
        }
        Ok(Self { ends, data })
    }

    pub(crate) fn bytes(&self, article: u32) -> &[u8] {
        let index = article as usize;
        let start = index.checked_sub(1).map_or(0, |before| self.end(before));
        &self.data[start..self.end(index)]
    }

    fn end(&self, index: usize) -> usize {
        usize::try_from(self.ends[index]).unwrap_or(usize::MAX)
    }

    pub(super) fn read<T: DeserializeOwned>(&self, article: u32) -> Result<T> {
        from_json(self.bytes(article))
    }
}

pub(super) fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|_| damaged("an article cannot be read"))
}

/// Collects the values that are stored as [`Records`].
#[derive(Default)]
pub(crate) struct RecordsBuilder {
    ends: Vec<u8>,
    data: Vec<u8>,
}

impl RecordsBuilder {
    pub(crate) fn add(&mut self, record: &[u8]) {
        self.data.extend_from_slice(record);
        self.ends
            .extend_from_slice(&(self.data.len() as u64).to_le_bytes());
    }

    pub(crate) fn finish(self, locale: &Locale, name: &str, file: &mut ClassFileBuilder) {
        file.add(format!("{locale}/{name}_ends"), &self.ends);
        file.add(format!("{locale}/{name}"), &self.data);
    }
}
