//! Which file has an id that several name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error_list::ErrorList;
use helpdex::Article;
use helpdex::Error;

/// An article of a file of its own.
pub(super) struct Claim {
    pub article: Article,
    pub path: PathBuf,
    /// Whether the id is the one that its path gives.
    pub is_of_path: bool,
}

/// Returns the articles whose ids no other file claims. When several files claim one id, the file whose path gives the
/// id keeps it; if none or several do, none keeps it. So no file can take an id by being read first. `unread` are the
/// unreadable files, by the ids that their paths give, which no other file may take meanwhile. The order of the files
/// stays.
pub(super) fn settle(
    claims: Vec<Claim>,
    unread: &BTreeMap<String, PathBuf>,
    skipped: &mut ErrorList,
) -> Vec<Article> {
    let mut of_id: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, claim) in claims.iter().enumerate() {
        of_id.entry(claim.article.id()).or_default().push(index);
    }
    let mut errors: BTreeMap<usize, Error> = BTreeMap::new();
    for (id, indices) in &of_id {
        let unread = unread.get(*id).map(PathBuf::as_path);
        let of_path: Vec<usize> = indices
            .iter()
            .copied()
            .filter(|index| claims[*index].is_of_path)
            .collect();
        let owner = of_path.first().filter(|_| of_path.len() == 1);
        let owner = owner.filter(|_| unread.is_none());
        for index in indices.iter().filter(|index| Some(*index) != owner) {
            let others = indices.iter().filter(|other| *other != index);
            let mut others = others.map(|other| claims[*other].path.as_path());
            let of_owner = owner.map(|owner| claims[*owner].path.as_path());
            if let Some(other) = of_owner.or(unread).or_else(|| others.next()) {
                errors.insert(*index, refused(&claims[*index], other, owner.is_none()));
            }
        }
    }
    let mut articles = Vec::new();
    for (index, claim) in claims.into_iter().enumerate() {
        match errors.remove(&index) {
            None => articles.push(claim.article),
            Some(error) => skipped.push(error),
        }
    }
    articles
}

fn refused(claim: &Claim, other: &Path, is_lost: bool) -> Error {
    let other = other.display();
    let message = if is_lost {
        format!(
            "{other} has the same id, so that neither has it; give each article an id of its own"
        )
    } else {
        format!("the id is that of {other} by its path; give each article an id of its own")
    };
    Error::invalid(message)
        .at_path(&claim.path)
        .about_article(claim.article.id())
}
