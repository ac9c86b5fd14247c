"""The options of a question, which `suggest`, `suggest_many`, `draft`, `evaluate` and `backtest` share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from typing_extensions import TypedDict, Unpack

    class _SuggestKeywords(TypedDict, total=False):
        """The fields of `SuggestOptions`, as keyword arguments."""

        limit: int
        min_probability: float | None
        target_precision: float | None
        promise: Literal["first", "any"]
        confidence_level: float
        answerable_share: float
        unlinked: Literal["wrong", "estimated", "ignored"]
        when_unmet: Literal["abstain", "min_probability"]
        popularity: float
        time_budget_ms: int | None
        told_to_agent: bool
        hide_elapsed: bool
        brand: str | None
        label: str | None
        product: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestOptions:
    """Options for `KnowledgeBase.suggest` and everything that asks like it.

    Each of these functions takes the fields as keyword arguments too: `suggest(ticket, audience=..., limit=1)` is
    `suggest(ticket, audience=..., options=SuggestOptions(limit=1))`. A keyword beside `options` replaces that field.

    Args:
        limit: Maximum number of articles to offer, 1 to 10.
        min_probability: Offer articles with at least this probability, in [0, 1]. A target precision that can be kept
            decides in its place. None, without a target precision: as the settings of the knowledge base say, at least
            0.5 without any.
        target_precision: Minimum fraction of tickets with an offer whose first offered article is right, in (0, 1). The
            threshold is the lowest probability that keeps it on held-out solved tickets. With a brand, label or product
            the threshold is the same, and the precision is not guaranteed. None: `min_probability` decides.
        promise: `first` when the first article is to be right and each is offered by its own probability, or `any` when
            any of the `limit` articles is, which are offered together. With a target precision `limit` is at most 3
            then.
        confidence_level: Confidence that the target precision holds, in (0, 1).
        answerable_share: The share of incoming tickets that any article answers, in (0, 1], where neither unlinked
            tickets nor those that no article answers tell it. With 1 the labelled tickets are taken as they are.
        unlinked: The way to count an unlinked ticket that is shown something, for a target precision: `wrong`,
            `estimated` from the share of tickets that agents link, or `ignored`.
        when_unmet: What happens when no threshold keeps the target precision: `abstain`, or `min_probability` to offer
            articles with that probability, without a guarantee.
        popularity: Weight of the popularity prior, in [0, 1]. At 1, of two articles that match equally well the one
            that solved more tickets ranks first; at 0 only the match counts.
        time_budget_ms: Time limit in milliseconds, None for no limit. When the time ends, the answer abstains with the
            reason `deadline` and an empty ranking.
        told_to_agent: Whether the reason for abstaining is read by an agent, and by nobody else: then it tells when an
            article that the audience may not see would be offered to the agent.
        hide_elapsed: Whether `elapsed_us` is 0. The time tells a little about how many articles there are that the
            reader may not see: leave it out where answers are handed to customers as they are.
        brand: Only articles of this brand, and those of none. It is no border: what was learned of others counts.
        label: Only articles that have this label.
        product: Only articles about this product, and those that name none.

    Example:
        >>> options = SuggestOptions(limit=1, target_precision=0.8)
        >>> options.confidence_level
        0.95
    """

    limit: int = 3
    min_probability: float | None = None
    target_precision: float | None = None
    promise: Literal["first", "any"] = "first"
    confidence_level: float = 0.95
    answerable_share: float = 0.5
    unlinked: Literal["wrong", "estimated", "ignored"] = "wrong"
    when_unmet: Literal["abstain", "min_probability"] = "abstain"
    popularity: float = 1.0
    time_budget_ms: int | None = None
    told_to_agent: bool = False
    hide_elapsed: bool = False
    brand: str | None = None
    label: str | None = None
    product: str | None = None

    @classmethod
    def _with(cls, options: SuggestOptions | None, **keywords: Unpack[_SuggestKeywords]) -> SuggestOptions:
        """Return the options with these fields replaced."""
        return replace(cls() if options is None else options, **keywords)
