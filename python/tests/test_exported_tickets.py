"""Tickets out of an export of a helpdesk."""

import json
from pathlib import Path

import pytest

from helpdex import Article, InvalidInputError, read_exported_tickets

_ARTICLE = Article(id="3600001", locale="en", title="Reset your PIN", visibility="public")
_LINK = "https://help.example.com/hc/en/articles/3600001-reset"


def _export(folder: Path) -> Path:
    def ticket(number: int, reply: str) -> dict[str, object]:
        def comment(ident: int, author: int, body: str) -> dict[str, object]:
            return {"id": ident, "author_id": author, "public": True, "body": body}

        return {
            "id": number,
            "status": "solved",
            "requester_id": 5,
            "submitter_id": 5,
            "updated_at": "2026-03-01T10:00:00Z",
            "comments": [comment(1, 5, "I forgot the PIN"), comment(2, 9, reply)],
        }

    path = folder / "tickets.json"
    path.write_text(json.dumps({"tickets": [ticket(1, _LINK), ticket(2, "done")]}))
    return path


def test_an_export_gives_solved_tickets_and_figures(tmp_path: Path) -> None:
    tickets, report = read_exported_tickets(_export(tmp_path), [_ARTICLE])
    assert [(t.ticket_id, t.verdict, t.articles) for t in tickets] == [
        ("1", "linked", ("3600001",)),
        ("2", "unlinked", ()),
    ]
    assert report["source"] == "zendesk"
    assert (report["linked"], report["unlinked"], report["link_rate"]) == (1, 1, 0.5)


def test_what_is_no_export_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("nothing")
    with pytest.raises(InvalidInputError, match="no export of tickets"):
        read_exported_tickets(path, [])
    with pytest.raises(InvalidInputError, match="zendesk"):
        read_exported_tickets(_export(tmp_path), [_ARTICLE], source="zendsk")
