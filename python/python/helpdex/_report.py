"""The report of an evaluation, and its construction from the JSON of the compiled module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from helpdex._answers import MatchedTerm, Reason
from helpdex._figures import (
    ColdFigures,
    CurvePoint,
    Figures,
    Interval,
    LengthBand,
    PeriodFigures,
    RankingFigures,
    ReliabilityBin,
)
from helpdex._moments import _datetime
from helpdex._target import (
    ChosenThreshold,
    Grounds,
    NoThreshold,
    SharePrecision,
    TargetReport,
    Threshold,
    UnlinkedChoice,
)


@dataclass(frozen=True, slots=True)
class QueryOutcome:
    """The answer to one query of a data set.

    Attributes:
        query_id: The id of the query.
        outcome: `offered` or `abstained`.
        reason: The reason for abstaining, or None.
        offered: Ids of the articles that were offered, best first.
        ranking: Up to 10 articles, best first, offered or not: pairs of id and probability.
        elapsed_us: The time of the answer, in microseconds.
    """

    query_id: str
    outcome: Literal["offered", "abstained"]
    reason: Reason | None
    offered: tuple[str, ...]
    ranking: tuple[tuple[str, float], ...]
    elapsed_us: int

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON: a line of `helpdex eval --outcomes`."""
        return {
            "query_id": self.query_id,
            "outcome": self.outcome,
            "reason": self.reason,
            "offered": list(self.offered),
            "ranking": [{"id": id, "probability": probability} for id, probability in self.ranking],
            "elapsed_us": self.elapsed_us,
        }


@dataclass(frozen=True, slots=True)
class ExplainedArticle:
    """An article and its relation to a ticket.

    Attributes:
        id: The id of the article.
        title: The title; None when the data set does not have the article or it is empty.
        grade: The relevance grade; 0 when it is not relevant.
        rank: The rank from 1; None when it is not among the first 10.
        probability: The probability that it answers the ticket, in (0, 1); None when it is not among the first 10.
        matched_terms: The ticket's words that the article has, in their order.
    """

    id: str
    title: str | None
    grade: int
    rank: int | None
    probability: float | None
    matched_terms: tuple[MatchedTerm, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {
            "id": self.id,
            "title": self.title,
            "grade": self.grade,
            "rank": self.rank,
            "probability": self.probability,
            "matched_terms": [term.to_dict() for term in self.matched_terms],
        }


@dataclass(frozen=True, slots=True)
class WorstTicket:
    """A ticket whose relevant articles are not ranked first; its `repr` leaves out the extract.

    Attributes:
        query_id: The id of the query.
        extract: The beginning of the cleaned ticket, on one line of at most 100 characters.
        ndcg_at_10: The nDCG@10 of its ranking.
        outcome: `offered` or `abstained`.
        reason: The reason for abstaining, or None.
        expected: The most relevant article that is ranked too low.
        first: The first article of the ranking; None when no article matched.
    """

    query_id: str
    extract: str = field(repr=False)
    ndcg_at_10: float
    outcome: Literal["offered", "abstained"]
    reason: Reason | None
    expected: ExplainedArticle
    first: ExplainedArticle | None

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {
            "query_id": self.query_id,
            "extract": self.extract,
            "ndcg_at_10": self.ndcg_at_10,
            "outcome": self.outcome,
            "reason": self.reason,
            "expected": self.expected.to_dict(),
            "first": None if self.first is None else self.first.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a run over one split of a data set, and the answers behind them.

    Attributes:
        split: The name of the split.
        learned: Whether it learned from the train split.
        articles: The number of articles that were searched.
        empty_articles: The number of empty articles, which were left out.
        figures: The figures of Helpdex.
        figures_by_id: The same where only the judged article itself counts as right, no copy and no translation of it.
        popularity: The ranking figures of the articles with the most train tickets; None without train tickets.
        plain_bm25: The ranking figures of BM25 over title and body as one field.
        target: The thresholds chosen for the target precision; None without a target.
        curve: Precision and coverage at thresholds of the top probability, strictest first; at most 50 points.
        reliability: The reliability of the top probability by bins, lowest first; at most 10.
        cold: The ranking figures of cold and warm articles; None unless `cold` was given.
        by_locale: The figures by locale of the ticket: the declared one, else the detected one.
        by_length: The figures by number of words, fewest first; lengths without tickets are left out.
        by_period: The figures of each part of the time of a back-test, oldest first; empty for `evaluate`.
        worst: The answerable tickets with the lowest nDCG@10, at most 10 and only those below 1, worst first.
        outcomes: One entry a query, in the order of the data set.
    """

    split: str
    learned: bool
    articles: int
    empty_articles: int
    figures: Figures
    figures_by_id: Figures
    popularity: RankingFigures | None
    plain_bm25: RankingFigures
    target: TargetReport | None
    curve: tuple[CurvePoint, ...]
    reliability: tuple[ReliabilityBin, ...]
    cold: ColdFigures | None
    by_locale: Mapping[str, Figures]
    by_length: tuple[LengthBand, ...]
    by_period: tuple[PeriodFigures, ...]
    worst: tuple[WorstTicket, ...]
    outcomes: tuple[QueryOutcome, ...]

    def __repr__(self) -> str:
        """Return the split and its size; `to_dict` has the figures."""
        return f"Report(split={self.split!r}, articles={self.articles}, tickets={self.figures.tickets})"

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as plain values, ready for JSON: what `helpdex eval --json` prints."""
        return {
            "split": self.split,
            "learned": self.learned,
            "articles": self.articles,
            "empty_articles": self.empty_articles,
            "figures": self.figures.to_dict(),
            "figures_by_id": self.figures_by_id.to_dict(),
            "popularity": None if self.popularity is None else self.popularity.to_dict(),
            "plain_bm25": self.plain_bm25.to_dict(),
            "target": None if self.target is None else self.target.to_dict(),
            "curve": [point.to_dict() for point in self.curve],
            "reliability": [of_bin.to_dict() for of_bin in self.reliability],
            "cold": None if self.cold is None else self.cold.to_dict(),
            "by_locale": {locale: figures.to_dict() for locale, figures in self.by_locale.items()},
            "by_length": [band.to_dict() for band in self.by_length],
            **({"by_period": [period.to_dict() for period in self.by_period]} if self.by_period else {}),
            "worst": [ticket.to_dict() for ticket in self.worst],
        }


def report_from_json(report: dict[str, Any], outcomes: list[dict[str, Any]]) -> Report:
    """Make a report of what the compiled module measured; a figure unknown here is a TypeError."""
    popularity, target = report.pop("popularity"), report.pop("target")
    return Report(
        figures=_figures(report.pop("figures")),
        figures_by_id=_figures(report.pop("figures_by_id")),
        popularity=None if popularity is None else RankingFigures(**_with_intervals(popularity)),
        plain_bm25=RankingFigures(**_with_intervals(report.pop("plain_bm25"))),
        target=None if target is None else _target(target),
        curve=tuple(CurvePoint(**point) for point in report.pop("curve")),
        reliability=tuple(ReliabilityBin(**of_bin) for of_bin in report.pop("reliability")),
        cold=_cold_figures(report.pop("cold")),
        by_locale={locale: _figures(figures) for locale, figures in report.pop("by_locale").items()},
        by_length=tuple(_length_band(band) for band in report.pop("by_length")),
        by_period=tuple(_period(period) for period in report.pop("by_period", ())),
        worst=tuple(_worst_ticket(ticket) for ticket in report.pop("worst")),
        outcomes=tuple(_outcome(outcome) for outcome in outcomes),
        **report,
    )


def _target(target: dict[str, Any]) -> TargetReport:
    chosen = tuple(
        ChosenThreshold(
            labels=entry["labels"],
            unlinked=entry["unlinked"],
            grounds=_grounds(entry),
            threshold=_threshold(entry),
            missing=_missing(entry),
            by_unlinked=tuple(
                UnlinkedChoice(other["unlinked"], _grounds(other), _threshold(other), _missing(other))
                for other in entry["by_unlinked"]
            ),
            by_share=tuple(SharePrecision(**share) for share in entry["by_share"]),
        )
        for entry in target.pop("chosen")
    )
    return TargetReport(chosen=chosen, **target)


def _threshold(chosen: dict[str, Any]) -> Threshold | None:
    return None if chosen["threshold"] is None else Threshold(**chosen["threshold"])


def _missing(chosen: dict[str, Any]) -> NoThreshold | None:
    return None if chosen["missing"] is None else NoThreshold(**chosen["missing"])


def _grounds(chosen: dict[str, Any]) -> Grounds:
    rate = chosen.get("link_rate")
    return Grounds(
        grounds=chosen["grounds"],
        answerable_share=chosen.get("answerable_share"),
        linked_share=chosen.get("linked_share"),
        link_rate=None if rate is None else Interval(**rate),
    )


def _figures(figures: dict[str, Any]) -> Figures:
    return Figures(**_with_intervals(figures))


def _cold_figures(cold: dict[str, Any] | None) -> ColdFigures | None:
    if cold is None:
        return None
    of_cold = RankingFigures(**_with_intervals(cold.pop("cold")))
    of_warm = RankingFigures(**_with_intervals(cold.pop("warm")))
    return ColdFigures(cold=of_cold, warm=of_warm, **cold)


def _length_band(band: dict[str, Any]) -> LengthBand:
    return LengthBand(figures=_figures(band.pop("figures")), **band)


def _period(period: dict[str, Any]) -> PeriodFigures:
    return PeriodFigures(
        begin=_datetime(period["from"]),
        end=_datetime(period["until"]),
        known_verdicts=period["known_verdicts"],
        figures=_figures(period["figures"]),
    )


def _worst_ticket(ticket: dict[str, Any]) -> WorstTicket:
    expected, first = ticket.pop("expected"), ticket.pop("first")
    return WorstTicket(
        expected=_explained_article(expected), first=None if first is None else _explained_article(first), **ticket
    )


def _explained_article(article: dict[str, Any]) -> ExplainedArticle:
    terms = (MatchedTerm(places=tuple(term.pop("places")), **term) for term in article.pop("matched_terms"))
    return ExplainedArticle(matched_terms=tuple(terms), **article)


def _outcome(outcome: dict[str, Any]) -> QueryOutcome:
    ranking = tuple((a["id"], a["probability"]) for a in outcome.pop("ranking"))
    return QueryOutcome(offered=tuple(outcome.pop("offered")), ranking=ranking, **outcome)


def _with_intervals(figures: dict[str, Any]) -> dict[str, Any]:
    return {
        name: Interval(**value) if isinstance(value, dict) and "low" in value else value
        for name, value in figures.items()
    }
