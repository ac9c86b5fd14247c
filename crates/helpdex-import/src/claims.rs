//! Decides which record keeps an id that several records claim.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use helpdex::{Error, Locale, Result, Timestamp, Visibility};

use crate::error_list::ErrorList;
use crate::spool::{Spool, Spooled};

/// The claim of an article to its id. The article itself is in the spool.
pub(crate) struct Claim {
    pub id: Box<str>,
    pub article: Spooled,
    pub locale: Locale,
    pub visibility: Visibility,
    pub updated_at: Option<Timestamp>,
    pub path: Rc<PathBuf>,
    /// The line of a record in its file, from 1; `None` when the article is a whole file.
    pub line: Option<usize>,
    /// Whether the id is the one that the path of the file gives.
    pub is_of_path: bool,
    /// Whether the article is a record of an export, which may contain a page twice.
    pub is_record: bool,
    /// Whether the article is internal and its source states no visibility, so that it may have been public.
    pub is_unproven: bool,
}

/// Returns the claims that keep their ids, in their order.
///
/// An id that one claim names is kept. If several files name an id, the file whose path gives the id keeps it; if none
/// or several of the paths do, nobody has the id. So nobody takes an id merely by being read first. If records of an
/// export that name an id are equal, or one of them changed last, one of them is kept.
///
/// `unread` holds the ids of records that cannot be read, with their places; no other record gets those ids.
/// `contested` receives the ids that nobody has.
///
/// # Errors
/// [`Storage`](helpdex::ErrorKind::Storage) when articles that were put away cannot be read.
pub(crate) fn settle(
    claims: Vec<Claim>,
    unread: &BTreeMap<String, PathBuf>,
    spool: &mut Spool,
    skipped: &mut ErrorList,
    contested: &mut BTreeSet<String>,
) -> Result<Vec<Claim>> {
    let mut by_id: Vec<usize> = (0..claims.len()).collect();
    by_id.sort_by(|a, b| claims[*a].id.cmp(&claims[*b].id));
    // For each one that is not kept: its error, or nothing where another one says the same.
    let mut dropped: BTreeMap<usize, Option<Error>> = BTreeMap::new();
    for indices in by_id.chunk_by(|a, b| claims[*a].id == claims[*b].id) {
        let unread = unread.get(&*claims[indices[0]].id).map(PathBuf::as_path);
        if indices.len() == 1 && unread.is_none() {
            continue;
        }
        let newest = if unread.is_none() {
            newest(&claims, indices, spool)?
        } else {
            None
        };
        if let Some(kept) = newest {
            let others = indices.iter().filter(|index| **index != kept);
            dropped.extend(others.map(|index| (*index, None)));
            continue;
        }
        if !refuse(&claims, indices, unread, &mut dropped) {
            contested.insert(claims[indices[0]].id.to_string());
        }
    }
    let mut kept = Vec::with_capacity(claims.len() - dropped.len());
    for (index, claim) in claims.into_iter().enumerate() {
        match dropped.remove(&index) {
            None => kept.push(claim),
            Some(Some(error)) => skipped.push(error),
            Some(None) => {}
        }
    }
    Ok(kept)
}

/// Refuses an id to all claims but the owner's, and notes their errors in `dropped`. The owner is the only claim whose
/// path gives the id; there is none if `unread` names a record that cannot be read. Returns whether there is an owner.
fn refuse(
    claims: &[Claim],
    indices: &[usize],
    unread: Option<&Path>,
    dropped: &mut BTreeMap<usize, Option<Error>>,
) -> bool {
    let mut of_path = indices.iter().filter(|index| claims[**index].is_of_path);
    let owner = of_path.next().filter(|_| of_path.next().is_none());
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
    owner.is_some()
}

/// Returns the record that is kept of several with one id: the one that changed last, or the first of those if they are
/// equal. `None` if that does not decide, or a claim is not a record of an export.
fn newest(claims: &[Claim], indices: &[usize], spool: &mut Spool) -> Result<Option<usize>> {
    let all = || indices.iter().map(|index| &claims[*index]);
    if all().any(|claim| !claim.is_record) {
        return Ok(None);
    }
    let moment = all().map(|claim| claim.updated_at).max().flatten();
    let mut newest = indices
        .iter()
        .filter(|index| claims[**index].updated_at == moment);
    // A record without a moment may be newer than all that have one.
    let is_told = moment.is_none() || all().all(|claim| claim.updated_at.is_some());
    let Some(first) = newest.next().filter(|_| is_told) else {
        return Ok(None);
    };
    let mut article = None;
    for other in newest {
        if article.is_none() {
            article = Some(spool.get(claims[*first].article)?);
        }
        if article != Some(spool.get(claims[*other].article)?) {
            return Ok(None);
        }
    }
    Ok(Some(*first))
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
        .about_article(&claim.id);
    match claim.line {
        Some(line) => error.at_line(line),
        None => error,
    }
}
