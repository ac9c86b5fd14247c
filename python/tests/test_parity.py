"""The same cases go through Rust and Python, and both give the same stored outcomes.

The Rust half, which also writes the outcomes anew, is `crates/helpdex/tests/parity.rs`.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import helpdex

FOLDER = Path(__file__).parents[2] / "tests" / "parity"
CASES = json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))
STORED = json.loads((FOLDER / "outcomes.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Any]:
    now = moment(CASES["now"])
    kb = helpdex.KnowledgeBase.in_memory()
    changes = kb.sync(article(fields) for fields in CASES["articles"])
    published = kb.publish(now)
    refused = []
    for fields in CASES["refused"]:
        with pytest.raises(helpdex.InvalidInputError) as error:
            article(fields)
        refused.append(str(error.value))
    answers = {
        name: kb.suggest(
            ticket(question["ticket"]),
            audience=audience(question.get("audience", {})),
            now=now,
            **question.get("options", {}),
        )
        for name, question in CASES["questions"].items()
    }
    return {
        "changes": changes.to_dict(),
        "published": published.to_dict(),
        "locales": kb.locales(helpdex.Audience.public(), now),
        "refused": refused,
        "answers": {name: comparable(answer) for name, answer in answers.items()},
    }


@pytest.mark.parametrize("name", CASES["questions"])
def test_python_gives_the_stored_answer(outcomes: dict[str, Any], name: str) -> None:
    assert outcomes["answers"][name] == STORED["answers"][name]


def test_python_gives_the_stored_outcomes(outcomes: dict[str, Any]) -> None:
    assert outcomes == STORED


def article(fields: dict[str, Any]) -> helpdex.Article:
    fields = dict(fields)
    for name in ("valid_from", "valid_until"):
        if name in fields:
            fields[name] = moment(fields[name])
    if "votes" in fields:
        fields["votes"] = (fields["votes"]["up"], fields["votes"]["down"])
    return helpdex.Article(**fields)


def ticket(case: dict[str, Any]) -> helpdex.Ticket | str:
    if case.keys() == {"text"}:
        return str(case["text"])
    if "email" in case:
        case = {**case, "email": case["email"].encode()}
    return helpdex.Ticket(**case)


def audience(case: dict[str, Any]) -> helpdex.Audience:
    return helpdex.Audience.from_name(case.get("name", "public"), case.get("user_segments", []))


def comparable(answer: helpdex.Suggestions) -> dict[str, Any]:
    """Return it without the time that it took, and with the highlighted words for their places: Rust counts bytes."""
    values = answer.to_dict()
    del values["elapsed_us"]
    for suggestion in values.get("offered", []):
        passage = suggestion["passage"]
        if passage is not None:
            passage["highlights"] = [passage["text"][at["start"] : at["end"]] for at in passage["highlights"]]
    return values


def moment(text: str) -> datetime:
    text = text if "T" in text else f"{text}T00:00:00Z"
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
