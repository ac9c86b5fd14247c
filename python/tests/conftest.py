"""What several tests ask."""

import sys
import threading
from collections.abc import Callable
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


@pytest.fixture
def turns_during() -> Callable[[Callable[[], object]], int]:
    """Return what tells how often this thread had a turn while another one did some work."""
    return _turns_during


def _turns_during(work: Callable[[], object]) -> int:
    """Return how often this thread had a turn while another one did the work."""
    started = threading.Event()

    def run() -> None:
        started.set()
        work()

    worker = threading.Thread(target=run)
    # Python itself would hand over only after this many seconds: longer than any test.
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    try:
        worker.start()
        started.wait()
        turns = 0
        while worker.is_alive():
            turns += 1
            worker.join(0.001)
    finally:
        sys.setswitchinterval(interval)
    return turns
