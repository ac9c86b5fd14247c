"""Answers to tickets: frozen values that can be compared, pickled, and turned into JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from helpdex._helpdex import escape_html
from helpdex._moments import _moment

# Unions of one literal each: stubtest does not understand a literal of several.
Reason: TypeAlias = (
    Literal["below_threshold"]
    | Literal["nothing_matched"]
    | Literal["empty_after_cleaning"]
    | Literal["machine_written"]
    | Literal["not_enough_said"]
    | Literal["blocked"]
    | Literal["no_article_in_language"]
    | Literal["knowledge_base_empty"]
    | Literal["not_published"]
    | Literal["nothing_visible"]
    | Literal["not_enough_labels"]
    | Literal["not_enough_precision"]
    | Literal["deadline"]
    | Literal["hidden_from_audience"]
)
"""Why nothing is shown."""

VectorUse: TypeAlias = (
    Literal["not_given"]
    | Literal["used"]
    | Literal["failed"]
    | Literal["late"]
    | Literal["other_model"]
    | Literal["not_trained"]
    | Literal["not_trusted"]
)
"""Whether an answer went by vectors, and why not."""

Place: TypeAlias = Literal["title"] | Literal["heading"] | Literal["body"]
"""A part of an article."""


@dataclass(frozen=True, slots=True)
class MatchedTerm:
    """A word of the ticket, and its places in the article.

    Attributes:
        term: The term of the word in the index: in lower case, without its ending.
        word: The spelling of its first occurrence in the article.
        synonym_of: The phrase of the synonym rule that added it; None for a word of the ticket itself.
        similar_to: The word of the ticket that this one is like, where the article does not have that word itself.
        places: The places where it occurs.
    """

    term: str
    word: str
    synonym_of: str | None
    similar_to: str | None
    places: tuple[Place, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {
            "term": self.term,
            "word": self.word,
            "synonym_of": self.synonym_of,
            "similar_to": self.similar_to,
            "places": list(self.places),
        }


@dataclass(frozen=True, slots=True)
class Passage:
    """The part of an article that matches best.

    Attributes:
        heading: The heading above it; empty before the first heading.
        anchor: The anchor of that heading in the article, or None.
        text: The plain text. It is not escaped: use `to_html` for HTML.
        highlights: The words of the ticket in `text`, ascending and without overlap: pairs of the first character and
            the one after the last, so that `text[start:end]` is the word.
    """

    heading: str
    anchor: str | None
    text: str
    highlights: tuple[tuple[int, int], ...]

    def to_html(self) -> str:
        """Return the text as `escape_html` gives it, with the highlights in `<mark>`.

        Example:
            >>> Passage("", None, "Reset <your> PIN", ((0, 5), (13, 16))).to_html()
            '<mark>Reset</mark> &lt;your&gt; <mark>PIN</mark>'
        """
        parts = []
        done = 0
        for start, end in self.highlights:
            parts.append(escape_html(self.text[done:start]))
            parts.append(f"<mark>{escape_html(self.text[start:end])}</mark>")
            done = end
        parts.append(escape_html(self.text[done:]))
        return "".join(parts)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON. Highlights count characters, as Python does."""
        return {
            "heading": self.heading,
            "anchor": self.anchor,
            "text": self.text,
            "highlights": [{"start": start, "end": end} for start, end in self.highlights],
        }


@dataclass(frozen=True, slots=True)
class RankedArticle:
    """A candidate of the ranking.

    Attributes:
        article_id: The id of the article.
        probability: The probability that it answers the ticket, in (0, 1).
        cumulative_probability: The probability that it or one before it answers the ticket, in (0, 1).
        same_as: The ids of the articles with nearly the same text that it stands for, in order; empty for most.
    """

    article_id: str
    probability: float
    cumulative_probability: float
    same_as: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON. `same_as` is left out when it is empty."""
        return {
            "article_id": self.article_id,
            "probability": self.probability,
            "cumulative_probability": self.cumulative_probability,
            **({"same_as": list(self.same_as)} if self.same_as else {}),
        }


@dataclass(frozen=True, slots=True)
class AppliedRule:
    """A rule that changed an answer.

    Attributes:
        rule_id: The id of the rule.
        effect: Whether it pinned or blocked the article.
        article_id: The id of the article that it names; a translation or a copy may be the one that is shown.
        until: The moment at which the rule ends; None: it has no end.
    """

    rule_id: str
    effect: Literal["pin", "block"]
    article_id: str
    until: datetime | None

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON. `until` is left out when it is None."""
        return {
            "rule_id": self.rule_id,
            "effect": self.effect,
            "article_id": self.article_id,
            **({"until": _moment(self.until)} if self.until else {}),
        }


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An article that is shown, with the reasons.

    Attributes:
        article_id: The id of the article.
        translation_group: The translation group of the article.
        locale: The article's locale.
        locale_match: `exact` for the ticket's locale, `fallback` when there is no article in the ticket's language.
        title: The article's title.
        url: The address of the article, or None.
        passage: The passage that answers; None when only the title matched an article without text.
        score: The score that it was ranked by. It has no unit; only the order within one answer is meaningful.
        probability: The probability that it answers the ticket, in (0, 1).
        threshold: The lowest shown probability: `min_probability`, or the threshold of the target precision. It is
            that of the article itself, or with `promise="any"` that of all that are shown.
        past_share: The share of the score that comes from tickets that the article solved, in [0, 1]; 0 without any.
        matched_by_meaning: Whether the article's vectors say more for it than its words; the passage is the nearest one
            then, where that is known, and `KnowledgeBase.nearest_sentence` finds its nearest sentence.
        pinned_by: The rule that pins the article, which is then shown whatever its probability; None for most.
        same_as: The ids of the articles with nearly the same text that it stands for, in order: copies, other versions.
        explanation: The reason why it is shown, with words of the article: use `escape_html` before they go
            into HTML.
        matched_terms: The ticket's words that the article has, in their order; then similar ones.
    """

    article_id: str
    translation_group: str
    locale: str
    locale_match: Literal["exact", "fallback"]
    title: str
    url: str | None
    passage: Passage | None
    score: float
    probability: float
    threshold: float
    past_share: float
    matched_by_meaning: bool
    pinned_by: AppliedRule | None
    same_as: tuple[str, ...]
    explanation: str
    matched_terms: tuple[MatchedTerm, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON, but for `same_as` and `matched_by_meaning` when empty or false."""
        return {
            "article_id": self.article_id,
            "translation_group": self.translation_group,
            "locale": self.locale,
            "locale_match": self.locale_match,
            "title": self.title,
            "url": self.url,
            "passage": None if self.passage is None else self.passage.to_dict(),
            "score": self.score,
            "probability": self.probability,
            "threshold": self.threshold,
            "past_share": self.past_share,
            **({"matched_by_meaning": True} if self.matched_by_meaning else {}),
            **({"pinned_by": self.pinned_by.to_dict()} if self.pinned_by else {}),
            **({"same_as": list(self.same_as)} if self.same_as else {}),
            "explanation": self.explanation,
            "matched_terms": [term.to_dict() for term in self.matched_terms],
        }


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The answer to a ticket: articles, or the reason for abstaining.

    It is a sequence of what is offered: `for suggestion in answer`, `len(answer)`, and `if answer` ask for that.

    Attributes:
        suggestion_id: The id of this answer in later feedback.
        outcome: `offered` when at least one article is shown, else `abstained`.
        offered: The articles that are shown, best first; empty when it abstains.
        reason: The reason for abstaining; None when articles are shown.
        explanation: The reason in one sentence; None when articles are shown.
        ranking: The best candidates, shown or not, at most 10 and one per translation group: those that a rule pins,
            then the rest, best first.
        answerable_probability: The probability that any visible article answers the ticket, shown or not, in [0, 1].
        searched_locales: The locales whose articles were searched, likeliest first.
        vectors: `used` when the answer went by words and vectors, `not_given` when there are none, else why it went by
            words alone: the embedder `failed` or was `late`, the vectors are of an `other_model`, what was learned
            knows none of this model (`not_trained`: train again), or those of the articles do not go with their words
            (`not_trusted`).
        applied_rules: The rules that changed the answer, those that pin first; empty for most.
        elapsed_us: The time of the answer, in microseconds.
    """

    suggestion_id: str
    outcome: Literal["offered", "abstained"]
    offered: tuple[Suggestion, ...]
    reason: Reason | None
    explanation: str | None
    ranking: tuple[RankedArticle, ...]
    answerable_probability: float
    searched_locales: tuple[str, ...]
    vectors: VectorUse
    applied_rules: tuple[AppliedRule, ...]
    elapsed_us: int

    def __iter__(self) -> Iterator[Suggestion]:
        """Go through what is offered, best first."""
        return iter(self.offered)

    def __len__(self) -> int:
        """Count what is offered; 0 when it is silent."""
        return len(self.offered)

    def __getitem__(self, index: int) -> Suggestion:
        """Return one of what is offered; 0 is the best."""
        return self.offered[index]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON: what `helpdex suggest --json` prints, highlights apart."""
        shown: dict[str, Any] = (
            {"offered": [suggestion.to_dict() for suggestion in self.offered]}
            if self.outcome == "offered"
            else {"reason": self.reason, "explanation": self.explanation}
        )
        return {
            "suggestion_id": self.suggestion_id,
            "outcome": self.outcome,
            **shown,
            "ranking": [article.to_dict() for article in self.ranking],
            "answerable_probability": self.answerable_probability,
            "searched_locales": list(self.searched_locales),
            **({} if self.vectors == "not_given" else {"vectors": self.vectors}),
            **({"applied_rules": [rule.to_dict() for rule in self.applied_rules]} if self.applied_rules else {}),
            "elapsed_us": self.elapsed_us,
        }
