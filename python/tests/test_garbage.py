"""What the garbage collector can take."""

import gc
import weakref
from collections.abc import Iterator

from helpdex import Answers, Audience, Draft, KnowledgeBase


class Gatherer:
    """Keeps what reads from itself."""

    answers: Answers
    draft: Draft
    kb: KnowledgeBase

    def texts(self) -> Iterator[str]:
        while True:
            yield f"reset the pin {id(self)}"


def test_answers_that_lead_back_to_their_keeper_are_collected(kb: KnowledgeBase, public: Audience) -> None:
    gone = []
    for read in range(50):
        gatherer = Gatherer()
        gatherer.kb = kb
        gatherer.answers = kb.suggest_many(gatherer.texts(), audience=public)
        gatherer.draft = kb.draft(audience=public)
        for _ in range(read % 3):
            next(gatherer.answers)
        gone.append(weakref.ref(gatherer))
    del gatherer
    gc.collect()
    assert [reference() for reference in gone] == [None] * 50


def test_an_error_that_waits_for_its_turn_is_collected_with_its_answers(kb: KnowledgeBase, public: Audience) -> None:
    class Broken(Gatherer):
        def texts(self) -> Iterator[str]:
            yield "reset the pin"
            raise RuntimeError(self)

    gatherer = Broken()
    gatherer.answers = kb.suggest_many(gatherer.texts(), audience=public)
    next(gatherer.answers)
    gone = weakref.ref(gatherer)
    del gatherer
    gc.collect()
    assert gone() is None


def test_answers_that_are_collected_while_they_are_read_go_on(kb: KnowledgeBase, public: Audience) -> None:
    def texts() -> Iterator[str]:
        for _ in range(3):
            gc.collect()
            yield "reset the pin"

    assert len(list(kb.suggest_many(texts(), audience=public))) == 3
