//! A preview: the knowledge base as the next publish would make it, in memory.

use std::ops::ControlFlow;

use crate::error::{Error, Result};
use crate::knowledge_base::handle::KnowledgeBase;
use crate::knowledge_base::models::ModelSource;
use crate::knowledge_base::open_options::OpenOptions;
use crate::knowledge_base::writer::Writer;
use crate::storage::store::Store;
use crate::timestamp::Timestamp;

impl Writer {
    /// Returns a knowledge base that answers as this one would after a [`publish`](Self::publish): with the changes, and with
    /// the models that a publish keeps. It exists in memory only and cannot be changed; the knowledge base itself stays as it
    /// was. It has no logs.
    ///
    /// It takes the time of a publish and the memory of the knowledge base.
    ///
    /// ```
    /// use helpdex::{Article, ArticleFields, Audience, KnowledgeBase, Visibility};
    ///
    /// let knowledge_base = KnowledgeBase::in_memory();
    /// let mut writer = knowledge_base.writer()?;
    /// let now = "2026-03-01".parse()?;
    /// writer.publish(now)?;
    /// writer.upsert([Article::new(ArticleFields {
    ///     id: "pin".into(),
    ///     locale: "en".into(),
    ///     title: "Reset your PIN".into(),
    ///     visibility: Visibility::Public,
    ///     ..ArticleFields::default()
    /// })?])?;
    /// let preview = writer.preview(now)?;
    /// assert_eq!(preview.article_count(&Audience::public(), now), 1);
    /// assert_eq!(knowledge_base.article_count(&Audience::public(), now), 0);
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`publish`](Self::publish), and [`InvalidInput`](crate::ErrorKind::InvalidInput) before the first publish.
    pub fn preview(&self, now: Timestamp) -> Result<KnowledgeBase> {
        if self.knowledge_base.generation() == 0 {
            return Err(Error::invalid(
                "nothing has been published that a change could be compared with; publish first",
            ));
        }
        let store = Store::in_memory();
        let mut go_on = |_| ControlFlow::Continue(());
        let ready = self.get_ready(&store, now, &ModelSource::Before, &mut go_on)?;
        let generation = ready.prepared.commit(&store, now)?;
        ready.settled.write(&store)?;
        let options = OpenOptions {
            read_only: true,
            ..OpenOptions::default()
        };
        Ok(KnowledgeBase {
            embedder: self.knowledge_base.embedder.clone(),
            ..KnowledgeBase::with(store, options, Some(ready.settled), generation)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::article::Article;
    use crate::article::fields::ArticleFields;
    use crate::audience::{Audience, Visibility};
    use crate::suggest::answer::Suggestions;
    use crate::suggest::options::SuggestOptions;
    use crate::ticket::Ticket;

    use super::*;

    fn article(id: &str, title: &str) -> Article {
        let fields = ArticleFields {
            id: id.into(),
            locale: "en".into(),
            title: title.into(),
            visibility: Visibility::Public,
            ..ArticleFields::default()
        };
        Article::new(fields).unwrap()
    }

    fn answer(knowledge_base: &KnowledgeBase) -> Suggestions {
        let ticket = Ticket::from_text("how do I get the invoice of my order as PDF");
        let options = SuggestOptions {
            hide_elapsed: true,
            ..SuggestOptions::default()
        };
        let now = Timestamp::from_unix_seconds(0);
        let answer = knowledge_base.suggest(&ticket, &Audience::public(), now, &options);
        answer.unwrap()
    }

    #[test]
    fn a_preview_answers_as_the_publish_after_it_and_leaves_the_folder_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let now = Timestamp::from_unix_seconds(0);
        let knowledge_base = KnowledgeBase::open_or_create(folder.path()).unwrap();
        let mut writer = knowledge_base.writer().unwrap();
        assert!(writer.preview(now).is_err());
        let first = [article("pin", "Reset your PIN"), article("pay", "Pay late")];
        writer.upsert(first).unwrap();
        writer.publish(now).unwrap();
        let before = answer(&knowledge_base);
        let names = || {
            let entries = fs::read_dir(folder.path()).unwrap();
            let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        };
        let names_before = names();
        writer
            .upsert([article("invoice", "Invoice of an order as PDF")])
            .unwrap();
        let preview = writer.preview(now).unwrap();
        assert_eq!(names(), names_before);
        assert_eq!(answer(&knowledge_base), before);
        let previewed = answer(&preview);
        assert_eq!(previewed.ranking[0].article_id, "invoice");
        assert!(preview.writer().is_err() && !preview.refresh().unwrap());
        writer.publish(now).unwrap();
        assert_eq!(answer(&knowledge_base), previewed);
    }
}
