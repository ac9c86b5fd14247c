"""The exceptions: which there are, what they tell, and what becomes of a panic."""

import pickle
from pathlib import Path

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
        (helpdex.IndexFormatError, Exception),
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
    with pytest.raises(helpdex.IndexFormatError, match="there is no knowledge base here"):
        helpdex.KnowledgeBase.open(tmp_path)


def test_two_writers_are_one_too_many(tmp_path: Path) -> None:
    first = helpdex.KnowledgeBase.open_or_create(tmp_path / "kb")
    second = helpdex.KnowledgeBase.open_or_create(tmp_path / "kb")
    article = helpdex.Article(id="a", locale="en", title="A")
    first.upsert([article])
    with pytest.raises(helpdex.IndexLockedError, match="another process or handle"):
        second.upsert([article])
    first.close()
    assert second.upsert([article]).added == 1


def test_bad_files_are_named_with_their_line_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text("---\nlocale: en\n---\n# Good\n", encoding="utf-8")
    (tmp_path / "latin.md").write_bytes(b"caf\xe9")
    lines = tmp_path / "articles.jsonl"
    lines.write_text('{"id": "a", "locale": "en", "title": "A"}\n\nnot json\n', encoding="utf-8")
    articles, skipped = helpdex.read_articles(tmp_path, visibility="public")
    assert [(a.id, a.visibility) for a in articles] == [("good", "public")]
    assert [type(error) for error in skipped] == [helpdex.InvalidInputError]
    assert skipped[0].path == str(tmp_path / "latin.md")
    articles, skipped = helpdex.read_articles(lines)
    assert [(a.id, a.visibility) for a in articles] == [("a", "internal")]
    assert (skipped[0].path, skipped[0].line) == (str(lines), 3)


@pytest.mark.parametrize("on_thread", [False, True])
def test_a_panic_is_an_internal_error_that_tells_no_input(on_thread: bool, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(helpdex.InternalError, match=r"bug in helpdex, at .*error\.rs:\d+") as caught:
        _helpdex._panic_for_test("marker", on_thread=on_thread)
    assert "marker" not in str(caught.value)
    assert capfd.readouterr() == ("", "")
