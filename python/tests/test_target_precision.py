"""A target precision: what is shown keeps it, and silence says what is missing."""

import json
import pickle
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import get_args

import pytest

import helpdex

WORDS = {"pin": ["locked", "forgotten", "blocked"], "refund": ["money", "cancelled", "returned"]}


def solved(count: int) -> list[helpdex.FeedbackEvent]:
    tickets = []
    for number in range(count):
        article = "pin" if number % 2 else "refund"
        words = WORDS[article]
        text = f"{words[number % 3]} again, and {words[number // 3 % 3]} since day {number}"
        at = datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(hours=number)
        tickets.append(helpdex.FeedbackEvent(str(number), "linked", [article], ticket=text, at=at))
    return tickets


def test_with_too_few_labels_it_is_silent_unless_a_guess_is_asked_for(
    kb: helpdex.KnowledgeBase, public: helpdex.Audience
) -> None:
    answer = kb.suggest("reset the PIN", audience=public, target_precision=0.8, min_probability=0.0)
    assert (answer.outcome, answer.reason) == ("abstained", "not_enough_labels")
    assert answer.explanation is not None
    assert answer.explanation.startswith("Not enough data: 0 labelled tickets, at least about 14 needed; ")
    assert answer.ranking[0].article_id == "pin"
    guess = kb.suggest(
        "reset the PIN", audience=public, target_precision=0.8, when_unmet="min_probability", min_probability=0.0
    )
    assert guess[0].article_id == "pin"


def test_solved_tickets_tell_the_threshold(kb: helpdex.KnowledgeBase, public: helpdex.Audience) -> None:
    kb.learn(solved(120))
    kb.publish()
    kb.train()
    text = "it is locked and forgotten"
    answer = kb.suggest(text, audience=public, target_precision=0.8, answerable_share=1.0, min_probability=1.0)
    assert answer[0].article_id == "pin"
    (same,) = kb.suggest_many(
        [text], audience=public, target_precision=0.8, answerable_share=1.0, confidence_level=0.95
    )
    assert same[0].article_id == "pin"
    # With one of two articles taken away the other one looks right: nothing is sure if half of the tickets have none.
    assert kb.suggest(text, audience=public, target_precision=0.8).reason == "not_enough_precision"


@pytest.mark.parametrize("target_precision", [0.0, 1.0, float("nan")])
def test_a_target_out_of_range_is_refused(
    kb: helpdex.KnowledgeBase, public: helpdex.Audience, target_precision: float
) -> None:
    with pytest.raises(helpdex.InvalidInputError, match="above 0 and below 1"):
        kb.suggest("PIN", audience=public, target_precision=target_precision)


def test_an_unknown_choice_is_refused(kb: helpdex.KnowledgeBase, public: helpdex.Audience) -> None:
    with pytest.raises(helpdex.InvalidInputError, match='when_unmet "loud" is unknown'):
        kb.suggest("PIN", audience=public, when_unmet="loud")  # type: ignore[arg-type]


def test_a_report_tells_how_a_target_was_kept(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    articles = [{"_id": id, "title": f"About the {id}", "text": "Step by step."} for id in WORDS]
    queries = [
        {"_id": str(number), "text": ticket.ticket.text, "metadata": {"split": "test" if number % 3 else "train"}}
        for number, ticket in enumerate(solved(180))
    ]
    (tmp_path / "corpus.jsonl").write_text("".join(json.dumps(line) + "\n" for line in articles))
    (tmp_path / "queries.jsonl").write_text("".join(json.dumps(line) + "\n" for line in queries))
    for split in ("train", "test"):
        grades = [
            f"{ticket.ticket_id}\t{ticket.articles[0]}\t1\n"
            for number, ticket in enumerate(solved(180))
            if (split == "test") == bool(number % 3)
        ]
        (tmp_path / "qrels" / f"{split}.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(grades))

    report = helpdex.evaluate(tmp_path, target_precision=0.8, answerable_share=1.0, min_probability=1.0)
    assert report.target is not None
    assert (report.target.target_precision, report.target.labels_from) == (0.8, "learned")
    (chosen,) = report.target.chosen
    assert (chosen.labels, chosen.missing) == (60, None)
    assert chosen.threshold is not None
    assert chosen.threshold.lower_bound >= 0.8
    assert report.figures.selective_precision is not None
    assert report.figures.selective_precision.high >= 0.8
    assert json.loads(json.dumps(report.to_dict())) == report.to_dict()
    assert pickle.loads(pickle.dumps(report)) == report

    report = helpdex.evaluate(tmp_path, target_precision=0.999, answerable_share=1.0)
    assert report.target is not None
    missing = report.target.chosen[0].missing
    assert missing is not None
    assert missing.to_dict() == {"reason": "not_enough_labels", "have": 60, "needed": missing.needed}
    assert {outcome.reason for outcome in report.outcomes} == {"not_enough_labels"}
    assert helpdex.evaluate(tmp_path).target is None


def test_any_of_those_shown_can_be_promised(kb: helpdex.KnowledgeBase, public: helpdex.Audience) -> None:
    kb.learn(solved(120))
    kb.publish()
    kb.train()
    answer = kb.suggest(
        "locked account", audience=public, promise="any", limit=2, target_precision=0.8, answerable_share=1.0
    )
    assert len(answer) == 2
    second = answer.ranking[1]
    assert second.cumulative_probability > second.probability
    assert answer.answerable_probability >= second.cumulative_probability >= answer[0].threshold
    with pytest.raises(helpdex.InvalidInputError, match="limit 4 is too large"):
        kb.suggest("locked account", audience=public, promise="any", limit=4, target_precision=0.8)
    with pytest.raises(helpdex.InvalidInputError, match='promise "all" is unknown'):
        kb.suggest("locked account", audience=public, promise="all")  # type: ignore[arg-type]


def test_a_backtest_answers_each_ticket_by_what_was_known_before(articles: list[helpdex.Article]) -> None:
    reports: list[tuple[int, int]] = []
    report = helpdex.backtest(
        articles, solved(120), periods=3, target_precision=0.8, promise="any", progress=lambda *p: reports.append(p)
    )
    known = [period.known_verdicts for period in report.by_period]
    assert known[0] == 0
    assert known == sorted(set(known))
    assert report.split == "backtest"
    assert report.target is not None
    assert (report.target.promise, len(report.target.chosen)) == ("any", 3)
    assert sum(period.figures.tickets for period in report.by_period) == report.figures.tickets == 120
    assert report.by_period[0].end < report.by_period[1].begin
    assert report.to_dict()["by_period"][0]["from"].endswith("Z")
    assert json.loads(json.dumps(report.to_dict())) == report.to_dict()
    assert pickle.loads(pickle.dumps(report)) == report
    with pytest.raises(helpdex.InvalidInputError, match="periods 0 is out of range"):
        helpdex.backtest(articles, solved(9), periods=0)


def test_every_reason_has_a_name() -> None:
    names = {get_args(literal)[0] for literal in get_args(helpdex.Reason)}
    assert {"not_enough_labels", "not_enough_precision"} <= names
