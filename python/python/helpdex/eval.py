"""Figures of rankings over judged tickets, and the paired comparison of two runs: those that `evaluate` reports.

    >>> import helpdex.eval
    >>> grades = {"t1": {"pin": 1}, "t2": {"refund": 1}}
    >>> run = {"t1": ["pin", "refund"], "t2": ["pin", "refund"]}
    >>> by_ticket = {t: helpdex.eval.reciprocal_rank_at(10, run[t], grades[t]) for t in run}
    >>> by_ticket
    {'t1': 1.0, 't2': 0.5}
    >>> baseline = {"t1": 0.5, "t2": 0.5}
    >>> helpdex.eval.compare(baseline, by_ticket).difference.value
    0.25

They agree with `trec_eval`. A ticket without a relevant article has no figure, where `trec_eval` counts 0: it says
nothing about the ranking.
"""

from helpdex._figures import Comparison, Interval
from helpdex._helpdex import (
    average_precision_at,
    bootstrap_mean,
    compare,
    macro_precision_at_1,
    ndcg_at,
    precision_at,
    recall_at,
    reciprocal_rank_at,
)

__all__ = [
    "Comparison",
    "Interval",
    "average_precision_at",
    "bootstrap_mean",
    "compare",
    "macro_precision_at_1",
    "ndcg_at",
    "precision_at",
    "recall_at",
    "reciprocal_rank_at",
]
