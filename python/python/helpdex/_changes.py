"""Results of changes, publishes, checks and repairs: frozen values that can be turned into JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from helpdex._moments import _moment


@dataclass(frozen=True, slots=True)
class Changes:
    """The counts of a change of the articles.

    Attributes:
        added: The number of new articles.
        changed: The number of changed articles.
        unchanged: The number of unchanged articles.
        removed: The number of removed articles.
        repeated: The number of ids that occurred more than once; the last article wins.
    """

    added: int
    changed: int
    unchanged: int
    removed: int
    repeated: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "removed": self.removed,
            "repeated": list(self.repeated),
        }


@dataclass(frozen=True, slots=True)
class Learned:
    """The counts of a call of `learn`.

    Attributes:
        added: The number of new verdicts.
        repeated: The number of known or repeated verdicts; the first one counts.
        unknown_articles: The ids of articles, in order, that the current generation lacks. Their verdicts are kept,
            and count as soon as the article exists.
    """

    added: int
    repeated: int
    unknown_articles: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {
            "added": self.added,
            "repeated": self.repeated,
            "unknown_articles": list(self.unknown_articles),
        }


@dataclass(frozen=True, slots=True)
class RecentDrift:
    """The comparison of the newest solved tickets with the older ones.

    Attributes:
        since: The moment from which on tickets count as recent.
        recent: The number of recent tickets.
        distance: The distance of their probabilities from those of the older ones, in [0, 1] (Kolmogorov and Smirnov).
        p_value: The probability of such a distance or a larger one when nothing changed.
        right: The number of their first articles that are right.
        expected_right: The number that their probabilities predict.
        right_p_value: The probability of so few right articles, or fewer, if the probabilities are correct.
        is_warning: Whether they changed, at a level of 0.01 for both together.
    """

    since: datetime
    recent: int
    distance: float
    p_value: float
    right: int
    expected_right: float
    right_p_value: float
    is_warning: bool

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {
            "since": _moment(self.since),
            "recent": self.recent,
            "probabilities": {"distance": self.distance, "p_value": self.p_value},
            "right": self.right,
            "expected_right": self.expected_right,
            "right_p_value": self.right_p_value,
            "is_warning": self.is_warning,
        }


@dataclass(frozen=True, slots=True)
class GroupConflict:
    """Several articles of one translation group in one locale: they are not translations, and each stands alone.

    Attributes:
        translation_group: The group that they name.
        locale: Their locale.
        article_ids: Their ids, in order.
    """

    translation_group: str
    locale: str
    article_ids: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {
            "translation_group": self.translation_group,
            "locale": self.locale,
            "article_ids": list(self.article_ids),
        }


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that pins an article on top of the answers to some tickets, or blocks it there.

    A ticket must match every part of the rule.

    Attributes:
        id: The id of the rule.
        effect: Whether the article is pinned or blocked.
        article_id: The id of the article; its translations and copies count too.
        words: Words that the ticket has, all of them, in any order and form; "": any.
        fields: Values that fields of the ticket have; one that ends with `*` stands for all that begin like it.
        locale: The language or locale of the ticket; None: any.
        until: The moment at which the rule ends; None: it has no end.
    """

    id: str
    effect: Literal["pin", "block"]
    article_id: str
    words: str
    fields: Mapping[str, str]
    locale: str | None
    until: datetime | None

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {
            "id": self.id,
            "effect": self.effect,
            "article_id": self.article_id,
            "words": self.words,
            "fields": dict(self.fields),
            "locale": self.locale,
            "until": None if self.until is None else _moment(self.until),
        }


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a knowledge base, which are the same for every reader.

    Attributes:
        main_locale: The locale in which articles are written first; None: the locale with the most articles.
        fallback_locales: The locales whose articles stand in for missing translations, first choice first.
        min_probability: The lowest probability of an offered article; with a target precision, the one used when no
            threshold meets it. None: 0.5, or abstaining with a target precision.
        target_precision: The precision to meet; None: `min_probability` decides.
        confidence_level: The confidence that the target precision is met; None without one.
        answerable_share: The share of incoming tickets that any article answers, assumed where nothing tells it; None
            without a target precision.
        unlinked: The way to count an unlinked ticket that is shown something; None without a target precision.
        synonyms: The rules of each locale that has some, one rule per line.
        rules: The rules that pin or block articles for some tickets, in the order of ids.
    """

    main_locale: str | None
    fallback_locales: tuple[str, ...]
    min_probability: float | None
    target_precision: float | None
    confidence_level: float | None
    answerable_share: float | None
    unlinked: Literal["wrong", "estimated", "ignored"] | None
    synonyms: Mapping[str, str]
    rules: tuple[Rule, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {
            "main_locale": self.main_locale,
            "fallback_locales": list(self.fallback_locales),
            "min_probability": self.min_probability,
            "target_precision": self.target_precision,
            "confidence_level": self.confidence_level,
            "answerable_share": self.answerable_share,
            "unlinked": self.unlinked,
            "synonyms": dict(self.synonyms),
            "rules": [rule.to_dict() for rule in self.rules],
        }


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """The id of a model, and how recent it is.

    Attributes:
        id: A hash of the model: the same articles and feedback give the same id.
        learned_until: The moment of the newest feedback that it learned from.
    """

    id: str
    learned_until: datetime

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {"id": self.id, "learned_until": _moment(self.learned_until)}


@dataclass(frozen=True, slots=True)
class PublishedVectors:
    """The vectors of a publish.

    Attributes:
        model: The name of their model.
        dimension: The number of values of each.
        embedded: The number of texts that were embedded: those that the generation before had no vector of.
        kept: The number of vectors of the generation before.
        given: The number of vectors that the host gave.
        articles_without: The number of articles without any vector: they are found by words.
    """

    model: str
    dimension: int
    embedded: int
    kept: int
    given: int
    articles_without: int

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Published:
    """The result of a publish.

    Attributes:
        generation: The number of the new generation, from 1.
        articles: The number of visible articles by visibility.
        left_out: The articles that it does not show, by id, and why: `draft`, `archived`, `not_yet_valid`, `expired`,
            `denied`.
        conflicts: The groups that several visible articles of one locale name.
        copies: The articles that it shows and that have nearly the same text: the ids of each set, in order. In an
            answer one stands for all of them that the reader may see.
        next_publish_at: The next moment at which an article begins or ends: publish again then. None without one.
        drift: Whether recent tickets are like the older ones, for the readers of each model that has enough of them.
        models: The models in use, by the visibility of their readers.
        vectors: The vectors of its articles; None when they have none.
    """

    generation: int
    articles: Mapping[str, int]
    left_out: Mapping[str, Literal["draft", "archived", "not_yet_valid", "expired", "denied"]]
    conflicts: tuple[GroupConflict, ...]
    copies: tuple[tuple[str, ...], ...]
    next_publish_at: datetime | None
    drift: Mapping[str, RecentDrift]
    models: Mapping[str, ModelInfo]
    vectors: PublishedVectors | None

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON. `models` and `vectors` are left out when there are none."""
        moment = self.next_publish_at
        plain: dict[str, Any] = {
            "generation": self.generation,
            "articles": dict(self.articles),
            "left_out": dict(self.left_out),
            "conflicts": [conflict.to_dict() for conflict in self.conflicts],
            "copies": [list(ids) for ids in self.copies],
            "next_publish_at": None if moment is None else _moment(moment),
            "drift": {visibility: found.to_dict() for visibility, found in self.drift.items()},
        }
        if self.models:
            plain["models"] = {visibility: model.to_dict() for visibility, model in self.models.items()}
        if self.vectors is not None:
            plain["vectors"] = self.vectors.to_dict()
        return plain


@dataclass(frozen=True, slots=True)
class Trained:
    """The result of a training.

    Attributes:
        generation: The number of the generation in use: a new one with the same articles, or the present one when no
            model changed.
        models: The models, by the visibility of their readers; empty when no feedback is about an article that they
            see.
        drift: Whether recent tickets are like the older ones, for the readers of each model that has enough of them.
    """

    generation: int
    models: Mapping[str, ModelInfo]
    drift: Mapping[str, RecentDrift]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {
            "generation": self.generation,
            "models": {visibility: model.to_dict() for visibility, model in self.models.items()},
            "drift": {visibility: found.to_dict() for visibility, found in self.drift.items()},
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault or notice about a knowledge base.

    Attributes:
        path: The file or folder.
        severity: `damage` when something must be done, `notice` when it is harmless.
        message: The fault and its remedy, in one sentence.
    """

    path: str
    severity: Literal["damage", "notice"]
    message: str

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {"path": self.path, "severity": self.severity, "message": self.message}


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The result of a check of a knowledge base.

    Attributes:
        generations: The usable generations, oldest first.
        published_articles: The number of articles in the newest generation.
        articles: The number of articles in the log of articles; 0 without a log.
        verdicts: The number of verdicts in the log of solved tickets; 0 without a log.
        events: The number of events in the log of interaction events; 0 without a log.
        denied: The number of denied articles.
        files: The number of files that were read.
        size_bytes: The bytes of these files.
        findings: The faults and notices, in the order of files; empty when everything is whole.
    """

    generations: tuple[int, ...]
    published_articles: int
    articles: int
    verdicts: int
    events: int
    denied: int
    files: int
    size_bytes: int
    findings: tuple[Finding, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is damaged."""
        return all(finding.severity != "damage" for finding in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {
            "generations": list(self.generations),
            "published_articles": self.published_articles,
            "articles": self.articles,
            "verdicts": self.verdicts,
            "events": self.events,
            "denied": self.denied,
            "files": self.files,
            "size_bytes": self.size_bytes,
            "findings": [finding.to_dict() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class Repaired:
    """The result of a repair.

    Attributes:
        denied: The number of articles that are denied now, if the list was lost: those of the newest
            publish. Deny again what was denied since.
        needs_all_articles: Whether the log of articles was lost: give all of them again with `sync` before the next
            publish.
        verdicts: The number of verdicts that were kept, if their log was damaged or lost.
        events: The number of interaction events that were kept, if their log was damaged.
    """

    denied: int | None
    needs_all_articles: bool
    verdicts: int | None
    events: int | None

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {
            "denied": self.denied,
            "needs_all_articles": self.needs_all_articles,
            "verdicts": self.verdicts,
            "events": self.events,
        }
