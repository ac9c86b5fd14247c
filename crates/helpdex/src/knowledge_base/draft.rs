//! A ticket that is being written: suggestions that move for a clear gap only.

use crate::error::Result;
use crate::knowledge_base::snapshot::Snapshot;
use crate::suggest::answer::Suggestions;
use crate::suggest::{Session, suggest};
use crate::ticket::Ticket;

/// A ticket that its customer is writing: suggestions for each longer text, made by
/// [`KnowledgeBase::draft`](crate::KnowledgeBase::draft).
///
/// The first answer is that of [`KnowledgeBase::suggest`](crate::KnowledgeBase::suggest), but for the last digits of scores.
/// Afterwards an article overtakes another one only when it is more probable by over 0.1, and one that is shown goes only
/// when its probability falls 0.1 below the threshold; with a target precision it goes at the threshold. So the list stands
/// still while a word more says little. The order is kept for translation groups; `ranking` is that of `suggest`, best first.
///
/// Of the words of a longer text only the new ones are scored: what all of them but the last score is kept, 4 bytes for each
/// article. Where the text is changed before its end, it is scored anew.
///
/// What is promised of a target precision is promised of `suggest`: a draft may keep an article first that is a little less
/// probable than another one. Ask `suggest` for the ticket once it is sent.
///
/// Answers come from one generation. What is [denied](crate::KnowledgeBase::deny) meanwhile is not shown any more.
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

    /// Returns the suggestions for the current text of the ticket, which replace the previous ones. The same ticket
    /// again gives the same answer; any other ticket is accepted too, such as a shorter one.
    ///
    /// An answer that a time budget cut off leaves what was shown before as it was.
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
