"""Reports for support leads: gaps, metrics, cards, previews, and the page of all."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

import helpdex
from helpdex import Article, Audience, FeedbackEvent, InvalidInputError, KnowledgeBase, Ticket

AT = datetime(2026, 3, 1, 9, 30, tzinfo=timezone.utc)
PUBLIC, AGENT = Audience.public(), Audience.internal()


def ticket(number: int, text: str) -> FeedbackEvent:
    return FeedbackEvent(
        ticket_id=str(number),
        ticket=Ticket(text=text, locale="en"),
        at=AT,
        verdict="linked",
        articles=["refund"],
    )


@pytest.fixture
def kb() -> KnowledgeBase:
    kb = KnowledgeBase.in_memory()
    kb.upsert(
        [
            Article(id="refund", locale="en", title="Refund a payment to the card", visibility="public"),
            Article(id="pin", locale="en", title="Reset your PIN", visibility="public"),
            Article(id="runbook", locale="en", title="Refund by hand", visibility="internal"),
        ]
    )
    kb.publish(AT)
    return kb


def test_a_preview_tells_what_the_gathered_changes_lose(kb: KnowledgeBase) -> None:
    tickets = [ticket(1, "refund of a payment to my card"), ticket(2, "walnut cake")]
    assert kb.preview(tickets, PUBLIC, now=AT)["changes"] == []
    kb.remove(["refund"])
    report = kb.preview(tickets, PUBLIC, now=AT)
    assert report["right"]["lost"] == 1
    assert report["changes"][0]["kind"] == "right_becomes_silent"
    assert kb.preview(tickets, PUBLIC, now=AT, ask_all=True)["changes"] == report["changes"]
    assert kb.suggest("refund of a payment", audience=PUBLIC, now=AT).ranking[0].article_id == "refund"


def test_a_preview_needs_a_publish_before_it() -> None:
    with pytest.raises(InvalidInputError, match="publish first"):
        KnowledgeBase.in_memory().preview([], PUBLIC)


def test_learned_tickets_and_recorded_events_are_enough_for_every_report(kb: KnowledgeBase) -> None:
    kb.learn([ticket(number, "zeppelin hangar door frozen") for number in range(6)])
    kb.record({"interaction": "offered", "at": AT, "session": f"s{number}", "articles": ["pin"]} for number in range(4))
    cards = kb.article_cards(PUBLIC, AGENT, now=AT)
    assert (cards["tickets"], cards["visits"]) == (6, 4)
    first = cards["cards"][0]
    assert (first["article_id"], first["to_do"][0]["kind"]) == ("refund", "add_words")
    public = kb.article_cards(PUBLIC, PUBLIC, now=AT)
    assert [card["article_id"] for card in public["cards"]] == ["refund", "pin"]
    assert kb.metrics(72)["overall"]["offer_rate"]["count"] == 4
    whole = kb.lead_report(PUBLIC, AGENT, now=AT)
    assert whole["report"]["gaps"]["gaps"][0]["cause"] == "not_found"
    assert "What became of 4 attempts" in whole["html"]
    assert whole["tables"]["gaps.csv"].startswith("words,cause,")
    assert "<blockquote>" not in whole["html"]
    assert "<blockquote>" in kb.lead_report(PUBLIC, AGENT, now=AT, with_extracts=True)["html"]


def test_a_list_of_a_report_becomes_a_flat_table(kb: KnowledgeBase) -> None:
    frame = helpdex.data_frame(kb.article_cards(PUBLIC, PUBLIC, now=AT)["cards"])
    rows = frame if isinstance(frame, list) else frame.to_dict("records")
    assert [row["article_id"] for row in rows] == ["pin", "refund"]
    assert rows[0]["tickets.linked"] == 0
