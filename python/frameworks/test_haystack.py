"""The retriever for Haystack, against the real package."""

from haystack import Pipeline

from helpdex import Audience, KnowledgeBase
from helpdex.haystack import HelpdexRetriever


def test_a_pipeline_gets_the_passage_its_source_and_its_probability(kb: KnowledgeBase, audience: Audience) -> None:
    pipeline = Pipeline()
    pipeline.add_component("helpdex", HelpdexRetriever(kb, audience=audience))
    answer = pipeline.run({"helpdex": {"query": "I forgot my password"}})["helpdex"]
    assert answer["reason"] is None
    (document,) = answer["documents"]
    assert document.content == "Open Settings, press Forgot password, and follow the link in the mail."
    assert document.meta["article_id"] == "reset-password"
    assert document.meta["url"] == "https://help.example/reset-password#with-the-app"
    assert document.score == document.meta["probability"]
    assert document.score >= 0.5


def test_the_reason_says_why_nothing_is_returned(kb: KnowledgeBase, audience: Audience) -> None:
    retriever = HelpdexRetriever(kb, audience=audience)
    assert retriever.run("good morning") == {"documents": [], "reason": "not_enough_said"}


def test_an_internal_article_is_never_returned_to_the_public(kb: KnowledgeBase) -> None:
    ticket = "refund limits of agents"
    assert HelpdexRetriever(kb, audience=Audience.public()).run(ticket)["documents"] == []
    (document,) = HelpdexRetriever(kb, audience=Audience.internal()).run(ticket)["documents"]
    assert document.meta["article_id"] == "refund-limits"
