"""Threads, forked children and Ctrl-C."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import helpdex
from helpdex import Article, Audience, KnowledgeBase

WORDS = ["reset", "refund", "card", "reader", "invoice", "payment", "account", "address", "phone", "support"]


def many_articles(count: int) -> Iterator[Article]:
    for number in range(count):
        words = [f"{word}{number * 7 % 1009}" for word in WORDS]
        yield Article(
            id=f"a{number}", locale="en", title=" ".join(words[:3]), body=" ".join(words * 20), visibility="public"
        )


def test_threads_ask_while_another_publishes(kb: KnowledgeBase, public: Audience) -> None:
    generations = set()
    done = threading.Event()
    failed: list[BaseException] = []

    def ask() -> None:
        try:
            while not done.is_set():
                generations.add(kb.suggest("reset my PIN", audience=public).suggestion_id)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for number in range(10):
        kb.upsert([Article(id=f"n{number}", locale="en", title=f"New {number}", visibility="public")])
        kb.publish()
    done.set()
    for thread in threads:
        thread.join()
    assert not failed
    assert generations


def test_answers_are_read_by_one_thread_at_a_time(kb: KnowledgeBase, public: Audience) -> None:
    inside = threading.Event()
    go_on = threading.Event()

    def waiting() -> Iterator[str]:
        inside.set()
        go_on.wait()
        yield "reset"

    answers = kb.suggest_many(waiting(), audience=public)
    thread = threading.Thread(target=lambda: list(answers))
    thread.start()
    inside.wait()
    with pytest.raises(helpdex.InvalidInputError, match="another thread is reading these answers"):
        next(answers)
    go_on.set()
    thread.join()


def test_the_interpreter_is_released_during_work(turns_during: Callable[[Callable[[], object]], int]) -> None:
    kb = KnowledgeBase.in_memory()
    kb.sync(many_articles(300))
    assert turns_during(kb.publish) > 0
    assert kb.generation == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
# From Python 3.12 on a warning tells that the parent has threads; a handle has none once a call has returned.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_reads_and_is_told_that_it_cannot_write(
    tmp_path: Path, articles: list[Article], public: Audience
) -> None:
    kb = KnowledgeBase.open_or_create(tmp_path / "kb")
    kb.sync(articles)
    kb.publish()
    kb.upsert([Article(id="unsaved", locale="en", title="Unsaved")])

    def child() -> None:
        assert kb.suggest("reset my PIN please", audience=public, min_probability=0)[0].article_id == "pin"
        assert len(list(kb.suggest_many(["a", "b"], audience=public))) == 2
        for write in (lambda: kb.sync([]), lambda: kb.remove(["pin"]), lambda: kb.publish()):
            with pytest.raises(helpdex.Error, match=f"opened by process {os.getppid()} and can only read"):
                write()

    assert in_fork(child) == 0
    assert kb.publish().generation == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_child_that_lives_on_does_not_keep_the_lock(tmp_path: Path, articles: list[Article]) -> None:
    kb = KnowledgeBase.open_or_create(tmp_path / "kb")
    kb.sync(articles)
    wait_in_child, end_child = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(end_child)
        os.read(wait_in_child, 1)
        os._exit(0)
    kb.publish()
    assert kb.remove(["pin"]).removed == 1
    os.close(end_child)
    assert os.waitpid(process, 0) == (process, 0)


def in_fork(work: Callable[[], None]) -> int:
    process = os.fork()
    if process == 0:
        try:
            work()
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status)


def interrupted(work: Callable[[], object]) -> bool:
    """Press Ctrl-C once the work has begun; tells whether it was raised in it."""
    main = threading.main_thread().ident
    assert main is not None

    def press() -> None:
        time.sleep(0.1)
        signal.pthread_kill(main, signal.SIGINT)

    # Whoever runs the tests in the background may have it ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    thread = threading.Thread(target=press)
    thread.start()
    try:
        work()
    except KeyboardInterrupt:
        return True
    finally:
        thread.join()
        signal.signal(signal.SIGINT, before)
    return False


needs_signals = pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="this system has no such signals")


@needs_signals
def test_ctrl_c_stops_a_publish_and_nothing_is_changed() -> None:
    kb = KnowledgeBase.in_memory()
    kb.sync(many_articles(4000))
    assert interrupted(kb.publish)
    assert kb.generation == 0
    assert kb.upsert([]).added == 0


@needs_signals
def test_ctrl_c_stops_a_sync(kb: KnowledgeBase) -> None:
    def endless() -> Iterator[Article]:
        while True:
            yield from many_articles(10)

    assert interrupted(lambda: kb.sync(endless()))
    assert kb.publish().articles == {"public": 2, "internal": 1}


@needs_signals
def test_ctrl_c_stops_many_answers(kb: KnowledgeBase, public: Audience) -> None:
    def endless() -> Iterator[str]:
        while True:
            yield "reset my PIN " * 50

    def ask() -> None:
        for _ in kb.suggest_many(endless(), audience=public):
            pass

    assert interrupted(ask)


@needs_signals
def test_ctrl_c_stops_an_evaluation(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\ta1\t1\n")
    (tmp_path / "queries.jsonl").write_text('{"_id": "q", "text": "reset"}\n')
    with (tmp_path / "corpus.jsonl").open("w") as corpus:
        for article in many_articles(4000):
            corpus.write(f'{{"_id": "{article.id}", "title": "{article.title}", "text": "{article.body}"}}\n')
    assert interrupted(lambda: helpdex.evaluate(tmp_path))
