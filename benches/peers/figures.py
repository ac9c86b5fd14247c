"""The figures of run.py: pure functions over what the workers said."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple


class Ratio(NamedTuple):
    """A ratio in several rounds."""

    median: float
    least: float
    most: float


def percentile(values: Sequence[float], share: float) -> float:
    """Returns the smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def least_of_rounds(rounds: Sequence[Sequence[float]]) -> list[float]:
    """Returns the least time of each query; a query counts that at least one round reached."""
    longest = max(len(times) for times in rounds)
    return [min(times[query] for times in rounds if query < len(times)) for query in range(longest)]


def ratio(rounds: Sequence[Sequence[float]], base: Sequence[Sequence[float]]) -> Ratio:
    """Returns how the medians of each round compare, over the queries that both reached."""
    ratios = []
    for times, base_times in zip(rounds, base, strict=True):
        both = min(len(times), len(base_times))
        ratios.append(median(times[:both]) / median(base_times[:both]))
    return Ratio(median(ratios), min(ratios), max(ratios))


def overlap(found: Sequence[Sequence[str]], reference: Sequence[Sequence[str]]) -> float | None:
    """Returns the mean share of the reference's articles that are found too; None where the reference has none."""
    pairs = [(set(ids), set(wanted)) for ids, wanted in zip(found, reference, strict=False) if wanted]
    if not pairs:
        return None
    return sum(len(ids & wanted) / len(wanted) for ids, wanted in pairs) / len(pairs)


def median_difference(times: Sequence[float], base: Sequence[float]) -> float:
    """Returns the median over queries of how much longer they take."""
    return median(time - base_time for time, base_time in zip(times, base, strict=False))


def exponent(time: float, base_time: float, size: float, base_size: float) -> float:
    """Returns the power of the size with which the time grows."""
    return math.log(time / base_time) / math.log(size / base_size)
