"""Articles, tickets, audiences and answers: what they take, show and promise."""

import copy
import dataclasses
import json
import pickle
from datetime import datetime, timedelta, timezone
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import helpdex
from helpdex import Article, Audience, InvalidInputError, Ticket

EVERY_FIELD: dict[str, Any] = {
    "id": "pin",
    "locale": "pt-BR",
    "title": "Reset your PIN",
    "body": "# Reset",
    "format": "markdown",
    "visibility": "signed_in",
    "translation_group": "pins",
    "section_path": ["Terminals", "Security"],
    "labels": ["a"],
    "products": ["Go"],
    "brand": "Lumo",
    "status": "draft",
    "user_segments": ["gold"],
    "valid_from": datetime(2026, 1, 1, tzinfo=timezone.utc),
    "valid_until": datetime(2027, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))),
    "updated_at": datetime(2025, 12, 31, 23, 59, 59, tzinfo=timezone.utc),
    "url": "/hc/pin",
    "votes": (3, 1),
}


def test_an_article_gives_back_what_it_was_made_of() -> None:
    article = Article(**EVERY_FIELD)
    for name, value in EVERY_FIELD.items():
        expected = tuple(value) if isinstance(value, list) else value
        expected = "pt-br" if name == "locale" else expected
        assert getattr(article, name) == expected, name
    assert article.valid_until is not None
    assert article.valid_until.tzinfo is timezone.utc


def test_what_an_article_does_not_say_is_safe() -> None:
    article = Article(id="a", locale="en", title="A")
    assert article.visibility == "internal"
    assert article.translation_group == "a"
    assert (article.labels, article.votes, article.valid_from) == ((), None, None)


def test_values_are_frozen_and_equal_by_content() -> None:
    article = Article(**EVERY_FIELD)
    assert article == Article(**EVERY_FIELD)
    assert article != Article(**{**EVERY_FIELD, "title": "Other"})
    assert hash(article) == hash(Article(**EVERY_FIELD))
    assert Audience.signed_in(["b", "a"]) == Audience.signed_in(("a", "b"))
    assert len({Audience.public(), Audience.public(), Audience.internal()}) == 2
    assert Ticket("a") == Ticket("a") != Ticket(html="a")
    with pytest.raises(AttributeError):
        article.title = "Other"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        Ticket("a").text = "b"  # type: ignore[misc]


@pytest.mark.parametrize(
    "value",
    [
        Article(**EVERY_FIELD),
        Ticket("text", subject="subject", locale="th", fields={"product": "Go"}, requester="r", reference="1"),
        Ticket(html="<p>"),
        Ticket(email=b"Subject: x\r\n\r\n\xff"),
        Audience.signed_in(["gold"]),
        Audience.public(),
    ],
)
def test_values_survive_pickling_and_copying(value: object) -> None:
    assert pickle.loads(pickle.dumps(value)) == value
    assert copy.deepcopy(value) == value


def test_refused_values_name_the_article_the_value_and_the_remedy() -> None:
    with pytest.raises(InvalidInputError, match='article "": article id "" is empty; an id needs') as caught:
        Article(id="", locale="en", title="A")
    assert caught.value.article_id == ""
    with pytest.raises(ValueError, match="shorten it to 255"):
        Article(id="x" * 300, locale="en", title="A")
    with pytest.raises(InvalidInputError, match='format "docx" is unknown; give one of "html", "markdown", "text"'):
        Article(id="a", locale="en", title="A", format="docx")  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match='visibility "all" is unknown; give one of "public"'):
        Article(id="a", locale="en", title="A", visibility="all")  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="has no time zone"):
        Article(id="a", locale="en", title="A", valid_from=datetime(2026, 1, 1))
    with pytest.raises(TypeError, match="not one string"):
        Article(id="a", locale="en", title="A", labels="billing")
    with pytest.raises(TypeError, match="positional"):
        Article("a")  # type: ignore[call-arg]


def test_the_repr_of_a_ticket_shows_none_of_its_text() -> None:
    ticket = Ticket(
        "marker", subject="marker", locale="en", fields={"marker": "marker"}, requester="marker", reference="marker"
    )
    assert repr(ticket) == "Ticket(text: 6 bytes, subject: 6 bytes, locale='en')"
    assert "marker" not in repr(Ticket(html="marker")) + repr(Ticket(email=b"marker"))


def test_a_ticket_has_one_message() -> None:
    assert Ticket().text == ""
    with pytest.raises(InvalidInputError, match="give one of text, html and email"):
        Ticket("a", html="b")
    with pytest.raises(InvalidInputError, match="is not a language tag"):
        Ticket("a", locale="english please")


def test_an_audience_must_be_said() -> None:
    kb = helpdex.KnowledgeBase.in_memory()
    with pytest.raises(TypeError, match="audience"):
        kb.suggest("a")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        kb.suggest("a", audience="public")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Audience()
    with pytest.raises(TypeError, match="not one string"):
        Audience.signed_in("gold")
    with pytest.raises(InvalidInputError, match="is unknown"):
        Audience.from_name("everybody")


def test_answers_are_frozen_comparable_and_picklable(kb: helpdex.KnowledgeBase, public: Audience) -> None:
    answer = kb.suggest("how do I reset my PIN?", audience=public, min_probability=0.0)
    assert pickle.loads(pickle.dumps(answer)) == answer
    assert len(answer) == len(list(answer)) == len(answer.offered) > 0
    assert answer[0].article_id == "pin"
    assert json.loads(json.dumps(answer.to_dict())) == answer.to_dict()
    assert repr(answer).startswith("Suggestions(suggestion_id='")
    with pytest.raises(dataclasses.FrozenInstanceError):
        answer.outcome = "abstained"  # type: ignore[misc]


def test_an_answer_is_replaced_and_copied_and_has_no_other_fields(kb: helpdex.KnowledgeBase, public: Audience) -> None:
    answer = kb.suggest("how do I reset my PIN?", audience=public, min_probability=0.0)
    made = dataclasses.replace(answer, offered=tuple(map(dataclasses.replace, answer.offered)))
    assert made == answer
    assert hash(made) == hash(answer)
    for copied in (made, copy.copy(answer), pickle.loads(pickle.dumps(answer))):
        assert copied == answer
    for value in (answer, made, answer[0]):
        with pytest.raises(AttributeError, match=f"'{type(value).__name__}' object has no attribute 'offer'"):
            getattr(value, "offer")  # noqa: B009 (mypy knows that it is not there)


def test_silence_has_a_reason(kb: helpdex.KnowledgeBase, public: Audience) -> None:
    answer = kb.suggest("", audience=public)
    assert (answer.outcome, answer.reason, answer.offered) == ("abstained", "empty_after_cleaning", ())
    assert not answer
    assert answer.explanation == "The ticket has no words of its customer."


def test_highlights_count_characters(kb: helpdex.KnowledgeBase, public: Audience) -> None:
    passage = kb.suggest("reset PIN", audience=public, min_probability=0.0)[0].passage
    assert passage is not None
    words = [passage.text[start:end] for start, end in passage.highlights]
    assert words == ["reset", "PIN"]
    assert passage.to_html() == "Open Settings — 🔒 <mark>reset</mark> the <mark>PIN</mark> there."


# Letters, marks, signs and spaces; what is taken out or becomes a space is not among them.
PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"]))


@given(PLAIN, st.lists(st.integers(0, 30), max_size=8))
def test_html_of_a_passage_holds_its_text_escaped(text: str, cuts: list[int]) -> None:
    cuts = sorted({min(cut, len(text)) for cut in cuts})
    highlights = tuple(zip(cuts[::2], cuts[1::2], strict=False))
    html = helpdex.Passage("", None, text, highlights).to_html()
    unmarked = html.replace("<mark>", "").replace("</mark>", "")
    assert html.count("<mark>") == len(highlights)
    assert not set("<>\"'") & set(unmarked)
    assert unescape(unmarked) == text


@given(st.text())
def test_no_sign_of_any_text_is_markup_or_steers_the_page(text: str) -> None:
    html = helpdex.Passage("", None, text, ((0, len(text)),)).to_html()
    inner = html.removeprefix("<mark>").removesuffix("</mark>")
    assert inner == helpdex.escape_html(text)
    assert not set("<>\"'\x1b\x9b\u202e\u2066") & set(inner)


def test_half_a_surrogate_pair_is_an_error_of_the_caller(kb: helpdex.KnowledgeBase, public: Audience) -> None:
    broken = "reset \ud800"
    for of_ticket in (
        lambda: kb.suggest(broken, audience=public),
        lambda: Ticket(broken),
        lambda: Ticket(subject=broken),
        lambda: Ticket(html=broken),
        lambda: Ticket(requester=broken),
        lambda: Ticket(fields={"a": broken}),
        lambda: list(kb.suggest_many([broken], audience=public)),
    ):
        with pytest.raises(InvalidInputError, match="half of a surrogate pair") as caught:
            of_ticket()
        # Python's own error would hold the text.
        assert caught.value.__cause__ is caught.value.__context__ is None
    for of_article in (
        lambda: helpdex.Article(id=broken, locale="en", title="a"),
        lambda: helpdex.Article(id="a", locale="en", title=broken),
        lambda: helpdex.escape_html(broken),
    ):
        with pytest.raises(ValueError, match="surrogates not allowed"):
            of_article()


def test_when_the_time_ends_there_is_no_part_of_an_answer(kb: helpdex.KnowledgeBase, public: Audience) -> None:
    def ask(time_budget_ms: int | None) -> helpdex.Suggestions:
        answer = kb.suggest("reset PIN", audience=public, min_probability=0.0, time_budget_ms=time_budget_ms)
        return dataclasses.replace(answer, elapsed_us=0)

    whole = ask(None)
    assert whole
    assert ask(3_600_000) == whole
    nothing = ask(0)
    assert (nothing.reason, nothing.ranking, nothing.searched_locales) == ("deadline", (), ())
    (many,) = kb.suggest_many(["reset PIN"], audience=public, min_probability=0.0, time_budget_ms=0)
    assert many.reason == "deadline"


@given(st.text())
def test_any_text_has_an_outcome(text: str) -> None:
    answer = helpdex.KnowledgeBase.in_memory().suggest(text, audience=Audience.public())
    assert answer.reason == "not_published"


def test_a_probability_reads_as_the_command_prints_it(kb: helpdex.KnowledgeBase, public: Audience) -> None:
    ranking = kb.suggest("refund a payment", audience=public).ranking
    # Nine digits name any 32-bit number; widened to 64 bits it would need up to seventeen.
    assert all(article.probability == float(f"{article.probability:.9g}") for article in ranking), ranking
    first = ranking[0].probability
    again = kb.suggest("refund a payment", audience=public, min_probability=first)
    assert again[0].probability == first
