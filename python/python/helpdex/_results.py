"""What the knowledge base answers: frozen values that can be compared, pickled, and turned into JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timezone
from typing import Any, Literal, TypeAlias

from helpdex._helpdex import escape_html

# Unions of one literal each: stubtest does not understand a literal of several.
Reason: TypeAlias = (
    Literal["below_threshold"]
    | Literal["nothing_matched"]
    | Literal["empty_after_cleaning"]
    | Literal["machine_written"]
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

Place: TypeAlias = Literal["title"] | Literal["heading"] | Literal["body"]
"""A part of an article."""


@dataclass(frozen=True, slots=True)
class MatchedTerm:
    """A word of the ticket, and where the article has it.

    Attributes:
        term: The word as the index knows it: in lower case, without its ending.
        word: The word as the article has it first.
        synonym_of: The phrase of the synonym rule that added it; None for a word of the ticket itself.
        similar_to: The word of the ticket that this one is like, where the article does not have that word itself.
        places: Where it stands.
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
        heading: The heading that it stands under; empty above the first one.
        anchor: The anchor of that heading in the article, or None.
        text: Its plain text. It is not escaped: use `to_html` where HTML is wanted.
        highlights: Where words of the ticket stand in `text`, ascending and apart: pairs of the first character and
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
        article_id: The article's id.
        probability: That it answers the ticket, in (0, 1).
        cumulative_probability: That it or one before it does, in (0, 1).
    """

    article_id: str
    probability: float
    cumulative_probability: float

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {
            "article_id": self.article_id,
            "probability": self.probability,
            "cumulative_probability": self.cumulative_probability,
        }


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An article that is shown, and why.

    Attributes:
        article_id: The article's id.
        translation_group: What its translations share.
        locale: The article's locale.
        locale_match: `exact` when that is the ticket's, `fallback` when there is none in the ticket's language.
        title: The article's title.
        url: Where to read it, or None.
        passage: The passage that answers; None when only the title matched an article without text.
        score: What the article was ranked by; it has no unit, and only the order within one answer means something.
        probability: That it answers the ticket, in (0, 1).
        threshold: The least probability that is shown: `min_probability`, or what keeps the target precision. It is
            that of the article itself, or with `promise="any"` that of all that are shown.
        past_share: The share of the score that comes from tickets that the article solved, in [0, 1]; 0 without any.
        same_as: Ids of the articles that say the same, which are not shown beside it; empty so far.
        explanation: Why it is shown, in plain words. They name words of the article: use `escape_html` before they go
            into HTML.
        matched_terms: The ticket's words that the article has, in the order of the words; then similar ones.
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
    same_as: tuple[str, ...]
    explanation: str
    matched_terms: tuple[MatchedTerm, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON. `same_as` is left out when it is empty."""
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
            **({"same_as": list(self.same_as)} if self.same_as else {}),
            "explanation": self.explanation,
            "matched_terms": [term.to_dict() for term in self.matched_terms],
        }


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The answer to a ticket: articles, or silence with its reason.

    It is a sequence of what is offered: `for suggestion in answer`, `len(answer)`, and `if answer` ask for that.

    Attributes:
        suggestion_id: Names this answer in later feedback.
        outcome: `offered` when at least one article is shown, else `abstained`.
        offered: The articles that are shown, best first; empty when it is silent.
        reason: Why nothing is shown; None when articles are.
        explanation: The reason in one sentence; None when articles are shown.
        ranking: The best candidates whether shown or not, best first, at most 10, at most one a translation group.
        answerable_probability: That any article that the audience may see answers the ticket, shown or not, in [0, 1].
        searched_locales: The locales whose articles were searched, likeliest first.
        elapsed_us: How long it took, in microseconds.
    """

    suggestion_id: str
    outcome: Literal["offered", "abstained"]
    offered: tuple[Suggestion, ...]
    reason: Reason | None
    explanation: str | None
    ranking: tuple[RankedArticle, ...]
    answerable_probability: float
    searched_locales: tuple[str, ...]
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
            "elapsed_us": self.elapsed_us,
        }


@dataclass(frozen=True, slots=True)
class Changes:
    """What a change of the articles did.

    Attributes:
        added: Articles that were not there.
        changed: Articles that were there and differ now.
        unchanged: Articles that are as they were.
        removed: Articles that are gone.
        repeated: Ids that came more than once; the last one counts.
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
    """What was learned.

    Attributes:
        added: Verdicts that were not there.
        repeated: Verdicts that were there, or came more than once; the first one counts.
        unknown_articles: Ids of articles, in order, that the generation in use does not have. Their verdicts are kept,
            and count once the article is there.
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
    """Whether the newest solved tickets are still like the older ones.

    Attributes:
        since: The moment from which on tickets count as recent.
        recent: How many are.
        distance: How far their probabilities lie from those of the older ones, in [0, 1] (Kolmogorov and Smirnov).
        p_value: The probability of such a distance or a larger one when nothing changed.
        right: How many of their first articles are right.
        expected_right: How many would be, by their probabilities.
        right_p_value: The probability that so few or fewer are right when the probabilities hold.
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
    """Several articles of one translation group in one locale: no translations of each other, each stands alone.

    Attributes:
        translation_group: The group that they name.
        locale: The locale that they are in.
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
class Settings:
    """The settings that are kept with a knowledge base, so that every reader answers alike.

    Attributes:
        main_locale: The locale in which the help center is written first; None: the locale with the most articles.
        fallback_locales: The locales whose articles fill in for what is not translated, first choice first.
        min_probability: The least probability that is offered, or with a target precision the one that is when it cannot
            be kept; None: 0.5, or nothing with a target precision.
        target_precision: The precision to keep; None: `min_probability` decides.
        confidence_level: Confidence that the target precision holds; None without one.
        synonyms: The rules of each locale that has any, one rule a line.
    """

    main_locale: str | None
    fallback_locales: tuple[str, ...]
    min_probability: float | None
    target_precision: float | None
    confidence_level: float | None
    synonyms: Mapping[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {
            "main_locale": self.main_locale,
            "fallback_locales": list(self.fallback_locales),
            "min_probability": self.min_probability,
            "target_precision": self.target_precision,
            "confidence_level": self.confidence_level,
            "synonyms": dict(self.synonyms),
        }


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Names a model, and says how recent it is.

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
class Published:
    """What a publish made visible.

    Attributes:
        generation: The number of the new generation, from 1.
        articles: How many articles of each visibility it shows.
        left_out: The articles that it does not show, by id, and why: `draft`, `archived`, `not_yet_valid`, `expired`,
            `denied`.
        conflicts: Where several of the articles that it shows name the same translation group in the same locale.
        next_publish_at: The next moment at which an article begins or ends, so that another is due; None: never.
        drift: Whether recent tickets are still like the older ones, for the readers of each model, where there are enough
            to tell.
        models: The models in use, by the visibility whose readers they answer.
    """

    generation: int
    articles: Mapping[str, int]
    left_out: Mapping[str, Literal["draft", "archived", "not_yet_valid", "expired", "denied"]]
    conflicts: tuple[GroupConflict, ...]
    next_publish_at: datetime | None
    drift: Mapping[str, RecentDrift]
    models: Mapping[str, ModelInfo]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON. `models` is left out when there is none."""
        moment = self.next_publish_at
        plain: dict[str, Any] = {
            "generation": self.generation,
            "articles": dict(self.articles),
            "left_out": dict(self.left_out),
            "conflicts": [conflict.to_dict() for conflict in self.conflicts],
            "next_publish_at": None if moment is None else _moment(moment),
            "drift": {visibility: found.to_dict() for visibility, found in self.drift.items()},
        }
        if self.models:
            plain["models"] = {visibility: model.to_dict() for visibility, model in self.models.items()}
        return plain


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training made.

    Attributes:
        generation: The number of the generation in use: a new one with the articles of the one before, or the same one where
            no model has changed.
        models: The models, by the visibility whose readers they answer; empty when no feedback is about an article that
            they see.
        drift: Whether recent tickets are still like the older ones, for the readers of each model, where there are enough
            to tell.
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
    """Something about a knowledge base that is not as it should be.

    Attributes:
        path: The file or folder.
        severity: `damage` when something has to be done, `notice` when it does no harm.
        message: What is wrong and what to do, in one sentence.
    """

    path: str
    severity: Literal["damage", "notice"]
    message: str

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {"path": self.path, "severity": self.severity, "message": self.message}


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check of a knowledge base found.

    Attributes:
        generations: The generations that can be used, oldest first.
        published_articles: How many articles the newest of them has.
        articles: How many articles the log of the writing side holds; 0 without one.
        verdicts: How many verdicts the log of solved tickets holds; 0 without one.
        denied: How many articles are denied.
        files: How many files were read.
        size_bytes: Their bytes.
        findings: What is not as it should be, in the order of files; empty when everything is whole.
    """

    generations: tuple[int, ...]
    published_articles: int
    articles: int
    verdicts: int
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
            "denied": self.denied,
            "files": self.files,
            "size_bytes": self.size_bytes,
            "findings": [finding.to_dict() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair began anew.

    Attributes:
        denied: How many articles are denied now, where the list of them was lost: those that were at the newest
            publish. Deny again what was denied since.
        needs_all_articles: Whether the log of articles was lost: give all of them again with `sync` before the next
            publish.
        verdicts: How many verdicts were kept, where the log of them was damaged or lost.
    """

    denied: int | None
    needs_all_articles: bool
    verdicts: int | None

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {"denied": self.denied, "needs_all_articles": self.needs_all_articles, "verdicts": self.verdicts}


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
    """Two runs over the same tickets, by one figure a ticket.

    Attributes:
        tickets: How many tickets.
        baseline: The mean of the figure in the baseline.
        run: The mean of the figure in the run.
        difference: The mean of run minus baseline, with its 95% interval by bootstrap over the pairs.
        p_value: How often chance alone would part the runs by as much in either direction, in (0, 1].
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
    """How good the order of the articles is, over answerable tickets; None where there are none.

    Attributes:
        ndcg_at_10: nDCG of the first 10.
        mrr_at_10: Mean reciprocal rank of the first 10.
        map_at_10: Mean average precision of the first 10.
        recall_at_5: Recall of the first 5.
        precision_at_1: Share of answerable tickets whose first answer is relevant.
        macro_precision_at_1: Precision at 1 with every article weighing the same.
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
    """The figures of a run. What cannot be computed, for lack of such tickets, is None.

    Attributes:
        tickets: How many tickets.
        answerable: Those with a relevant article.
        unanswerable: Those that a human marked as having none.
        coverage: Offered of all tickets.
        selective_precision: Tickets whose first offered article is relevant, of those with an offer.
        any_right_precision: Tickets of which any offered article is relevant, of those with an offer.
        false_offer_rate: Unanswerable tickets with an offer, of all unanswerable ones.
        auroc_answerable: Of the top probability: answerable against unanswerable.
        auroc_answerable_by_kind: The same for each kind of unanswerable ticket.
        auroc_any_article: The same of the probability that any article answers.
        auroc_any_article_by_kind: The same for each kind of unanswerable ticket.
        auroc_right: Of the top probability: first answer right against wrong, over all tickets.
        calibration_error: Of the top probability as the probability that the first answer is right.
        expected_calibration_error: What a perfectly calibrated model would show by chance.
        brier_score: Of the same probability.
        brier_score_of_base_rate: The Brier score of answering the base rate always.
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
class QueryOutcome:
    """The answer to one query of a data set.

    Attributes:
        query_id: The query's id.
        outcome: `offered` or `abstained`.
        reason: Why it abstained, or None.
        offered: Ids of the articles that were offered, best first.
        ranking: Up to 10 articles, best first, offered or not: pairs of id and probability.
        elapsed_us: How long it took, in microseconds.
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
class CurvePoint:
    """What a threshold means for the tickets of a run.

    Attributes:
        threshold: What has at least this top probability is shown.
        coverage: Shown of all, in (0, 1].
        precision: Right of shown.
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
    """What became of the tickets with similar top probabilities.

    Attributes:
        tickets: How many there are.
        probability: Their mean top probability.
        right: The share of them whose first answer is right.
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
    """The figures of tickets of about one length.

    Attributes:
        min_words: The words of the shortest of them, after cleaning.
        max_words: The words of the longest of them; None in the last band.
        figures: Their figures.
    """

    min_words: int
    max_words: int | None
    figures: Figures

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {"min_words": self.min_words, "max_words": self.max_words, "figures": self.figures.to_dict()}


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """The tickets of one part of the time of a back-test.

    Attributes:
        begin: When the first of them came.
        end: When the last one did.
        known_verdicts: How many verdicts were known before.
        figures: Their figures.
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
class ExplainedArticle:
    """An article in relation to a ticket.

    Attributes:
        id: The article's id.
        title: The article's title; None when the data set has no such article, or an empty one.
        grade: How relevant it was judged; 0 when it is not.
        rank: Its place in the ranking, from 1; None when it is not among the first 10.
        probability: That it answers the ticket, in (0, 1); None when it is not among the first 10.
        matched_terms: The ticket's words that the article has, in the order of the words.
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
    """A ticket whose relevant articles do not stand where they belong; its `repr` leaves out the extract.

    Attributes:
        query_id: The query's id.
        extract: The beginning of the ticket after cleaning, on one line of at most 100 characters.
        ndcg_at_10: Of its ranking.
        outcome: `offered` or `abstained`.
        reason: Why it abstained, or None.
        expected: The most relevant article that does not stand where it belongs.
        first: The first of the ranking; None when nothing matched.
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
class Threshold:
    """A threshold that keeps a precision, with the confidence that was asked for.

    Attributes:
        threshold: What has at least this probability is shown.
        shown: Labelled tickets that have it.
        right: Right ones among them.
        lower_bound: The lower bound of the precision, at least the target.
        coverage: Shown of all labelled tickets, in (0, 1].
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
    """Why no threshold keeps a precision.

    Attributes:
        reason: `not_enough_labels` when it might, but so few labels cannot show it, else `not_enough_precision`.
        have: How many labels there are; None unless there are not enough.
        needed: At least about how many would do; None unless there are not enough.
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
class ChosenThreshold:
    """A threshold, or why there is none.

    Attributes:
        labels: How many labelled tickets it was chosen from.
        threshold: What was chosen, or None.
        missing: Why nothing could be, or None.
    """

    labels: int
    threshold: Threshold | None
    missing: NoThreshold | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            "labels": self.labels,
            "threshold": None if self.threshold is None else self.threshold.to_dict(),
            "missing": None if self.missing is None else self.missing.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class TargetReport:
    """How a target precision was kept; the figures tell the coverage and the selective precision that it led to.

    Attributes:
        target_precision: At least this share of what is shown is to be right.
        promise: Of what is shown: the first article, or any.
        confidence_level: How sure that is to be.
        labels_from: Which tickets the thresholds are chosen from; never those that are reported.
        chosen: One entry for each time that something was learned: one, or five for the train split.
    """

    target_precision: float
    promise: Literal["first", "any"]
    confidence_level: float
    labels_from: Literal["dev", "dev_and_learned", "learned"]
    chosen: tuple[ChosenThreshold, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            "target_precision": self.target_precision,
            "promise": self.promise,
            "confidence_level": self.confidence_level,
            "labels_from": self.labels_from,
            "chosen": [chosen.to_dict() for chosen in self.chosen],
        }


@dataclass(frozen=True, slots=True)
class ColdFigures:
    """The order of articles that nothing was learned of, and that of the others.

    Attributes:
        share: The share of the articles whose tickets were not learned.
        cold_tickets: How many answerable tickets have only such articles.
        cold: The order of their candidates.
        warm_tickets: How many answerable tickets have none of them.
        warm: The order of their candidates.
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


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a run over one split of a data set, and the answers behind them.

    Attributes:
        split: The split.
        learned: Whether anything was learned from the train split.
        articles: How many articles were searched.
        empty_articles: Articles of the data set that were left out because they are empty.
        figures: Helpdex.
        popularity: The figures of order for the articles with most train tickets; None without train tickets.
        plain_bm25: The same for BM25 over title and body as one field of words.
        target: How the target precision was kept; None without one.
        curve: What each threshold of the top probability would mean, strictest first; at most 50 points.
        reliability: How true the top probability is, lowest first; at most 10 bins.
        cold: The figures of order by what was learned of the right articles; None unless some were left out.
        by_locale: The figures of the tickets of each locale: the declared one, else the one that the text looks like.
        by_length: The figures of the tickets by their words, fewest first; lengths that no ticket has are left out.
        by_period: The figures of each part of the time of a back-test, oldest first; empty for `evaluate`.
        worst: The answerable tickets with the lowest nDCG@10, those below 1, at most 10, the worst first.
        outcomes: One entry a query, in the order of the data set.
    """

    split: str
    learned: bool
    articles: int
    empty_articles: int
    figures: Figures
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
            threshold=None if entry["threshold"] is None else Threshold(**entry["threshold"]),
            missing=None if entry["missing"] is None else NoThreshold(**entry["missing"]),
        )
        for entry in target.pop("chosen")
    )
    return TargetReport(chosen=chosen, **target)


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


def _datetime(moment: str) -> datetime:
    return datetime.fromisoformat(moment.replace("Z", "+00:00"))


def _moment(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


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


def _plain(figures: RankingFigures) -> dict[str, Any]:
    values = {field.name: getattr(figures, field.name) for field in fields(figures)}
    return {name: value.to_dict() if isinstance(value, Interval) else value for name, value in values.items()}
