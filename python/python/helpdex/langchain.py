"""A retriever for LangChain: install `langchain-core`.

    retriever = HelpdexRetriever(kb=kb, audience=helpdex.Audience.public())
    documents = retriever.invoke("my card reader is dead")

It returns a document for each article that is offered, and none when Helpdex abstains.
"""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from helpdex import Audience, KnowledgeBase, SuggestOptions
from helpdex._quotations import metadata, quotation


class HelpdexRetriever(BaseRetriever):
    """Retrieves the passages that answer a ticket, or nothing.

    Attributes:
        kb: The knowledge base.
        audience: The readers of the answer. A query cannot change it.
        options: The options of each question.
    """

    kb: KnowledgeBase
    audience: Audience
    options: SuggestOptions = SuggestOptions()

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        answer = self.kb.suggest(query, audience=self.audience, options=self.options)
        return [
            Document(id=offered.article_id, page_content=quotation(offered), metadata=metadata(answer, offered))
            for offered in answer
        ]
