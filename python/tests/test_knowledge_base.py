"""Building, publishing, asking and closing a knowledge base."""

import copy
import itertools
import pickle
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

import helpdex
from helpdex import Article, Audience, KnowledgeBase, Ticket


def test_articles_go_in_and_answers_come_out(tmp_path: Path, articles: list[Article], public: Audience) -> None:
    with KnowledgeBase.open_or_create(tmp_path / "kb") as kb:
        assert kb.generation == 0
        assert kb.sync(articles) == helpdex.Changes(3, 0, 0, 0, ())
        published = kb.publish()
        assert published.articles == {"public": 2, "internal": 1}
        assert kb.upsert(articles[:1]).unchanged == 1
        assert kb.remove(["refund", "unknown"]).removed == 1
        assert kb.publish().generation == kb.generation == 2
    with KnowledgeBase.open(str(tmp_path / "kb")) as kb:
        assert kb.locales(public) == ["en"]
        assert [s.article_id for s in kb.suggest("reset my PIN please", audience=public, min_probability=0)] == ["pin"]
        assert repr(kb) == f"<helpdex.KnowledgeBase {str(tmp_path / 'kb')!r}, generation=2>"


def test_articles_of_one_group_and_locale_are_named_and_both_ranked(kb: KnowledgeBase, public: Audience) -> None:
    kb.upsert([Article(id="other", locale="en", title="Reset a PIN", visibility="public", translation_group="pin")])
    published = kb.publish()
    assert published.conflicts == (helpdex.GroupConflict("pin", "en", ("other", "pin")),)
    assert published.to_dict()["conflicts"][0]["article_ids"] == ["other", "pin"]
    ranking = kb.suggest("how do I reset the pin?", audience=public).ranking
    assert {"other", "pin"} <= {ranked.article_id for ranked in ranking}


def test_options_reach_the_library(kb: KnowledgeBase, public: Audience) -> None:
    for limit in (0, 11, -1):
        with pytest.raises(helpdex.InvalidInputError, match="is out of range; give 1 to 10"):
            kb.suggest("x", audience=public, limit=limit)
    for probability in (-0.1, 1.5, float("nan")):
        with pytest.raises(ValueError, match=r"min_probability .* is out of range; give 0 to 1"):
            kb.suggest("x", audience=public, min_probability=probability)
    with pytest.raises(TypeError, match="give a Ticket or a str, not int"):
        kb.suggest(7, audience=public)  # type: ignore[arg-type]


def test_the_caller_gives_the_moment(now: datetime, public: Audience) -> None:
    article = Article(id="a", locale="en", title="Fee", visibility="public", valid_until=now)
    kb = KnowledgeBase.in_memory()
    kb.sync([article])
    published = kb.publish(now - timedelta(days=1))
    assert published.next_publish_at == now
    assert published.to_dict()["next_publish_at"] == "2026-06-01T00:00:00Z"
    assert kb.suggest("fee", audience=public, now=now - timedelta(days=1)).ranking
    assert not kb.suggest("fee", audience=public, now=now).ranking
    assert kb.publish(now).left_out == {"a": "expired"}
    with pytest.raises(helpdex.InvalidInputError, match="no time zone"):
        kb.publish(datetime(2026, 1, 1))
    with pytest.raises(TypeError, match="give a datetime"):
        kb.publish("2026-01-01")  # type: ignore[arg-type]


def test_a_closed_knowledge_base_says_so_and_can_be_closed_again(kb: KnowledgeBase, public: Audience) -> None:
    answers = kb.suggest_many(["a"], audience=public)
    draft = kb.draft(audience=public)
    kb.close()
    kb.close()
    uses: list[Callable[[], object]] = [
        lambda: kb.suggest("a", audience=public),
        lambda: kb.suggest_many(["a"], audience=public),
        lambda: next(answers),
        lambda: kb.draft(audience=public),
        lambda: draft.suggest("a"),
        lambda: kb.sync([]),
        lambda: kb.publish(),
        lambda: kb.refresh(),
        lambda: kb.generation,
        lambda: kb.locales(public),
        lambda: kb.__enter__(),
    ]
    for use in uses:
        with pytest.raises(helpdex.ClosedError, match="open it again"):
            use()
    assert repr(kb) == "<helpdex.KnowledgeBase in memory, closed>"


def test_a_handle_cannot_be_pickled(kb: KnowledgeBase) -> None:
    with pytest.raises(TypeError, match="open it by its path in the worker"):
        pickle.dumps(kb)
    with pytest.raises(TypeError, match="open it by its path in the worker"):
        copy.copy(kb)


def test_progress_is_told_and_can_stop_a_publish(articles: list[Article]) -> None:
    kb = KnowledgeBase.in_memory()
    kb.sync(articles)

    def stop(done: int, total: int) -> None:
        assert (done, total) == (3, 3)
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        kb.publish(progress=stop)
    told = []
    kb.upsert([Article(id="more", locale="en", title="More", visibility="public")])
    kb.publish(progress=lambda done, total: told.append((done, total)))
    assert told
    assert told[-1][1] == 4


def test_a_bad_entry_changes_nothing(kb: KnowledgeBase) -> None:
    def broken() -> Iterator[Article]:
        yield Article(id="new", locale="en", title="New")
        raise LookupError("the source is gone")

    with pytest.raises(LookupError, match="the source is gone"):
        kb.sync(broken())
    with pytest.raises(TypeError, match="give articles of type Article, not str"):
        kb.upsert(["pin"])  # type: ignore[list-item]
    assert kb.upsert([]).to_dict() == {"added": 0, "changed": 0, "unchanged": 0, "removed": 0, "repeated": []}
    assert kb.publish().articles == {"public": 2, "internal": 1}


def test_many_answers_equal_single_ones_in_order(kb: KnowledgeBase, public: Audience, now: datetime) -> None:
    tickets: list[Ticket | str] = [f"reset PIN {number}" if number % 3 else Ticket("refund") for number in range(300)]
    answers = list(kb.suggest_many(tickets, audience=public, now=now, min_probability=0.0))
    for ticket, answer in zip(tickets, answers, strict=True):
        alone = kb.suggest(ticket, audience=public, now=now, min_probability=0.0)
        assert (answer.suggestion_id, answer.offered) == (alone.suggestion_id, alone.offered)


def test_many_tickets_are_read_as_they_are_needed(kb: KnowledgeBase, public: Audience) -> None:
    read = 0

    def endless() -> Iterator[str]:
        nonlocal read
        while True:
            read += 1
            yield "reset my PIN"

    answers = kb.suggest_many(endless(), audience=public)
    assert read == 0
    for _ in range(100):
        next(answers)
    assert 100 <= read <= 200


def test_a_bad_ticket_is_raised_after_the_answers_before_it(kb: KnowledgeBase, public: Audience) -> None:
    answers = kb.suggest_many(["a", "b", 7, "c"], audience=public)  # type: ignore[list-item]
    next(answers)
    next(answers)
    with pytest.raises(TypeError, match="not int"):
        next(answers)
    with pytest.raises(StopIteration):
        next(answers)
    with pytest.raises(TypeError, match="list of tickets"):
        kb.suggest_many("one ticket", audience=public)


def test_many_answers_come_from_one_generation_without_what_is_denied_meanwhile(
    kb: KnowledgeBase, public: Audience
) -> None:
    def first(answer: helpdex.Suggestions) -> str | None:
        return answer.ranking[0].article_id if answer.ranking else None

    answers = kb.suggest_many(itertools.repeat("reset my PIN"), audience=public)
    draft = kb.draft(audience=public)
    kb.remove(["pin"])
    kb.publish()
    assert first(next(answers)) == first(draft.suggest("reset my PIN")) == "pin"
    kb.deny(["pin"])
    assert first(draft.suggest("reset my PIN")) != "pin"
    # What was read ahead is answered already.
    assert any(first(next(answers)) != "pin" for _ in range(10_000))


def test_a_draft_begins_as_suggest_and_keeps_what_it_shows(kb: KnowledgeBase, public: Audience, now: datetime) -> None:
    def shown(answer: helpdex.Suggestions) -> list[str]:
        return [suggestion.article_id for suggestion in answer]

    # Its probability falls from 0.37 to 0.34 by the last word.
    text = "please refund and reset mine"
    draft = kb.draft(audience=public, now=now, min_probability=0.36)
    begun = draft.suggest(text[:-5])
    alone = kb.suggest(text[:-5], audience=public, now=now, min_probability=0.36)
    assert shown(begun) == shown(alone)
    assert shown(begun) == shown(draft.suggest(Ticket(text))) == shown(draft.suggest(text)) == ["refund"]
    assert shown(kb.suggest(text, audience=public, now=now, min_probability=0.36)) == []
    assert shown(draft.suggest("")) == shown(draft.suggest(text)) == []
    with pytest.raises(helpdex.InvalidInputError, match="limit 11"):
        kb.draft(audience=public, limit=11)


def test_a_refresh_sees_what_another_handle_published(tmp_path: Path, articles: list[Article]) -> None:
    writer = KnowledgeBase.open_or_create(tmp_path / "kb")
    writer.sync(articles)
    writer.publish()
    reader = KnowledgeBase.open(tmp_path / "kb")
    assert not reader.refresh()
    writer.remove(["pin"])
    writer.publish()
    assert reader.generation == 1
    assert reader.refresh()
    assert reader.generation == 2


def test_a_rule_pins_or_blocks_an_article_for_tickets_with_its_words_and_fields(public: Audience) -> None:
    until = datetime(2100, 12, 24, tzinfo=timezone.utc)
    with KnowledgeBase.in_memory() as kb:
        for matter in ("invoice", "password", "refund"):
            kb.upsert([Article(id=matter, locale="en", title=f"All about the {matter}", visibility="public")])
        kb.set_rule("outage", "pin", "invoice", words="refunds", fields={"page_url": "/pay*"}, locale="en", until=until)
        kb.publish()
        on_page = helpdex.Ticket("where is my refund", fields={"page_url": "/pay/1"}, locale="en")
        answer = kb.suggest(on_page, audience=public)
        assert [suggestion.article_id for suggestion in answer] == ["invoice", "refund"]
        assert answer[0].pinned_by == answer.applied_rules[0]
        assert answer.to_dict()["applied_rules"] == [
            {"rule_id": "outage", "effect": "pin", "article_id": "invoice", "until": "2100-12-24T00:00:00Z"}
        ]
        elsewhere = kb.suggest("where is my refund", audience=public)
        assert [suggestion.article_id for suggestion in elsewhere] == ["refund"]
        assert "pinned_by" not in elsewhere.to_dict()["offered"][0]
        (rule,) = kb.settings.rules
        assert (rule.words, rule.fields, rule.until) == ("refunds", {"page_url": "/pay*"}, until)
        assert rule.to_dict()["effect"] == "pin"
        assert kb.remove_rule("outage")
        assert not kb.remove_rule("outage")
        kb.set_rule("old", "block", "refund")
        kb.publish()
        assert kb.suggest(on_page, audience=public).reason == "blocked"
        with pytest.raises(helpdex.InvalidInputError, match="pin"):
            kb.set_rule("odd", "hide", "refund")  # type: ignore[arg-type]


def test_synonyms_widen_the_query_and_say_so(public: Audience) -> None:
    with KnowledgeBase.in_memory() as kb:
        kb.upsert([Article(id="invoice", locale="en", title="Download an invoice", visibility="public")])
        kb.set_synonyms("en", "slip => invoice")
        kb.publish()
        answer = kb.suggest("where is my slip", audience=public, min_probability=0)
        assert {term.term: term.synonym_of for term in answer[0].matched_terms} == {"invoic": "slip"}
        with pytest.raises(helpdex.InvalidInputError, match="write it like") as error:
            kb.set_synonyms("en", "a, b\nalone")
        assert error.value.line == 2
