"""The exceptions: which there are, what they tell, and what becomes of a panic."""

import pickle
import traceback
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

import helpdex
from helpdex import _helpdex


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (helpdex.InvalidInputError, ValueError),
        (helpdex.ClosedError, ValueError),
        (helpdex.StorageError, OSError),
        (helpdex.InternalError, RuntimeError),
        (helpdex.IndexLockedError, Exception),
        (helpdex.DamagedError, Exception),
        (helpdex.IncompleteError, Exception),
        (helpdex.NotFoundError, Exception),
        (helpdex.OtherOwnerError, Exception),
        (helpdex.OtherVersionError, Exception),
    ],
)
def test_errors_have_one_base_and_a_builtin_one(error: type[helpdex.Error], builtin: type[Exception]) -> None:
    assert issubclass(error, helpdex.Error)
    assert issubclass(error, builtin)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(helpdex.StorageError, match="cannot read the articles") as caught:
        helpdex.read_articles(tmp_path / "missing")
    assert caught.value.path == str(tmp_path / "missing")
    assert caught.value.errno == 2
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.path) == (str(caught.value), caught.value.path)


def test_a_folder_without_a_knowledge_base_is_named(tmp_path: Path) -> None:
    with pytest.raises(helpdex.NotFoundError, match="there is no knowledge base here"):
        helpdex.KnowledgeBase.open(tmp_path)


def test_two_writers_are_one_too_many(tmp_path: Path) -> None:
    first = helpdex.KnowledgeBase.open_or_create(tmp_path / "kb")
    second = helpdex.KnowledgeBase.open_or_create(tmp_path / "kb")
    article = helpdex.Article(id="a", locale="en", title="A")
    first.upsert([article])
    with pytest.raises(helpdex.IndexLockedError, match="another process or writer"):
        second.upsert([article])
    first.close()
    assert second.upsert([article]).added == 1


def test_bad_files_are_named_with_their_line_and_the_rest_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "help"
    folder.mkdir()
    (folder / "good.md").write_text("---\nlocale: en\n---\n# Good\n", encoding="utf-8")
    (folder / "latin.md").write_bytes(b"caf\xe9")
    lines = tmp_path / "articles.jsonl"
    lines.write_text('{"id": "a", "locale": "en", "title": "A"}\n\nnot json\n', encoding="utf-8")
    articles = helpdex.read_articles(folder, visibility="public")
    assert [(a.id, a.visibility) for a in articles] == [("good", "public")]
    assert [type(error) for error in articles.skipped] == [helpdex.InvalidInputError]
    assert articles.skipped[0].path == str(folder / "latin.md")
    assert (articles.source, articles.records, articles.left_out) == ("markdown", 2, {})
    articles = helpdex.read_articles(lines)
    assert [(a.id, a.visibility) for a in articles] == [("a", "internal")]
    assert list(articles) == []
    assert (articles.skipped[0].path, articles.skipped[0].line) == (str(lines), 3)


def test_of_many_bad_lines_a_hundred_are_kept_and_the_rest_are_counted(tmp_path: Path) -> None:
    lines = tmp_path / "articles.jsonl"
    lines.write_text("x\n" * 5_000, encoding="utf-8")
    articles = helpdex.read_articles(lines)
    assert (list(articles), len(articles.skipped)) == ([], 101)
    assert str(articles.skipped[100]) == "and 4900 more are skipped"


def test_an_article_that_seems_to_be_hidden_is_internal_and_warned_of(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\nlocale: en\nvisiblity: internal\n---\n# A\n", encoding="utf-8")
    with pytest.warns(UserWarning, match=r'a\.md:3: article "a": "visiblity" reads as if'):
        articles = helpdex.read_articles(tmp_path, visibility="public")
    assert ([article.visibility for article in articles], articles.skipped) == (["internal"], [])


@pytest.mark.parametrize("on_thread", [False, True])
def test_a_panic_is_an_internal_error_that_tells_no_input(on_thread: bool, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(helpdex.InternalError, match=r"bug in helpdex, at .*panic\.rs:\d+") as caught:
        _helpdex._panic_for_test("marker", on_thread=on_thread)
    assert "marker" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


MARKER = "zqmarkerzq"


def test_no_exception_or_form_shows_what_a_customer_wrote(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    public = helpdex.Audience.public()
    tickets = [
        helpdex.Ticket(MARKER, subject=MARKER, requester=MARKER, fields={MARKER: MARKER}),
        helpdex.Ticket(html=f"<p>{MARKER}"),
        helpdex.Ticket(email=f"Subject: {MARKER}\r\n\r\n{MARKER}".encode()),
    ]
    moment = datetime(2026, 3, 1, tzinfo=timezone.utc)

    def solved(**changes: Any) -> helpdex.FeedbackEvent:
        fields: dict[str, Any] = {"ticket": tickets[0], "at": moment, "verdict": "linked", "articles": ["a"]}
        return helpdex.FeedbackEvent("1", **(fields | changes))

    kb = helpdex.KnowledgeBase.open_or_create(tmp_path / "kb")
    kb.upsert([helpdex.Article(id="a", locale="en", title="Refund", visibility="public")])
    kb.learn([solved()])
    shown = [repr(kb.publish()), repr(solved()), repr(tickets), repr(kb)]
    for ticket in tickets:
        answer = kb.suggest(ticket, audience=public, min_probability=0.0)
        shown += [repr(answer), str(answer.to_dict())]
    log = tmp_path / "kb" / "work" / "tickets.log"
    whole = log.read_bytes()
    failing: list[Callable[[], object]] = [
        lambda: kb.suggest(tickets[0], audience=public, limit=0),
        lambda: kb.suggest(tickets[0], audience=MARKER),  # type: ignore[arg-type]
        lambda: kb.suggest([tickets[0]], audience=public),  # type: ignore[arg-type]
        lambda: kb.learn([solved(key=MARKER * 1_000)]),
        lambda: kb.learn([solved(ticket=helpdex.Ticket("x", requester=MARKER * 1_000))]),
        lambda: kb.learn([solved(articles=[])]),
        lambda: kb.learn([MARKER]),  # type: ignore[list-item]
        lambda: list(kb.suggest_many([MARKER, 1], audience=public)),  # type: ignore[list-item]
        lambda: helpdex.Ticket(MARKER, html=MARKER),
        lambda: helpdex.Ticket(f"{MARKER}\ud800"),
        lambda: kb.suggest(f"{MARKER}\ud800", audience=public),
        lambda: _helpdex._panic_for_test(MARKER),
        lambda: kb.learn([solved()]),
    ]
    for number, fails in enumerate(failing):
        if number == len(failing) - 1:
            log.write_bytes(whole[:20] + b"X" + whole[21:])
        with pytest.raises(Exception, match=r".") as caught:
            fails()
        # Not the traceback: it quotes this file.
        cause: BaseException | None = caught.value
        while cause is not None:
            shown += traceback.format_exception_only(cause)
            shown += [repr(cause), repr(cause.args), repr(getattr(cause, "__notes__", None))]
            cause = cause.__cause__ or cause.__context__
    kb.close()
    log.write_bytes(whole)
    assert not [text for text in shown if MARKER in text]
    assert capfd.readouterr() == ("", "")
