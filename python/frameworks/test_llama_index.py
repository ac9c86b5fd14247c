"""The retriever for LlamaIndex, against the real package."""

from llama_index.core.schema import MetadataMode

from helpdex import Audience, KnowledgeBase
from helpdex.llama_index import HelpdexRetriever


def test_a_node_holds_the_passage_its_source_and_its_probability(kb: KnowledgeBase, audience: Audience) -> None:
    (node,) = HelpdexRetriever(kb, audience=audience).retrieve("I forgot my password")
    assert node.node_id == "reset-password"
    assert node.score is not None
    assert node.score >= 0.5
    assert node.metadata["probability"] == node.score
    assert "password" in node.metadata["reason"]
    assert node.get_content() == "Open Settings, press Forgot password, and follow the link in the mail."


def test_the_model_sees_title_and_address_and_no_figures(kb: KnowledgeBase, audience: Audience) -> None:
    (node,) = HelpdexRetriever(kb, audience=audience).retrieve("I forgot my password")
    content = node.node.get_content(metadata_mode=MetadataMode.LLM)
    assert "title: Reset your password" in content
    assert "https://help.example/reset-password#with-the-app" in content
    assert "probability" not in content


def test_an_internal_article_is_never_returned_to_the_public(kb: KnowledgeBase) -> None:
    ticket = "refund limits of agents"
    assert HelpdexRetriever(kb, audience=Audience.public()).retrieve(ticket) == []
    assert [node.node_id for node in HelpdexRetriever(kb, audience=Audience.internal()).retrieve(ticket)] == [
        "refund-limits"
    ]


def test_nothing_is_returned_when_no_article_answers(kb: KnowledgeBase, audience: Audience) -> None:
    assert HelpdexRetriever(kb, audience=audience).retrieve("what is the weather in Vilnius") == []
