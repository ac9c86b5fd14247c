"""The retriever for LangChain, against the real package."""

import asyncio

from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda

from helpdex import Audience, KnowledgeBase, SuggestOptions
from helpdex.langchain import HelpdexRetriever


def test_a_document_holds_the_passage_its_source_and_its_probability(kb: KnowledgeBase, audience: Audience) -> None:
    retriever = HelpdexRetriever(kb=kb, audience=audience)
    (document,) = retriever.invoke("I forgot my password")
    assert document.id == "reset-password"
    assert document.page_content == "Open Settings, press Forgot password, and follow the link in the mail."
    assert document.metadata["title"] == "Reset your password"
    assert document.metadata["url"] == "https://help.example/reset-password#with-the-app"
    assert 0.5 <= document.metadata["probability"] < 1
    assert "password" in document.metadata["reason"]


def test_the_same_answer_comes_in_a_chain_a_batch_and_asynchronously(kb: KnowledgeBase, audience: Audience) -> None:
    retriever = HelpdexRetriever(kb=kb, audience=audience, options=SuggestOptions(limit=1))

    def sources(documents: list[Document]) -> list[str | None]:
        return [document.id for document in documents]

    chain = retriever | RunnableLambda(sources)
    assert chain.invoke("I forgot my password") == ["reset-password"]
    assert chain.batch(["I forgot my password", "good morning"]) == [["reset-password"], []]
    assert asyncio.run(chain.ainvoke("I forgot my password")) == ["reset-password"]


def test_an_internal_article_is_never_returned_to_the_public(kb: KnowledgeBase) -> None:
    ticket = "refund limits of agents"
    assert HelpdexRetriever(kb=kb, audience=Audience.public()).invoke(ticket) == []
    (document,) = HelpdexRetriever(kb=kb, audience=Audience.internal()).invoke(ticket)
    assert document.id == "refund-limits"


def test_nothing_is_returned_when_no_article_answers(kb: KnowledgeBase, audience: Audience) -> None:
    assert HelpdexRetriever(kb=kb, audience=audience).invoke("what is the weather in Vilnius") == []
