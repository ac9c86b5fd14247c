"""Learning from solved tickets, and forgetting them."""

import copy
import os
import pickle
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import helpdex
from helpdex import FeedbackEvent, KnowledgeBase, Ticket


def linked(ticket_id: str, text: str = "", requester: str | None = None) -> FeedbackEvent:
    return FeedbackEvent(ticket_id, "linked", ["refund"], ticket=Ticket(text, requester=requester))


def test_verdicts_are_learned_once_and_unknown_articles_told(kb: KnowledgeBase) -> None:
    rejected = FeedbackEvent("2", "rejected", ["pin", "gone"], rejection="not_related")
    learned = kb.learn([linked("1", "money back"), rejected, linked("1")])
    assert learned == helpdex.Learned(2, 1, ("gone",))
    assert learned.to_dict() == {"added": 2, "repeated": 1, "unknown_articles": ["gone"]}
    assert kb.learn([FeedbackEvent("1", "linked", ["refund"], key="another")]).added == 1
    assert kb.learn(iter([])).added == 0


def test_a_forgotten_requester_is_in_no_file(tmp_path: Path) -> None:
    def holds(text: str) -> bool:
        return any(text.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())

    with KnowledgeBase.open_or_create(tmp_path / "kb") as kb:
        kb.learn([linked("1", "my zebra is locked", "ana"), linked("1", "a giraffe"), linked("2", "a lion", "bo")])
        assert holds("zebra")
        assert holds('"ana"')
        assert kb.forget(requester="ana") == {"verdicts": 1, "events": 0}
        assert not holds("zebra")
        assert not holds('"ana"')
        assert holds("lion")
        assert kb.forget(ticket="2")["verdicts"] == 1
        assert kb.forget(ticket="2")["verdicts"] == 0
        assert kb.learn([linked("1", "my zebra", "ana")]).added == 1


def test_articles_and_feedback_are_exported_and_read_again(kb: KnowledgeBase, tmp_path: Path) -> None:
    kb.learn([linked("1", "money back, ana@example.org", "ana"), FeedbackEvent("2", "no_article", key="k")])
    assert kb.export_feedback(tmp_path / "feedback.jsonl") == 2
    events, skipped = helpdex.read_feedback(tmp_path / "feedback.jsonl")
    assert skipped == []
    assert [event.key for event in events] == [None, "k"]
    count = kb.export_articles(tmp_path / "articles.jsonl")
    articles = list(helpdex.read_articles(tmp_path / "articles.jsonl"))
    assert len(articles) == count > 0
    with KnowledgeBase.in_memory() as copy:
        copy.sync(articles)
        assert copy.learn(events).added == 2
        copy.export_feedback(tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "feedback.jsonl").read_bytes()
    (tmp_path / "feedback.jsonl").write_text("no event\n")
    assert [error.line for error in helpdex.read_feedback(tmp_path / "feedback.jsonl")[1]] == [1]


ASIDES = ["again", "today", "please", "help", "urgent", "sorry", "hello", "in the shop", "since monday", "for days"]
ZEBRAS = [
    FeedbackEvent(
        f"{text} {aside}", "linked", [article], ticket=Ticket(f"{text}, {aside}", requester=f"{text} {aside}")
    )
    for article, texts in {
        "refund": ["the zebra is loose", "loose zebra", "zebra on the run", "a zebra got out", "my zebra ran"],
        "pin": ["locked out of the till", "the till is locked", "till says locked", "locked till", "the till locks"],
    }.items()
    for text in texts
    for aside in ASIDES
]
OF_ZEBRAS = [solved.ticket_id for solved in ZEBRAS if "refund" in solved.articles]


def first(kb: KnowledgeBase, text: str, now: datetime, popularity: float = 1.0) -> str | None:
    public = helpdex.Audience.public()
    answer = kb.suggest(text, audience=public, now=now, popularity=popularity)
    (same,) = kb.suggest_many([text], audience=public, now=now, popularity=popularity)
    assert same.ranking == answer.ranking
    return answer[0].article_id if answer else None


def test_what_was_learned_counts_from_the_next_training_on(kb: KnowledgeBase, now: datetime) -> None:
    kb.learn(ZEBRAS)
    kb.publish(now)
    assert first(kb, "zebra ran", now) is None
    trained = kb.train(now)
    assert trained.generation == kb.generation
    assert trained.to_dict()["models"]["public"]["id"] == trained.models["public"].id
    assert kb.publish(now).models == trained.models
    assert pickle.loads(pickle.dumps(trained)) == trained
    assert first(kb, "zebra ran", now) == "refund"
    assert first(kb, "zebra ran", now, popularity=0.0) == "refund"
    with pytest.raises(helpdex.InvalidInputError, match="popularity 2 is out of range"):
        first(kb, "zebra ran", now, popularity=2.0)
    assert sum(kb.forget(requester=name)["verdicts"] for name in OF_ZEBRAS) == 50
    kb.publish(now)
    assert first(kb, "zebra ran", now) != "refund"


def test_a_training_learns_from_the_tickets_that_it_is_given(kb: KnowledgeBase, now: datetime) -> None:
    assert kb.train(now, tickets=iter(ZEBRAS)).generation == 2
    assert first(kb, "zebra ran", now) == "refund"
    assert kb.forget(ticket=OF_ZEBRAS[0])["verdicts"] == 0
    with pytest.raises(helpdex.InvalidInputError, match="names no article"):
        kb.train(now, tickets=[FeedbackEvent("7", "linked")])
    assert kb.generation == 2
    kb.train(now)
    assert first(kb, "zebra ran", now) is None


def test_what_cannot_be_learned_is_named_and_nothing_is_learned(kb: KnowledgeBase) -> None:
    with pytest.raises(helpdex.InvalidInputError, match='entry 2, ticket "7": verdict linked names no article'):
        kb.learn([linked("1"), FeedbackEvent("7", "linked")])
    with pytest.raises(helpdex.InvalidInputError, match="ticket id is empty"):
        kb.learn([linked("")])
    with pytest.raises(TypeError, match="give solved tickets of type FeedbackEvent, not str"):
        kb.learn(["1"])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="not one string"):
        FeedbackEvent("1", "linked", "refund")
    with pytest.raises(helpdex.InvalidInputError, match='verdict "solved" is unknown; give one of "linked"'):
        FeedbackEvent("1", "solved", ["refund"])  # type: ignore[arg-type]
    with pytest.raises(helpdex.InvalidInputError, match="has no rejection"):
        FeedbackEvent("1", "linked", ["refund"], rejection="unknown")
    with pytest.raises(helpdex.InvalidInputError, match="give one of ticket, requester"):
        kb.forget()
    with pytest.raises(helpdex.InvalidInputError, match="give one of ticket, requester"):
        kb.forget(ticket="1", requester="ana")
    assert kb.learn([linked("1")]).added == 1

    def broken() -> Iterator[FeedbackEvent]:
        yield linked("8")
        raise LookupError("the source is gone")

    with pytest.raises(LookupError, match="the source is gone"):
        kb.learn(broken())
    assert kb.learn([linked("8")]).added == 1
    kb.close()
    with pytest.raises(helpdex.ClosedError):
        kb.learn([])


def test_a_damaged_log_is_named_with_the_remedy(tmp_path: Path) -> None:
    with KnowledgeBase.open_or_create(tmp_path / "kb") as kb:
        kb.learn([linked("0")])
        log = tmp_path / "kb" / "work" / "tickets.log"
        log.write_text("something else")
        with pytest.raises(helpdex.DamagedError, match="restore it from a copy") as caught:
            kb.learn([linked("1")])
        assert caught.value.path == str(log)


def test_a_solved_ticket_is_a_value_that_shows_no_text(now: datetime) -> None:
    solved = FeedbackEvent(
        "1",
        "rejected",
        ["pin"],
        ticket=Ticket("marker text", requester="marker", locale="en"),
        rejection="not_related",
        at=now,
        key="k",
    )
    assert (solved.ticket_id, solved.verdict, solved.rejection) == ("1", "rejected", "not_related")
    assert (solved.articles, solved.at, solved.key) == (("pin",), now, "k")
    assert solved.ticket.requester == "marker"
    assert pickle.loads(pickle.dumps(solved)) == solved == copy.copy(solved)
    assert "marker" not in repr(solved)
    assert repr(solved).endswith("locale='en'), rejection='not_related')")
    assert FeedbackEvent("1", "no_article").at.tzinfo is not None
    assert FeedbackEvent("1", "no_article", ticket="a text").ticket == Ticket("a text")


def test_threads_and_handles_lose_nothing(tmp_path: Path) -> None:
    handles = [KnowledgeBase.open_or_create(tmp_path / "kb") for _ in range(2)]
    failed: list[BaseException] = []

    def learn(number: int) -> None:
        try:
            for i in range(20):
                assert handles[number % 2].learn([linked(f"{number}-{i}", "x")]).added == 1
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=learn, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    every = [linked(f"{number}-{i}", "x") for number in range(4) for i in range(20)]
    assert handles[0].learn(every).repeated == 80


def test_the_interpreter_is_released_while_it_learns(turns_during: Callable[[Callable[[], object]], int]) -> None:
    kb = KnowledgeBase.in_memory()
    solved = [linked(str(number), "where is my money, please? " * 40) for number in range(1000)]
    assert turns_during(lambda: kb.learn(solved)) > 0
    assert kb.learn(solved).repeated == 1000


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_processes_take_turns(tmp_path: Path) -> None:
    KnowledgeBase.open_or_create(tmp_path / "kb").learn([linked("first", "x")])
    children = []
    for number in range(3):
        process = os.fork()
        if process == 0:
            try:
                with KnowledgeBase.open_or_create(tmp_path / "kb") as kb:
                    added = sum(kb.learn([linked(f"{number}-{i}", "x"), linked("first")]).added for i in range(20))
                os._exit(0 if added == 20 else 1)
            except BaseException:
                os._exit(2)
        children.append(process)
    for process in children:
        assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    every = [linked(f"{number}-{i}", "x") for number in range(3) for i in range(20)]
    assert KnowledgeBase.open_or_create(tmp_path / "kb").learn(every).repeated == 60


def test_a_training_compares_recent_labels_with_the_older_ones(kb: KnowledgeBase, now: datetime) -> None:
    def day_by_day(rounds: int) -> list[FeedbackEvent]:
        return [
            FeedbackEvent(f"{day}", "linked", zebra.articles, ticket=zebra.ticket, at=now + timedelta(day))
            for day, zebra in enumerate(ZEBRAS * rounds)
        ]

    assert kb.train(now, tickets=day_by_day(1)).drift == {}
    trained = kb.train(now, tickets=day_by_day(2))
    drift = trained.drift["public"]
    assert drift.recent == 40
    assert drift.since == now + timedelta(160)
    assert trained.to_dict()["drift"]["public"]["recent"] == 40
    assert kb.publish(now).drift == trained.drift
    assert kb.train(now).drift == {}


def test_an_agent_is_told_what_the_audience_may_not_see(now: datetime) -> None:
    runbook = helpdex.Article(
        id="runbook",
        locale="en",
        title="Payout held back by compliance",
        body="Why a payout is held back by compliance.",
        visibility="internal",
    )
    ticket = "why is my payout held back by compliance?"
    public = helpdex.Audience.public()
    with KnowledgeBase.in_memory() as kb:
        kb.upsert([runbook])
        kb.publish(now)
        told = kb.suggest(ticket, audience=public, now=now, told_to_agent=True)
        assert told.reason == "hidden_from_audience"
        assert "runbook" in (told.explanation or "")
        untold = kb.suggest(ticket, audience=public, now=now)
        assert untold.reason == "nothing_visible"
