"""What several tests ask."""

from datetime import datetime, timezone

import pytest

import helpdex

NOW = datetime(2026, 6, 1, tzinfo=timezone.utc)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def articles() -> list[helpdex.Article]:
    return [
        helpdex.Article(
            id="pin",
            locale="en",
            title="Reset your PIN",
            body="Open Settings — 🔒 reset the PIN there.",
            visibility="public",
        ),
        helpdex.Article(
            id="refund",
            locale="en",
            title="Refund a payment",
            body="Open the payment. Choose refund.",
            visibility="public",
        ),
        helpdex.Article(
            id="limits", locale="en", title="Chargeback limits", body="Agents only.", visibility="internal"
        ),
    ]


@pytest.fixture
def kb(articles: list[helpdex.Article]) -> helpdex.KnowledgeBase:
    """Return a published knowledge base in memory."""
    kb = helpdex.KnowledgeBase.in_memory()
    kb.sync(articles)
    kb.publish(NOW)
    return kb


@pytest.fixture
def public() -> helpdex.Audience:
    return helpdex.Audience.public()
