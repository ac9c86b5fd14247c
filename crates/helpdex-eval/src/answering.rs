//! Answers many queries on all cores.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use helpdex::{Audience, Error, ErrorKind, KnowledgeBase, Result, SuggestOptions, Timestamp};

use crate::data_set::JudgedQuery;
use crate::outcome::QueryOutcome;

/// How queries are answered.
pub(crate) struct Answering<'a, N> {
    pub audience: &'a Audience,
    /// When each of them is asked.
    pub now: N,
    pub options: &'a SuggestOptions,
}

/// Answers on all cores; the outcomes are in the order of the queries, and do not depend on how many cores there are.
pub(crate) fn answer_all<N: Fn(&JudgedQuery) -> Timestamp + Sync>(
    knowledge_base: &KnowledgeBase,
    queries: &[&JudgedQuery],
    answering: &Answering<'_, N>,
    progress: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Result<Vec<QueryOutcome>> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let stopped = AtomicBool::new(false);
    let work = || {
        let mut answers = Vec::new();
        while !stopped.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(query) = queries.get(index) else {
                break;
            };
            let answer = knowledge_base.suggest(
                &query.ticket,
                answering.audience,
                (answering.now)(query),
                answering.options,
            )?;
            answers.push((index, QueryOutcome::new(&query.id, answer)));
        }
        Ok(answers)
    };
    let mut answers: Vec<(usize, QueryOutcome)> = Vec::with_capacity(queries.len());
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        while workers.iter().any(|worker| !worker.is_finished()) {
            if progress(next.load(Ordering::Relaxed).min(queries.len())).is_break() {
                stopped.store(true, Ordering::Relaxed);
            }
            thread::sleep(std::time::Duration::from_millis(20));
        }
        for worker in workers {
            let done: Result<Vec<_>> = worker
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            answers.extend(done?);
        }
        Ok::<(), Error>(())
    })?;
    if stopped.into_inner() {
        return Err(Error::new(
            ErrorKind::Interrupted,
            "the evaluation was interrupted",
        ));
    }
    answers.sort_by_key(|(index, _)| *index);
    Ok(answers.into_iter().map(|(_, outcome)| outcome).collect())
}
