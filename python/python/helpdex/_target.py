"""The thresholds of a target precision, and the grounds on which it is promised."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from helpdex._figures import Interval


@dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold that meets a target precision with the given confidence.

    Attributes:
        threshold: The lowest probability that is shown.
        shown: Labelled tickets that have it and take part.
        right: The number of right ones among them.
        lower_bound: The lower bound of the precision, at least the target.
        coverage: The share of incoming tickets that are shown something, in (0, 1].
    """

    threshold: float
    shown: int
    right: int
    lower_bound: float
    coverage: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class NoThreshold:
    """The reason why no threshold meets a target precision.

    Attributes:
        reason: `not_enough_labels` when more labels might prove one, else `not_enough_precision`.
        have: The number of labels; None unless there are too few.
        needed: The lowest sufficient number, roughly; None unless there are too few.
        highest: The highest target that the labels allow, 0 if none; None unless it is the precision that is missing.
    """

    reason: Literal["not_enough_labels", "not_enough_precision"]
    have: int | None = None
    needed: int | None = None
    highest: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, slots=True)
class Grounds:
    """On which grounds a precision is promised.

    Attributes:
        grounds: `labels` when the labelled tickets are like those that come in, `unlinked_wrong`, `unlinked_estimated`,
            or `assumed_share`.
        answerable_share: The share of tickets that an article answers: read, estimated or assumed; None for
            `unlinked_wrong`.
        linked_share: The share of all tickets that somebody linked; None unless for `unlinked_wrong`.
        link_rate: The share of answerable tickets that agents link; None unless it is estimated.
    """

    grounds: Literal["labels", "unlinked_wrong", "unlinked_estimated", "assumed_share"]
    answerable_share: float | None = None
    linked_share: float | None = None
    link_rate: Interval | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, slots=True)
class UnlinkedChoice:
    """What would be chosen if unlinked tickets counted so.

    Attributes:
        unlinked: As what they count.
        grounds: On which grounds the precision would be promised.
        threshold: What would be chosen, or None.
        missing: Why nothing could be, or None.
    """

    unlinked: Literal["wrong", "estimated", "ignored"]
    grounds: Grounds
    threshold: Threshold | None
    missing: NoThreshold | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            "unlinked": self.unlinked,
            **self.grounds.to_dict(),
            "threshold": None if self.threshold is None else self.threshold.to_dict(),
            "missing": None if self.missing is None else self.missing.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class SharePrecision:
    """What a threshold leads to if this share of the incoming tickets has an article.

    Attributes:
        answerable_share: The share, in (0, 1).
        precision: The share of right first articles among the tickets that are shown something, on the labels.
    """

    answerable_share: float
    precision: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ChosenThreshold:
    """A threshold, or why there is none.

    Attributes:
        labels: How many tickets that people decided on it was chosen from.
        unlinked: How many unlinked tickets there were beside them.
        grounds: On which grounds the precision is promised.
        threshold: What was chosen, or None.
        missing: Why nothing could be, or None.
        by_unlinked: The choice by what unlinked tickets may count as; empty without such tickets.
        by_share: The precision on the labels by the share of incoming tickets that have an article.
    """

    labels: int
    unlinked: int
    grounds: Grounds
    threshold: Threshold | None
    missing: NoThreshold | None
    by_unlinked: tuple[UnlinkedChoice, ...]
    by_share: tuple[SharePrecision, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            "labels": self.labels,
            "unlinked": self.unlinked,
            **self.grounds.to_dict(),
            "threshold": None if self.threshold is None else self.threshold.to_dict(),
            "missing": None if self.missing is None else self.missing.to_dict(),
            "by_unlinked": [choice.to_dict() for choice in self.by_unlinked],
            "by_share": [share.to_dict() for share in self.by_share],
        }


@dataclass(frozen=True, slots=True)
class TargetReport:
    """How a target precision was kept; the figures tell the coverage and the selective precision that it led to.

    Attributes:
        target_precision: At least this share of what is shown is to be right.
        promise: Of what is shown: the first article, or any.
        confidence_level: How sure that is to be.
        answerable_share: The share of incoming tickets that have an article, assumed where nothing tells it.
        unlinked: As what unlinked tickets count.
        labels_from: Which tickets the thresholds are chosen from; never those that are reported.
        chosen: One entry for each time that something was learned: one, or five for the train split.
    """

    target_precision: float
    promise: Literal["first", "any"]
    confidence_level: float
    answerable_share: float
    unlinked: Literal["wrong", "estimated", "ignored"]
    labels_from: Literal["dev", "dev_and_learned", "learned"]
    chosen: tuple[ChosenThreshold, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            "target_precision": self.target_precision,
            "promise": self.promise,
            "confidence_level": self.confidence_level,
            "answerable_share": self.answerable_share,
            "unlinked": self.unlinked,
            "labels_from": self.labels_from,
            "chosen": [chosen.to_dict() for chosen in self.chosen],
        }
