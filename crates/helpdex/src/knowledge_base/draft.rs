//! A ticket that is being written. Its suggestions change only for a clear difference in probability.

use crate::error::Result;
use crate::knowledge_base::snapshot::Snapshot;
use crate::suggest::answer::Suggestions;
use crate::suggest::{Session, suggest};
use crate::ticket::Ticket;

/// A ticket that its customer is writing: suggestions for each longer text, made by
/// [`KnowledgeBase::draft`](crate::KnowledgeBase::draft).
///
/// The first answer is that of [`KnowledgeBase::suggest`](crate::KnowledgeBase::suggest), except for the last digits of
/// scores. Afterwards an article overtakes another one only when it is more probable by over 0.1, and a shown article
/// disappears only when its probability falls 0.1 below the threshold; with a target precision it disappears at the
/// threshold. So the list stays the same while another word says little. The order is kept for translation groups;
/// `ranking` is that of `suggest`, best first.
///
/// Only the new words of a longer text are scored. The scores of all words but the last are kept, which takes 4 bytes
/// for each article. A text that is changed before its end is scored from the start.
///
/// A target precision is promised for `suggest` only, because a draft may keep an article first that is a little less
/// probable than another one. Call `suggest` for the ticket when it is sent.
///
/// All answers come from one generation. Articles that are [denied](crate::KnowledgeBase::deny) meanwhile are no longer
/// shown.
///
/// ```
/// use helpdex::{Article, ArticleFields, Audience, KnowledgeBase, SuggestOptions, Ticket, Visibility};
///
/// let knowledge_base = KnowledgeBase::in_memory();
/// let mut writer = knowledge_base.writer()?;
/// writer.upsert([Article::new(ArticleFields {
///     id: "reset-password".into(),
///     locale: "en".into(),
///     title: "Reset your password".into(),
///     visibility: Visibility::Public,
///     ..ArticleFields::default()
/// })?])?;
/// let now = "2026-03-01".parse()?;
/// writer.publish(now)?;
///
/// let mut draft = knowledge_base.draft(&Audience::public(), now, &SuggestOptions::default())?;
/// assert!(draft.suggest(&Ticket::from_text("Hello, I"))?.offered().is_empty());
/// let answer = draft.suggest(&Ticket::from_text("Hello, I forgot my password"))?;
/// assert_eq!(answer.ranking[0].article_id, "reset-password");
/// # Ok::<(), helpdex::Error>(())
/// ```
pub struct Draft {
    snapshot: Snapshot,
    session: Session,
}

impl Draft {
    pub(super) fn new(snapshot: Snapshot) -> Self {
        Self {
            snapshot,
            session: Session::draft(),
        }
    }

    /// Continues a draft whose reader has these articles on screen, first one first, each by its
    /// [translation group](crate::Suggestion::translation_group): for a service that keeps nothing between the answers of a
    /// draft.
    ///
    /// ```
    /// use helpdex::{Audience, KnowledgeBase, SuggestOptions, Ticket};
    ///
    /// let knowledge_base = KnowledgeBase::in_memory();
    /// let draft = knowledge_base.draft(&Audience::public(), "2026-03-01".parse()?, &SuggestOptions::default())?;
    /// let answer = draft.showing(["refund"]).suggest(&Ticket::from_text("Hello"))?;
    /// assert!(answer.offered().is_empty());
    /// # Ok::<(), helpdex::Error>(())
    /// ```
    #[must_use]
    pub fn showing<S: Into<String>>(
        mut self,
        translation_groups: impl IntoIterator<Item = S>,
    ) -> Self {
        self.session.shown = translation_groups.into_iter().map(Into::into).collect();
        self
    }

    /// Returns the suggestions for the current text of the ticket, which replace the previous ones. The same ticket
    /// again gives the same answer; any other ticket is accepted too, such as a shorter one.
    ///
    /// An answer that the time budget cut off does not change what counts as shown before.
    ///
    /// # Errors
    /// [`Internal`](crate::ErrorKind::Internal) when the index does not hold together: a bug.
    pub fn suggest(&mut self, ticket: &Ticket) -> Result<Suggestions> {
        let question = self.snapshot.question()?;
        suggest(&question, ticket, &mut self.session)
    }
}

#[cfg(test)]
mod tests {
    use crate::audience::Audience;
    use crate::knowledge_base::handle::KnowledgeBase;
    use crate::suggest::options::SuggestOptions;
    use crate::ticket::Ticket;
    use crate::timestamp::Timestamp;

    #[test]
    fn an_answer_that_a_time_budget_cut_off_leaves_what_was_shown() {
        let options = |time_budget_ms| SuggestOptions {
            time_budget_ms,
            ..SuggestOptions::default()
        };
        for (budget, left) in [(Some(0), ["refund".to_owned()].as_slice()), (None, &[])] {
            let knowledge_base = KnowledgeBase::in_memory();
            let now = Timestamp::from_unix_seconds(0);
            let draft = knowledge_base.draft(&Audience::public(), now, &options(budget));
            let mut draft = draft.expect("the options are in range");
            draft.session.shown = vec!["refund".to_owned()];
            let answer = draft.suggest(&Ticket::from_text("refund"));
            assert!(
                answer
                    .expect("any ticket has an outcome")
                    .offered()
                    .is_empty()
            );
            assert_eq!(draft.session.shown, left);
        }
    }
}
