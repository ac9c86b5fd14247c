"""The figures of rankings, beside those of trec_eval, and the comparison of two runs."""

import json
import math
import pickle
import random
from collections.abc import Callable, Mapping
from types import MappingProxyType

import pytest
import pytrec_eval

import helpdex
from helpdex.eval import (
    average_precision_at,
    bootstrap_mean,
    compare,
    macro_precision_at_1,
    ndcg_at,
    precision_at,
    recall_at,
    reciprocal_rank_at,
)

Figure = Callable[[int, list[str], Mapping[str, int]], float | None]

WHOLE = 1_000

# What trec_eval calls it, and how deep it looks.
FIGURES: list[tuple[str, Figure, int]] = [
    *[(f"recall_{k}", recall_at, k) for k in (1, 5, 10, 100)],
    *[(f"P_{k}", precision_at, k) for k in (1, 5, 10, 100)],
    *[(f"map_cut_{k}", average_precision_at, k) for k in (5, 10, 100)],
    *[(f"ndcg_cut_{k}", ndcg_at, k) for k in (1, 5, 10, 100)],
    ("map", average_precision_at, WHOLE),
    ("recip_rank", reciprocal_rank_at, WHOLE),
    ("ndcg", ndcg_at, WHOLE),
]


def random_judgements(chance: random.Random) -> tuple[dict[str, dict[str, int]], dict[str, list[str]]]:
    """Return graded qrels and a run: unjudged articles, queries without relevant ones, missing and empty rankings."""
    articles = [f"article-{number}" for number in range(60)]
    qrels, run = {}, {}
    for number in range(200):
        query = f"query-{number}"
        judged = chance.sample(articles, chance.randint(1, 25))
        grades = chance.choice([[0, 1], [0, 0, 0, 1], [0, 1, 2, 3], [-1, 0, 1, 4], [0]])
        qrels[query] = {article: chance.choice(grades) for article in judged}
        if number % 7 != 0:
            run[query] = chance.sample(articles, chance.choice([0, 1, 4, 10, 30, 60]))
    return qrels, run


def with_scores(run: dict[str, list[str]]) -> dict[str, dict[str, float]]:
    """Return the run in the form of pytrec_eval, without ties."""
    return {query: {article: -float(rank) for rank, article in enumerate(ids)} for query, ids in run.items()}


@pytest.mark.parametrize("seed", range(5))
def test_every_figure_of_every_query_agrees_with_trec_eval(seed: int) -> None:
    qrels, run = random_judgements(random.Random(seed))
    measures = {name for name, _, _ in FIGURES}
    theirs = pytrec_eval.RelevanceEvaluator(qrels, measures).evaluate(with_scores(run))
    compared = 0
    for query, grades in qrels.items():
        has_relevant = any(grade > 0 for grade in grades.values())
        for name, figure, k in FIGURES:
            ours = figure(k, run.get(query, []), grades)
            if not has_relevant:
                assert ours is None
                assert theirs.get(query, {}).get(name, 0.0) == 0.0
            elif not run.get(query):
                # trec_eval leaves the query out, or counts 0 when it is told to count all.
                assert ours == 0.0
                assert theirs.get(query, {}).get(name, 0.0) == 0.0
            else:
                assert ours == pytest.approx(theirs[query][name], abs=1e-9, rel=0), (query, name)
                compared += 1
    assert compared > 1_000


@pytest.mark.parametrize("k", [1, 10])
def test_the_reciprocal_rank_of_the_first_k_is_that_of_a_shorter_run(k: int) -> None:
    qrels, run = random_judgements(random.Random(k))
    cut = {query: ids[:k] for query, ids in run.items() if ids}
    theirs = pytrec_eval.RelevanceEvaluator(qrels, {"recip_rank"}).evaluate(with_scores(cut))
    for query in cut:
        ours = reciprocal_rank_at(k, run[query], qrels[query])
        assert (ours or 0.0) == pytest.approx(theirs[query]["recip_rank"], abs=1e-9, rel=0)


def test_every_article_weighs_the_same_in_the_macro_figure() -> None:
    often, seldom = {"a": 1}, {"b": 1}
    # a: two of three; b: none of one.
    tickets = [(["a", "b"], often), (["b", "a"], often), (["a"], often), (["a", "b"], seldom)]
    assert macro_precision_at_1(tickets) == pytest.approx(1 / 3)
    assert macro_precision_at_1(iter([])) is None


def test_any_mapping_and_any_iterable_will_do() -> None:
    assert recall_at(1, ("a" for _ in range(1)), MappingProxyType({"a": 1})) == 1.0


@pytest.mark.parametrize(
    ("k", "ranking", "grades", "message"),
    [
        (0, ["a"], {"a": 1}, "k 0 is out of range; give at least 1"),
        (-1, ["a"], {"a": 1}, "k -1 is out of range"),
        (5, ["a", "b", "a"], {"a": 1}, 'the ranking has "a" twice'),
        (5, ["a"], {"a": 2**32}, "grade 4294967296 is too large"),
    ],
)
def test_values_that_mean_nothing_are_refused(k: int, ranking: list[str], grades: dict[str, int], message: str) -> None:
    for figure in (recall_at, precision_at, reciprocal_rank_at, average_precision_at, ndcg_at):
        with pytest.raises(helpdex.InvalidInputError, match=message):
            figure(k, ranking, grades)


def test_one_string_is_no_ranking() -> None:
    with pytest.raises(TypeError, match="not one string"):
        recall_at(5, "abc", {"a": 1})


def test_an_interval_holds_the_mean_and_repeats_with_its_seed() -> None:
    values = [0.0, 1.0] * 50
    interval = bootstrap_mean(values, seed=7)
    assert interval is not None
    assert interval.low < interval.value == 0.5 < interval.high
    assert bootstrap_mean(iter(values), seed=7) == interval
    assert bootstrap_mean([]) is None
    with pytest.raises(helpdex.InvalidInputError, match="give finite ones"):
        bootstrap_mean([0.5, math.nan])


def test_a_run_is_compared_with_a_baseline_ticket_by_ticket() -> None:
    baseline = {f"t{number}": number / 8 for number in range(3)}
    run = {ticket: value + 0.125 for ticket, value in reversed(baseline.items())}
    found = compare(baseline, run)
    assert found is not None
    assert (found.tickets, found.baseline, found.run) == (3, 0.125, 0.25)
    assert found.difference == helpdex.Interval(0.125, 0.125, 0.125)
    # Of the eight assignments of signs only +++ and --- are as far from 0.
    assert found.p_value == 0.25
    assert compare(baseline, run) == found
    assert pickle.loads(pickle.dumps(found)) == found
    assert json.loads(json.dumps(found.to_dict())) == found.to_dict()


def test_runs_that_are_equal_differ_by_nothing_and_no_tickets_by_none() -> None:
    same = {"a": 0.5, "b": 1.0}
    found = compare(same, same)
    assert found is not None
    assert (found.difference.value, found.p_value) == (0.0, 1.0)
    assert compare({}, {}) is None


def test_runs_over_different_tickets_are_refused() -> None:
    with pytest.raises(
        helpdex.InvalidInputError, match='only the run has ticket "b"; give figures of the same tickets'
    ):
        compare({"a": 0.5}, {"a": 0.5, "b": 0.5})
    with pytest.raises(helpdex.InvalidInputError, match='the run has NaN for ticket "a"'):
        compare({"a": 0.5}, {"a": float("nan")})
