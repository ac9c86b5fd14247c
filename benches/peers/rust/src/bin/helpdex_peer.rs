//! Helpdex as a peer. The mode `words` goes from a text to the best ids by words alone; `suggest` is the full path of a
//! ticket; `learned` is the same after 1,000 solved tickets.

use std::path::Path;

use helpdex::{
    Article as HelpdexArticle, ArticleFields, Audience, BodyFormat, Decision, KnowledgeBase, Locale,
    SuggestOptions, Ticket, Visibility,
};
use helpdex_benches::{NOW, SEED, feedback_events};
use helpdex_peers::{Article, Peer, Query, Result, articles};

const SOLVED_TICKETS: usize = 1_000;

struct Helpdex {
    knowledge_base: KnowledgeBase,
    is_words: bool,
    audience: Audience,
    options: SuggestOptions,
}

impl Helpdex {
    fn new(mode: &str, knowledge_base: KnowledgeBase) -> Self {
        Self {
            knowledge_base,
            is_words: mode == "words",
            audience: Audience::internal(),
            // All that is asked of them is shown, with passages and explanations.
            options: SuggestOptions {
                limit: 5,
                decision: Decision::MinProbability(0.0),
                ..SuggestOptions::default()
            },
        }
    }
}

fn checked(article: Article) -> Result<HelpdexArticle> {
    let visibility = match article.visibility.as_str() {
        "public" => Visibility::Public,
        "signed_in" => Visibility::SignedIn,
        _ => Visibility::Internal,
    };
    Ok(HelpdexArticle::new(ArticleFields {
        id: article.id,
        locale: article.locale,
        title: article.title,
        body: article.body,
        format: BodyFormat::Markdown,
        visibility,
        ..ArticleFields::default()
    })?)
}

impl Peer for Helpdex {
    fn build(mode: &str, file: &Path, folder: &Path) -> Result<()> {
        let knowledge_base = KnowledgeBase::open_or_create(folder)?;
        let mut failed = None;
        let read = articles(file)?.map_while(|article| {
            let article = article.and_then(checked);
            article.map_err(|error| failed = Some(error)).ok()
        });
        let mut writer = knowledge_base.writer()?;
        writer.upsert(read)?;
        if let Some(error) = failed {
            return Err(error);
        }
        if mode == "learned" {
            let articles: Result<Vec<_>> = articles(file)?.map(|a| checked(a?)).collect();
            knowledge_base.learn(feedback_events(&articles?, SOLVED_TICKETS, SEED))?;
        }
        writer.publish(NOW)?;
        writer.train(NOW)?;
        Ok(())
    }

    fn open(mode: &str, folder: &Path) -> Result<Self> {
        Ok(Self::new(mode, KnowledgeBase::open(folder)?))
    }

    fn open_for_changes(mode: &str, folder: &Path) -> Result<Self> {
        Ok(Self::new(mode, KnowledgeBase::open_or_create(folder)?))
    }

    fn answer(&mut self, query: &Query) -> Result<Vec<String>> {
        let locale: Locale = query.locale.parse()?;
        if self.is_words {
            let ids =
                self.knowledge_base
                    .search_words(&query.text, &locale, &self.audience, NOW, 5)?;
            return Ok(ids);
        }
        let ticket = Ticket {
            locale: Some(locale),
            ..Ticket::from_text(&query.text)
        };
        let answer = self
            .knowledge_base
            .suggest(&ticket, &self.audience, NOW, &self.options)?;
        let best = answer.ranking.into_iter().take(5);
        Ok(best.map(|article| article.article_id).collect())
    }

    fn change(&mut self, article: Article) -> Result<()> {
        let mut writer = self.knowledge_base.writer()?;
        writer.upsert([checked(article)?])?;
        writer.publish(NOW)?;
        Ok(())
    }
}

fn main() -> Result<()> {
    helpdex_peers::run::<Helpdex>()
}
