//! The candidates of an answer, after the rules of support leads.

use std::collections::BTreeSet;

use crate::candidates::pool::{Pool, Ranked};
use crate::clock::Deadline;
use crate::error::Result;
use crate::model::chance::Chance;
use crate::model::ticket_model::Past;
use crate::rules::RuleEffect;
use crate::suggest::applied_rule::AppliedRule;
use crate::suggest::candidate::Candidate;
use crate::suggest::options::RANKING_LIMIT;
use crate::suggest::rules_in_sight::RulesInSight;

/// The number of the best articles that become candidates: more than the ranking holds, because translations of one
/// article take one place.
const KEPT_CANDIDATES: usize = 3 * RANKING_LIMIT;

/// The candidates of an answer after the rules.
pub(super) struct RuledCandidates<'a> {
    /// The pinned ones, in the order of their rules.
    pub pinned: Vec<(AppliedRule, Candidate<'a>)>,
    /// The blocked ones that would be among the best, best first.
    pub blocked: Vec<(AppliedRule, Candidate<'a>)>,
    /// The rest, best first.
    pub ranked: Vec<Candidate<'a>>,
}

/// Returns the best candidates after the rules: the best first, equal ones by id, each the best article of its
/// translation group. Articles that share a group and a locale are not translations of each other, so both may be
/// candidates.
pub(super) fn best_candidates<'a>(
    pool: &'a Pool<'a>,
    ranked: &[Ranked],
    rules: &RulesInSight<'_>,
    past: Option<Past<'_>>,
    deadline: Deadline,
) -> Result<RuledCandidates<'a>> {
    let pinned = rules.pinned_keys();
    let best: Result<Vec<Candidate<'a>>> = (0..)
        .zip(ranked)
        .filter(|(place, ranked)| {
            *place < KEPT_CANDIDATES || pool.article(ranked).is_of_group(&pinned)
        })
        .map(|(_, ranked)| {
            deadline.check()?;
            Candidate::new(pool, ranked)
        })
        .collect();
    let mut best = best?;
    best.sort_by(Candidate::by_probability);
    let mut names = BTreeSet::new();
    best.retain(|candidate| names.insert(candidate.name.clone()));
    let mut found = RuledCandidates::new(best, rules);
    let mut chance = Chance::default();
    #[expect(clippy::cast_possible_truncation)]
    for candidate in found.in_order_mut() {
        chance = chance.and(candidate.chance);
        candidate.cumulative_probability = pool.probability(chance, past) as f32;
    }
    Ok(found)
}

impl<'a> RuledCandidates<'a> {
    /// Takes the pinned and the blocked ones out of the candidates, which are best first.
    fn new(candidates: Vec<Candidate<'a>>, rules: &RulesInSight<'_>) -> Self {
        let mut found = Self {
            pinned: Vec::new(),
            blocked: Vec::new(),
            ranked: Vec::new(),
        };
        for (place, candidate) in candidates.into_iter().enumerate() {
            match rules.on(candidate.keys()) {
                None => found.ranked.push(candidate),
                Some(rule) if rule.effect == RuleEffect::Pin => {
                    found.pinned.push((AppliedRule::of(rule), candidate));
                }
                Some(rule) if place < RANKING_LIMIT => {
                    found.blocked.push((AppliedRule::of(rule), candidate));
                }
                Some(_) => {}
            }
        }
        let pinned = &mut found.pinned;
        pinned.sort_by(|(a, _), (b, _)| a.rule_id.cmp(&b.rule_id));
        pinned.truncate(RANKING_LIMIT);
        found.ranked.truncate(RANKING_LIMIT - pinned.len());
        found
    }

    /// Returns the candidates in the order of the ranking: the pinned ones, then the rest.
    pub(super) fn in_order(&self) -> impl Iterator<Item = &Candidate<'a>> {
        let pinned = self.pinned.iter().map(|(_, candidate)| candidate);
        pinned.chain(&self.ranked)
    }

    fn in_order_mut(&mut self) -> impl Iterator<Item = &mut Candidate<'a>> {
        let pinned = self.pinned.iter_mut().map(|(_, candidate)| candidate);
        pinned.chain(&mut self.ranked)
    }

    /// Returns the rules that changed the answer, those that pin first.
    pub(super) fn applied(&self) -> Vec<AppliedRule> {
        let found = self.pinned.iter().chain(&self.blocked);
        found.map(|(rule, _)| rule.clone()).collect()
    }
}
