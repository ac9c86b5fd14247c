"""Interaction events: recorded once, read back, exported and forgotten."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

import pytest

from helpdex import InvalidInputError, KnowledgeBase, read_events

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 3, 1, 9, 30, tzinfo=timezone.utc)


def test_events_are_recorded_once_and_come_back_as_they_were() -> None:
    kb = KnowledgeBase.in_memory()
    offered = {"interaction": "offered", "at": AT, "session": "s-1", "articles": ["refund"], "probability": 0.75}
    assert kb.record([offered, offered]) == {"added": 1, "repeated": 1, "verdicts": 0}
    assert kb.events() == [{**offered, "at": "2026-03-01T09:30:00Z"}]


def test_an_event_that_is_a_verdict_is_learned_and_a_requester_is_forgotten_in_both_logs() -> None:
    kb = KnowledgeBase.in_memory()
    resolved = {
        "interaction": "resolved",
        "at": "2026-03-01T09:30:00Z",
        "ticket_id": "4711",
        "requester": "ana",
        "articles": ["refund"],
    }
    assert kb.record([resolved])["verdicts"] == 1
    assert kb.forget(requester="ana") == {"verdicts": 1, "events": 1}
    kb.record([resolved])
    assert kb.forget(events_before=datetime(2027, 1, 1, tzinfo=timezone.utc)) == {"verdicts": 0, "events": 1}
    assert kb.forget(feedback_before=datetime(2027, 1, 1, tzinfo=timezone.utc)) == {"verdicts": 1, "events": 0}


def test_a_bad_event_is_named_and_nothing_is_recorded() -> None:
    kb = KnowledgeBase.in_memory()
    good = {"interaction": "viewed", "at": AT}
    with pytest.raises(InvalidInputError, match="entry 2: interaction clicked names no article"):
        kb.record([good, {"interaction": "clicked", "at": AT}])
    with pytest.raises(TypeError, match="give events as dicts, not str"):
        kb.record(["viewed"])  # type: ignore[list-item]
    assert kb.events() == []


def test_an_export_is_read_again(tmp_path: Path) -> None:
    kb = KnowledgeBase.in_memory()
    kb.record([{"interaction": "clicked", "at": AT, "articles": ["refund"], "rank": 2, "ticket_id": "1"}])
    path = tmp_path / "events.jsonl"
    assert kb.export_events(path) == 1
    with path.open("a") as file:
        file.write("{}\n")
    events, skipped = read_events(path)
    assert events == kb.events()
    assert len(skipped) == 1
