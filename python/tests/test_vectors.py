"""Vectors of a model of the host: callables, arrays, tables, and what becomes of those that go wrong."""

import copy
import gc
import pickle
import threading
import weakref
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import helpdex
from helpdex import Article, Audience, Embedder, InvalidInputError, KnowledgeBase, Ticket, Vector

DIMENSION = 32
MEANINGS = [
    {"refund", "money"},
    {"invoice", "bill"},
    {"password", "login"},
    {"printer", "paper"},
    {"parcel", "shipment"},
]
TITLES = [
    f"{way} the {matter}"
    for matter in ("refund", "invoice", "password", "printer", "parcel")
    for way in ("Change", "Delete")
]
ARTICLES = [
    Article(id=title, locale="en", title=title, body=f"This page is of: {title}.", visibility="public")
    for title in TITLES
]


def words(texts: list[str]) -> "np.ndarray[Any, Any]":
    """Return vectors in which words that mean the same have one direction, and any other word one of its own."""
    rows = np.zeros((len(texts), DIMENSION), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word in text.lower().replace(".", " ").replace(":", " ").split():
            meaning = next((sorted(same)[0] for same in MEANINGS if word in same), word)
            seed = int.from_bytes(meaning.encode().rjust(16)[-16:], "big") % 2**32
            row += np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32) * (
                3 if meaning != word or len(word) > 5 else 1
            )
    return rows


def published(embed: Callable[[list[str]], Any] | None = words, **keywords: Any) -> KnowledgeBase:
    kb = KnowledgeBase.in_memory(embedder=Embedder("words", DIMENSION, embed, **keywords))
    kb.sync(ARTICLES)
    kb.publish()
    return kb


class Heard:
    """A model that keeps the texts that it was asked for."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, texts: list[str]) -> Any:
        self.texts.extend(texts)
        return words(texts)


class Tensor:
    """Stands for a tensor: no buffer, and what `shows` says of it."""

    def __init__(self, array: "np.ndarray[Any, Any]", shows: str) -> None:
        self.array = array
        setattr(self, shows, lambda *_, **__: array if shows == "__array__" else array.tolist())


class Fails:
    """A tensor that numpy cannot read, like one of bfloat16."""

    def __init__(self, array: "np.ndarray[Any, Any]") -> None:
        self.array = array

    def __array__(self) -> Any:
        raise TypeError("it has another type")

    def tolist(self) -> Any:
        return self.array.tolist()


FORMS: dict[str, Callable[["np.ndarray[Any, Any]"], Any]] = {
    "float32": lambda rows: rows,
    "float64": lambda rows: rows.astype(np.float64),
    "other byte order": lambda rows: rows.astype(">f4"),
    "columns first": np.asfortranarray,
    "a part of a larger array": lambda rows: np.repeat(rows, 2, axis=1)[:, ::2],
    "lists": lambda rows: rows.tolist(),
    "tuples of rows of numpy": tuple,
    "a generator of lists": lambda rows: (row.tolist() for row in rows),
    "rows of tensors": lambda rows: [Fails(row) for row in rows],
    "__array__": lambda rows: Tensor(rows, "__array__"),
    "tolist": lambda rows: Tensor(rows, "tolist"),
    "__array__ that raises": Fails,
    "memoryview": lambda rows: np.ascontiguousarray(rows).data,
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_array_gives_the_same_answer(form: str) -> None:
    kb = published(lambda texts: FORMS[form](words(texts)))
    answer = kb.suggest("delete my bill", audience=Audience.public())
    assert answer.vectors == "used"
    expected = published().suggest("delete my bill", audience=Audience.public())
    assert answer.ranking == expected.ranking
    assert answer.ranking[0].article_id == "Delete the invoice"


@pytest.mark.parametrize("kind", [np.float16, np.int64])
def test_other_kinds_of_numbers_are_read(kind: Any) -> None:
    array = np.array([[1.5, -2]], dtype=kind)
    kb = KnowledgeBase.in_memory(embedder=Embedder("m", 2, lambda _: array))
    assert kb.embed("text") == Vector("m", array[0].tolist())


def test_a_publish_says_what_it_embedded_and_embeds_only_what_changed(tmp_path: Path) -> None:
    embed = Heard()
    with KnowledgeBase.open_or_create(tmp_path / "kb", embedder=Embedder("words", DIMENSION, embed)) as kb:
        kb.sync(ARTICLES)
        vectors = kb.publish().vectors
        assert vectors == helpdex.PublishedVectors("words", DIMENSION, 20, 0, 0, 0)
        assert vectors.to_dict()["embedded"] == len(embed.texts) == 20
        kb.upsert([Article(id="new", locale="en", title="Something new", visibility="public")])
        vectors = kb.publish().vectors
        assert vectors is not None
        assert (vectors.embedded, vectors.kept) == (1, 20)
    with KnowledgeBase.open(tmp_path / "kb", embedder=Embedder("words", DIMENSION, words)) as kb:
        assert kb.suggest("delete my bill", audience=Audience.public()).vectors == "used"
    pool = helpdex.Pool(10**9)
    kb = pool.open(tmp_path / "kb", embedder=Embedder("words", DIMENSION, words))
    assert kb.suggest("delete my bill", audience=Audience.public()).vectors == "used"
    read = KnowledgeBase.open_read_only(tmp_path / "kb", embedder=Embedder("other", DIMENSION, words))
    assert read.suggest("delete my bill", audience=Audience.public()).vectors == "other_model"


def test_an_answer_tells_that_it_is_matched_by_meaning() -> None:
    answer = published().suggest("shipment", audience=Audience.public(), min_probability=0.01)
    first = answer[0]
    assert first.article_id.endswith("parcel")
    assert first.matched_by_meaning
    assert "matched by meaning" in first.explanation
    assert first.to_dict()["matched_by_meaning"] is True
    assert answer.to_dict()["vectors"] == "used"


WRONG: dict[str, tuple[Callable[[list[str]], Any], str]] = {
    "raises": (lambda _: 1 / 0, 'the embedder "words" failed; mend it'),
    "nothing": (lambda _: None, "gave a NoneType; give an array of two dimensions"),
    "text": (lambda _: "vectors", "gave a str; give an array"),
    "a row too few": (lambda texts: words(texts)[:-1], "gave 19 rows for 20 texts; give one for each"),
    "a row too short": (
        lambda texts: [row[: DIMENSION - (n == 2)] for n, row in enumerate(words(texts))],
        "gave 31 numbers as row 3 of 20; give 32, its dimension",
    ),
    "another dimension": (lambda texts: words(texts)[:, :9], "gave 9 numbers as row 1 of 20"),
    "no number": (lambda texts: [[0.5] * DIMENSION, ["x"] * DIMENSION], "gave a list as row 2; give numbers"),
    "not a number": (
        lambda texts: np.where(np.arange(len(texts))[:, None] == 4, np.nan, words(texts)),
        'row 5 of 20: a vector of "words" has a value that is not finite',
    ),
    "too large": (lambda texts: np.full((len(texts), DIMENSION), 1e300), "row 1 of 20"),
    "three dimensions": (lambda texts: words(texts)[None], "gave an array of 3 dimensions"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_model_that_goes_wrong_fails_the_publish_and_nothing_is_lost(case: str, tmp_path: Path) -> None:
    wrong, expected = WRONG[case]
    calls: list[int] = []

    def embed(texts: list[str]) -> Any:
        calls.append(1)
        return wrong(texts) if len(calls) == 1 else words(texts)

    kb = KnowledgeBase.open_or_create(tmp_path / "kb", embedder=Embedder("words", DIMENSION, embed))
    kb.sync(ARTICLES)
    with pytest.raises(InvalidInputError, match=r".") as raised:
        kb.publish()
    assert expected in str(raised.value)
    assert isinstance(raised.value.__cause__, ZeroDivisionError) == (case == "raises")
    assert kb.generation == 0
    # The changes are still there, and the next publish makes them visible.
    assert kb.publish().generation == 1
    assert len(kb) == len(ARTICLES)


@pytest.mark.parametrize(
    "case", ["raises", "nothing", "text", "a row too few", "another dimension", "no number", "too large"]
)
def test_a_model_that_goes_wrong_for_a_ticket_leaves_the_answer_of_words(case: str) -> None:
    kb = published(embed_tickets=WRONG[case][0])
    plain = KnowledgeBase.in_memory()
    plain.sync(ARTICLES)
    plain.publish()
    answer = kb.suggest("delete the invoice", audience=Audience.public())
    assert answer.vectors == "failed"
    by_words = plain.suggest("delete the invoice", audience=Audience.public())
    assert answer.ranking == by_words.ranking
    assert by_words.vectors == "not_given"
    assert "vectors" not in by_words.to_dict()
    with pytest.raises(InvalidInputError):
        kb.embed("delete the invoice")


def test_a_late_model_is_not_waited_for() -> None:
    let_go = threading.Event()

    def late(texts: list[str]) -> Any:
        let_go.wait()
        return words(texts)

    kb = published(embed_tickets=late, patience_ms=1)
    answer = kb.suggest("delete my bill", audience=Audience.public())
    let_go.set()
    assert answer.vectors == "late"


def test_a_model_runs_with_the_interpreter_and_other_threads_run_beside_it(
    turns_during: Callable[[Callable[[], object]], int],
) -> None:
    kb = published()
    assert turns_during(lambda: [kb.suggest("delete my bill", audience=Audience.public()) for _ in range(50)]) > 0
    answers = list(kb.suggest_many(["delete my bill"] * 100, audience=Audience.public()))
    assert {answer.vectors for answer in answers} == {"used"}
    # A model may ask another knowledge base.
    inner = published(lambda texts: [kb.embed(text) and words([text])[0] for text in texts])
    assert inner.suggest("delete my bill", audience=Audience.public()).vectors == "used"


def test_tickets_and_articles_can_have_prefixes_of_their_own() -> None:
    of_articles, of_tickets = Heard(), Heard()
    kb = published(of_articles, embed_tickets=of_tickets)
    kb.suggest("delete my bill, ana@example.org", audience=Audience.public())
    assert len(of_articles.texts) == 20
    assert of_tickets.texts == ["delete my bill, [email]"]


def test_vectors_that_the_host_has_already_need_no_model(tmp_path: Path) -> None:
    rows = words(TITLES)
    table = tmp_path / "articles.csv"
    lines = [f'"{title}",{title},"{rows[n].tolist()}"' for n, title in enumerate(TITLES)]
    table.write_text("\n".join(["id,title,embedding", *lines]), encoding="utf-8")
    of_table = helpdex.read_vectors(table, "words")
    assert list(of_table) == sorted(TITLES)
    given: list[dict[str, Any]] = [
        dict(zip(TITLES, rows, strict=True)),
        {title: row[None].tolist() for title, row in zip(TITLES, rows, strict=True)},
        {title: [Vector("words", row)] for title, row in zip(TITLES, rows, strict=True)},
        of_table,
    ]
    ticket = Ticket("delete my bill", vector=Vector("words", words(["delete my bill"])[0]))
    answers = []
    for articles in given:
        kb = published(None, articles=articles)
        answers.append(kb.suggest(ticket, audience=Audience.public()))
        assert kb.suggest("delete my bill", audience=Audience.public()).vectors == "not_given"
    assert answers[0].vectors == "used"
    assert answers[0].ranking[0].article_id == "Delete the invoice"
    assert all(answer.ranking == answers[0].ranking for answer in answers)
    # With a model too, only what is not given is embedded.
    embed = Heard()
    vectors = published(embed, articles={TITLES[0]: rows[0]}).publish().vectors
    assert vectors is not None
    assert (vectors.given, vectors.kept) == (1, 18)
    assert len(embed.texts) == 18
    assert TITLES[0] not in embed.texts


def test_given_vectors_that_are_none_are_named() -> None:
    for value, expected in [
        ([[1, 2], [3]], 'article "a": a vector is of the model "m" with 1 values'),
        ([1, 2, 3], 'article "a": a vector is of the model "m" with 3 values'),
        ([[1, 2], [float("nan"), 1]], 'article "a": row 2: a vector of "m" has a value that is not finite'),
        ("text", 'article "a": its vectors are a str'),
        ([Vector("other", [1, 2])], 'article "a": a vector is of the model "other"'),
    ]:
        with pytest.raises(InvalidInputError) as raised:
            Embedder("m", 2, articles={"a": value})
        assert expected in str(raised.value)
        assert raised.value.article_id == "a"
    assert repr(Embedder("m", 2, articles={"a": [0.0, 0.0]})) == "Embedder('m', dimension=2)"
    for name, dimension in (("", 2), ("m", 0), ("m", -1), ("m", 10_000)):
        with pytest.raises(InvalidInputError):
            Embedder(name, dimension)
    for values in ([], [0.0, 0.0], "ab", [[1, 2]], [float("inf")], None):
        with pytest.raises(InvalidInputError):
            Vector("m", values)


def test_a_vector_is_a_value_and_shows_no_number() -> None:
    vector = Vector("m", np.array([0.3, -0.7]))
    assert repr(vector) == "Vector('m', dimension=2)"
    assert pickle.loads(pickle.dumps(vector)) == copy.deepcopy(vector) == vector != Vector("m", [0.3, 0.7])
    assert Vector("m", vector.values) == vector
    ticket = Ticket("text", vector=vector)
    assert pickle.loads(pickle.dumps(ticket)).vector == vector
    assert repr(ticket) == "Ticket(text: 4 bytes)"


def test_vectors_of_tickets_are_learned_exported_and_forgotten(tmp_path: Path) -> None:
    kb = published()
    event = helpdex.FeedbackEvent(
        "1", "linked", ["Delete the invoice"], ticket=Ticket("my bill", requester="ana", vector=kb.embed("my bill"))
    )
    kb.learn([event])
    assert kb.export_feedback(tmp_path / "feedback.jsonl") == 1
    events, _ = helpdex.read_feedback(tmp_path / "feedback.jsonl")
    assert events[0].ticket.vector == event.ticket.vector
    assert kb.forget(requester="ana")["verdicts"] == 1
    assert kb.export_feedback(tmp_path / "none.jsonl") == 0


def test_a_draft_never_asks_the_model(now: datetime) -> None:
    heard = Heard()
    kb = published(embed_tickets=heard)
    draft = kb.draft(audience=Audience.public(), now=now)
    assert draft.suggest("delete my bill").vectors == "not_given"
    assert heard.texts == []
    vector = kb.embed("delete my bill")
    assert heard.texts == ["delete my bill"]
    assert draft.suggest(Ticket("delete my bill", vector=vector)).vectors == "used"


def test_a_model_is_freed_with_its_knowledge_base() -> None:
    class Model:
        def embed(self, texts: list[str]) -> Any:
            return words(texts)

    model = Model()
    kb = published(model.embed)
    kb.suggest("delete my bill", audience=Audience.public())
    freed = weakref.ref(model)
    kb.close()
    del kb, model
    gc.collect()
    assert freed() is None


def test_a_model_is_measured_on_a_data_set_and_in_a_backtest(tmp_path: Path) -> None:
    data_set = tmp_path / "set"
    (data_set / "qrels").mkdir(parents=True)
    corpus = [f'{{"_id": "{title}", "title": "{title}"}}' for title in TITLES]
    (data_set / "corpus.jsonl").write_text("\n".join(corpus))
    (data_set / "queries.jsonl").write_text('{"_id": "q", "text": "delete my bill"}')
    (data_set / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\tDelete the invoice\t1\n")
    embedder = Embedder("words", DIMENSION, words)
    by_words = ndcg(helpdex.evaluate(data_set))
    assert ndcg(helpdex.evaluate(data_set, embedder=embedder)) == 1.0 > by_words
    folder = tmp_path / "words"
    folder.mkdir()
    np.save(folder / "corpus.npy", words(TITLES))
    np.save(folder / "queries.npy", words(["delete my bill"]))
    assert ndcg(helpdex.evaluate(data_set, vectors=folder)) == 1.0
    with pytest.raises(InvalidInputError, match="give one of them"):
        helpdex.evaluate(data_set, vectors=folder, embedder=embedder)
    solved = [
        helpdex.FeedbackEvent(
            str(day),
            "linked",
            ["Delete the invoice"],
            ticket="delete my bill",
            at=datetime.fromisoformat(f"2026-01-{day:02}T00:00:00+00:00"),
        )
        for day in range(1, 5)
    ]
    replayed = helpdex.backtest(ARTICLES, solved, periods=2, embedder=embedder)
    assert ndcg(replayed) > ndcg(helpdex.backtest(ARTICLES, solved, periods=2))


def ndcg(report: helpdex.Report) -> float:
    assert report.figures.ndcg_at_10 is not None
    return report.figures.ndcg_at_10.value


def test_the_nearest_sentence_of_a_text_is_found() -> None:
    kb = published(words)
    text = "The printer needs paper. A bill is deleted at once."
    assert kb.nearest_sentence("my invoice", text) == "A bill is deleted at once."
    assert kb.nearest_sentence(Ticket("my invoice", vector=kb.embed("printer")), text) == "The printer needs paper."
    assert kb.nearest_sentence("my invoice", "") is None
    assert KnowledgeBase.in_memory().nearest_sentence("my invoice", text) is None
