"""Figures of evaluations: frozen values that can be turned into JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from helpdex._moments import _moment


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95% interval.

    Attributes:
        value: The figure.
        low: The lower end.
        high: The upper end.
    """

    value: float
    low: float
    high: float

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {"value": self.value, "low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs over the same tickets, compared by one figure per ticket.

    Attributes:
        tickets: The number of tickets.
        baseline: The mean of the figure in the baseline.
        run: The mean of the figure in the run.
        difference: The mean of run minus baseline, with its 95% interval by bootstrap over the pairs.
        p_value: The probability of a difference at least as large by chance alone, in (0, 1].
    """

    tickets: int
    baseline: float
    run: float
    difference: Interval
    p_value: float

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {
            "tickets": self.tickets,
            "baseline": self.baseline,
            "run": self.run,
            "difference": self.difference.to_dict(),
            "p_value": self.p_value,
        }


@dataclass(frozen=True)
class RankingFigures:
    """Figures of the order of the candidates, as means over answerable tickets; None without such tickets.

    Attributes:
        ndcg_at_10: The nDCG of the first 10.
        mrr_at_10: The mean reciprocal rank of the first 10.
        map_at_10: The mean average precision of the first 10.
        recall_at_5: The recall of the first 5.
        precision_at_1: The share of answerable tickets whose first candidate is relevant.
        macro_precision_at_1: The precision at 1 with the same weight for every article.
    """

    ndcg_at_10: Interval | None
    mrr_at_10: Interval | None
    map_at_10: Interval | None
    recall_at_5: Interval | None
    precision_at_1: Interval | None
    macro_precision_at_1: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return _plain(self)


@dataclass(frozen=True)
class Figures(RankingFigures):
    """The figures of a run. A figure is None when the run has no tickets for it.

    Attributes:
        tickets: The number of tickets.
        answerable: The number of tickets with a relevant article.
        unanswerable: The number of tickets that people marked as unanswerable.
        coverage: The share of tickets with an offer.
        selective_precision: The share of tickets with an offer whose first offered article is relevant.
        any_right_precision: The share of tickets with an offer of which any offered article is relevant.
        false_offer_rate: The share of unanswerable tickets with an offer.
        auroc_answerable: The AUROC of the top probability for telling answerable from unanswerable tickets.
        auroc_answerable_by_kind: The same AUROC against each kind of unanswerable ticket.
        auroc_any_article: The same AUROC of the probability that any article answers.
        auroc_any_article_by_kind: The same AUROC against each kind of unanswerable ticket.
        auroc_right: The AUROC of the top probability for telling right from wrong first candidates.
        calibration_error: The calibration error of the top probability, over all tickets.
        expected_calibration_error: The calibration error of a perfectly calibrated model, by chance.
        brier_score: The Brier score of the top probability.
        brier_score_of_base_rate: The Brier score of always predicting the base rate.
    """

    tickets: int
    answerable: int
    unanswerable: int
    coverage: Interval | None
    selective_precision: Interval | None
    any_right_precision: Interval | None
    false_offer_rate: Interval | None
    auroc_answerable: float | None
    auroc_answerable_by_kind: Mapping[str, float]
    auroc_any_article: float | None
    auroc_any_article_by_kind: Mapping[str, float]
    auroc_right: float | None
    calibration_error: float | None
    expected_calibration_error: float | None
    brier_score: float | None
    brier_score_of_base_rate: float | None


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The coverage and precision of a threshold over the tickets of a run.

    Attributes:
        threshold: The lowest top probability that is shown.
        coverage: The share of tickets with an offer, in (0, 1].
        precision: The share of offers that are right.
        low: The lower end of the precision's 95% interval, for this threshold alone.
        high: The upper end.
    """

    threshold: float
    coverage: float
    precision: float
    low: float
    high: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Tickets with similar top probabilities, and the share of right answers among them.

    Attributes:
        tickets: The number of tickets.
        probability: Their mean top probability.
        right: The share of them whose first candidate is right.
        low: The lower end of its 95% interval.
        high: The upper end.
    """

    tickets: int
    probability: float
    right: float
    low: float
    high: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class LengthBand:
    """The figures of tickets of similar length.

    Attributes:
        min_words: The lowest number of words, after cleaning.
        max_words: The highest number of words; None for the last band.
        figures: The figures of these tickets.
    """

    min_words: int
    max_words: int | None
    figures: Figures

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {"min_words": self.min_words, "max_words": self.max_words, "figures": self.figures.to_dict()}


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """The figures of one period of a back-test.

    Attributes:
        begin: The arrival of its first ticket.
        end: The arrival of its last ticket.
        known_verdicts: The number of verdicts that were known when it began.
        figures: The figures of these tickets.
    """

    begin: datetime
    end: datetime
    known_verdicts: int
    figures: Figures

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {
            "from": _moment(self.begin),
            "until": _moment(self.end),
            "known_verdicts": self.known_verdicts,
            "figures": self.figures.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class ColdFigures:
    """Ranking figures of articles without learned tickets (cold), and of those with them (warm).

    Attributes:
        share: The share of articles whose tickets were not learned.
        cold_tickets: The number of answerable tickets whose right articles are all cold.
        cold: The ranking figures of these tickets.
        warm_tickets: The number of answerable tickets whose right articles are all warm.
        warm: The ranking figures of these tickets.
    """

    share: float
    cold_tickets: int
    cold: RankingFigures
    warm_tickets: int
    warm: RankingFigures

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {
            "share": self.share,
            "cold_tickets": self.cold_tickets,
            "cold": self.cold.to_dict(),
            "warm_tickets": self.warm_tickets,
            "warm": self.warm.to_dict(),
        }


def _plain(figures: RankingFigures) -> dict[str, Any]:
    values = {field.name: getattr(figures, field.name) for field in fields(figures)}
    return {name: value.to_dict() if isinstance(value, Interval) else value for name, value in values.items()}
