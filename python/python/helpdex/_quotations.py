"""What the retrievers for agents of language models return: passages as quotations, with where they come from."""

from __future__ import annotations

from typing import Any

from helpdex._answers import Suggestion, Suggestions


def quotation(suggestion: Suggestion) -> str:
    """Return the passage that answers, as plain text; the title when only the title matched."""
    return suggestion.title if suggestion.passage is None else suggestion.passage.text


def metadata(answer: Suggestions, suggestion: Suggestion) -> dict[str, Any]:
    """Return where a passage comes from, how likely it answers, and why it was chosen.

    The values are strings, numbers and None. `url` ends with the anchor of the section where it is known.
    """
    passage = suggestion.passage
    anchor = None if passage is None else passage.anchor
    url = suggestion.url
    if url is not None and anchor is not None and "#" not in url:
        url = f"{url}#{anchor}"
    return {
        "article_id": suggestion.article_id,
        "title": suggestion.title,
        "heading": "" if passage is None else passage.heading,
        "url": url,
        "locale": suggestion.locale,
        "probability": suggestion.probability,
        "reason": suggestion.explanation,
        "suggestion_id": answer.suggestion_id,
    }
