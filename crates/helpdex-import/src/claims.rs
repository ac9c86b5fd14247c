//! Which record has an id that several name.

use std::collections::BTreeMap;
use std::path::PathBuf;

use helpdex::{Article, Error, Timestamp};

use crate::error_list::ErrorList;

/// An article of a file or a record.
pub(crate) struct Claim {
    pub article: Article,
    pub path: PathBuf,
    /// The line of a record.
    pub line: Option<usize>,
    /// Whether the id is the one that its path gives.
    pub is_of_path: bool,
    /// Whether it is a record of an export, in which a page may come twice.
    pub is_record: bool,
    /// Whether its source does not say who may see it.
    pub is_unproven: bool,
}

/// Returns the articles whose ids nobody else names. Of several files that name one id, the one keeps it whose path gives it;
/// where none is, or several are, none has it. So nobody takes an id by a file that is read first. `unread` are the records
/// that cannot be read, by the ids that they have: nobody else takes those meanwhile. Of records of an export that say the
/// same, or of which one changed last, one is kept. The order stays.
pub(crate) fn settle(
    claims: Vec<Claim>,
    unread: &BTreeMap<String, PathBuf>,
    skipped: &mut ErrorList,
) -> Vec<Article> {
    let mut of_id: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, claim) in claims.iter().enumerate() {
        of_id.entry(claim.article.id()).or_default().push(index);
    }
    // For each one that is not kept: its error, or nothing where another one says the same.
    let mut dropped: BTreeMap<usize, Option<Error>> = BTreeMap::new();
    for (id, indices) in &of_id {
        let unread = unread.get(*id).map(PathBuf::as_path);
        if indices.len() == 1 && unread.is_none() {
            continue;
        }
        if let Some(kept) = newest(&claims, indices).filter(|_| unread.is_none()) {
            dropped.extend(
                indices
                    .iter()
                    .filter(|index| **index != kept)
                    .map(|index| (*index, None)),
            );
            continue;
        }
        let of_path: Vec<usize> = indices
            .iter()
            .copied()
            .filter(|index| claims[*index].is_of_path)
            .collect();
        let owner = of_path.first().filter(|_| of_path.len() == 1);
        let owner = owner.filter(|_| unread.is_none());
        for index in indices.iter().filter(|index| Some(*index) != owner) {
            let others = indices.iter().filter(|other| *other != index);
            let mut others = others.map(|other| place(&claims[*other]));
            let of_owner = owner.map(|owner| place(&claims[*owner]));
            let of_unread = unread.map(|path| path.display().to_string());
            if let Some(other) = of_owner.or(of_unread).or_else(|| others.next()) {
                let error = refused(&claims[*index], &other, owner.is_none());
                dropped.insert(*index, Some(error));
            }
        }
    }
    let mut articles = Vec::new();
    for (index, claim) in claims.into_iter().enumerate() {
        match dropped.remove(&index) {
            None => articles.push(claim.article),
            Some(Some(error)) => skipped.push(error),
            Some(None) => {}
        }
    }
    articles
}

/// Returns the record that stands for all: one of equal ones, or the one that changed last.
fn newest(claims: &[Claim], indices: &[usize]) -> Option<usize> {
    let first = *indices.first()?;
    let all = indices.iter().map(|index| &claims[*index]);
    if all.clone().any(|claim| !claim.is_record) {
        return None;
    }
    if all
        .clone()
        .all(|claim| claim.article == claims[first].article)
    {
        return Some(first);
    }
    let changed: Option<Vec<Timestamp>> =
        all.map(|claim| claim.article.fields().updated_at).collect();
    let changed = changed?;
    let last = changed.iter().max()?;
    let is_alone = changed.iter().filter(|at| *at == last).count() == 1;
    let position = changed.iter().position(|at| at == last)?;
    is_alone.then(|| indices[position])
}

fn place(claim: &Claim) -> String {
    match claim.line {
        Some(line) => format!("{}:{line}", claim.path.display()),
        None => claim.path.display().to_string(),
    }
}

fn refused(claim: &Claim, other: &str, is_lost: bool) -> Error {
    let message = if is_lost {
        format!(
            "{other} has the same id, so that neither has it; give each article an id of its own"
        )
    } else {
        format!("the id is that of {other} by its path; give each article an id of its own")
    };
    let error = Error::invalid(message)
        .at_path(&claim.path)
        .about_article(claim.article.id());
    match claim.line {
        Some(line) => error.at_line(line),
        None => error,
    }
}
