//! Groups of tickets that are alike, by average linkage.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::options::GapOptions;
use super::vectors::Vector;

/// The number of most similar tickets that a ticket may be joined with at first.
const NEIGHBOURS: usize = 20;

/// Two groups that may become one.
struct Pair {
    similarity: f64,
    left: usize,
    right: usize,
}

/// A group: the sum of its vectors, its tickets, and the groups that it may be joined with.
struct Group {
    sum: BTreeMap<u32, f64>,
    members: Vec<usize>,
    neighbours: BTreeSet<usize>,
}

/// Groups tickets: joins the two groups of the greatest average cosine until none reaches the least one. The average over
/// all pairs of tickets of two groups is the dot product of the sums of their vectors, divided by the number of pairs; so it
/// is exact, though only pairs of groups with neighbouring tickets are looked at.
///
/// Returns the tickets of each group in order.
pub(super) fn groups(vectors: &[Vector], options: &GapOptions) -> Vec<Vec<usize>> {
    let neighbours = neighbours(vectors, options.min_similarity);
    let mut groups: Vec<Option<Group>> = vectors
        .iter()
        .enumerate()
        .map(|(number, vector)| {
            Some(Group {
                sum: vector.0.iter().copied().collect(),
                members: vec![number],
                neighbours: BTreeSet::new(),
            })
        })
        .collect();
    let mut heap = BinaryHeap::new();
    for pair in neighbours {
        for (one, other) in [(pair.left, pair.right), (pair.right, pair.left)] {
            if let Some(group) = &mut groups[one] {
                group.neighbours.insert(other);
            }
        }
        heap.push(pair);
    }
    while let Some(pair) = heap.pop() {
        // A group that was joined lives on under another number.
        if groups[pair.left].is_none() || groups[pair.right].is_none() {
            continue;
        }
        let (Some(left), Some(right)) = (groups[pair.left].take(), groups[pair.right].take())
        else {
            continue;
        };
        let new = groups.len();
        let mut joined = join(left, right);
        joined.neighbours.remove(&pair.left);
        joined.neighbours.remove(&pair.right);
        joined.neighbours.retain(|other| groups[*other].is_some());
        for &other in &joined.neighbours {
            let Some(group) = &mut groups[other] else {
                continue;
            };
            group.neighbours.insert(new);
            let similarity = average(&joined, group);
            if similarity >= options.min_similarity {
                heap.push(Pair {
                    similarity,
                    left: other,
                    right: new,
                });
            }
        }
        groups.push(Some(joined));
    }
    groups
        .into_iter()
        .flatten()
        .map(|group| group.members)
        .collect()
}

/// Returns the most similar tickets of each ticket, as pairs; each pair once.
fn neighbours(vectors: &[Vector], min_similarity: f64) -> Vec<Pair> {
    let mut postings: BTreeMap<u32, Vec<(usize, f64)>> = BTreeMap::new();
    for (number, vector) in vectors.iter().enumerate() {
        for (dimension, weight) in &vector.0 {
            postings
                .entry(*dimension)
                .or_default()
                .push((number, *weight));
        }
    }
    let mut found = BTreeMap::new();
    let mut scores = vec![0.0; vectors.len()];
    for (number, vector) in vectors.iter().enumerate() {
        let mut touched = Vec::new();
        for (dimension, weight) in &vector.0 {
            for (other, other_weight) in &postings[dimension] {
                if scores[*other] == 0.0 {
                    touched.push(*other);
                }
                scores[*other] += weight * other_weight;
            }
        }
        let mut similar: Vec<Pair> = Vec::new();
        for other in touched {
            let similarity = std::mem::take(&mut scores[other]);
            if other != number && similarity >= min_similarity {
                similar.push(Pair {
                    similarity,
                    left: number.min(other),
                    right: number.max(other),
                });
            }
        }
        similar.sort_by(|a, b| b.cmp(a));
        similar.truncate(NEIGHBOURS);
        for pair in similar {
            found
                .entry((pair.left, pair.right))
                .or_insert(pair.similarity);
        }
    }
    found
        .into_iter()
        .map(|((left, right), similarity)| Pair {
            similarity,
            left,
            right,
        })
        .collect()
}

fn join(mut left: Group, right: Group) -> Group {
    for (dimension, weight) in right.sum {
        *left.sum.entry(dimension).or_insert(0.0) += weight;
    }
    left.members.extend(right.members);
    left.members.sort_unstable();
    left.neighbours.extend(right.neighbours);
    left
}

#[expect(clippy::cast_precision_loss, reason = "counts of tickets")]
fn average(left: &Group, right: &Group) -> f64 {
    let (few, many) = if left.sum.len() <= right.sum.len() {
        (&left.sum, &right.sum)
    } else {
        (&right.sum, &left.sum)
    };
    let products = few
        .iter()
        .filter_map(|(dimension, weight)| Some(weight * many.get(dimension)?));
    let sum: f64 = products.sum();
    sum / (left.members.len() * right.members.len()) as f64
}

impl PartialEq for Pair {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Pair {}

impl PartialOrd for Pair {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Pair {
    /// The most similar pair is the greatest; of equal ones that of the lower numbers.
    fn cmp(&self, other: &Self) -> Ordering {
        let by_similarity = self.similarity.total_cmp(&other.similarity);
        by_similarity.then_with(|| (other.left, other.right).cmp(&(self.left, self.right)))
    }
}
