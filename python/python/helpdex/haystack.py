"""A retriever for Haystack: install `haystack-ai`.

    pipeline.add_component("helpdex", HelpdexRetriever(kb, audience=helpdex.Audience.public()))
    pipeline.run({"helpdex": {"query": "my card reader is dead"}})

It returns a document for each article that is offered. When Helpdex abstains it returns none, and the reason.
"""

from __future__ import annotations

from typing import Any

from haystack import Document, component

from helpdex import Audience, KnowledgeBase, SuggestOptions
from helpdex._quotations import metadata, quotation


@component
class HelpdexRetriever:
    """Retrieves the passages that answer a ticket, or nothing.

    It holds an open knowledge base, so a pipeline with it cannot be written to a file.

    Args:
        kb: The knowledge base.
        audience: The readers of the answer. A query cannot change it.
        options: The options of each question; None for the default.
    """

    def __init__(self, kb: KnowledgeBase, *, audience: Audience, options: SuggestOptions | None = None) -> None:
        self._kb = kb
        self._audience = audience
        self._options = options or SuggestOptions()

    @component.output_types(documents=list[Document], reason=str | None)
    def run(self, query: str) -> dict[str, Any]:
        """Return `documents`, best first, and as `reason` why it abstains; None when it does not."""
        answer = self._kb.suggest(query, audience=self._audience, options=self._options)
        documents = [
            Document(content=quotation(offered), meta=metadata(answer, offered), score=offered.probability)
            for offered in answer
        ]
        return {"documents": documents, "reason": answer.reason}
