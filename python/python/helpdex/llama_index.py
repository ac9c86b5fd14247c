"""A retriever for LlamaIndex: install `llama-index-core`.

    retriever = HelpdexRetriever(kb, audience=helpdex.Audience.public())
    nodes = retriever.retrieve("my card reader is dead")

It returns a node for each article that is offered, with its probability as score, and none when Helpdex abstains.
"""

from __future__ import annotations

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from helpdex import Audience, KnowledgeBase, SuggestOptions
from helpdex._quotations import metadata, quotation

_NOT_FOR_THE_MODEL = ["article_id", "locale", "probability", "reason", "suggestion_id"]


class HelpdexRetriever(BaseRetriever):
    """Retrieves the passages that answer a ticket, or nothing.

    Args:
        kb: The knowledge base.
        audience: The readers of the answer. A query cannot change it.
        options: The options of each question; None for the default.
    """

    def __init__(self, kb: KnowledgeBase, *, audience: Audience, options: SuggestOptions | None = None) -> None:
        super().__init__()
        self._kb = kb
        self._audience = audience
        self._options = options or SuggestOptions()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        answer = self._kb.suggest(query_bundle.query_str, audience=self._audience, options=self._options)
        nodes = []
        for offered in answer:
            node = TextNode(id_=offered.article_id, text=quotation(offered), metadata=metadata(answer, offered))
            node.excluded_llm_metadata_keys = list(_NOT_FOR_THE_MODEL)
            nodes.append(NodeWithScore(node=node, score=offered.probability))
        return nodes
