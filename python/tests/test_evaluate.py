"""Measuring the answers on a data set."""

import json
import pickle
from pathlib import Path

import pytest
import pytrec_eval

import helpdex


@pytest.fixture
def data_set(tmp_path: Path) -> Path:
    (tmp_path / "qrels").mkdir()
    corpus: list[dict[str, object]] = [
        {"_id": "pin", "title": "Reset your PIN", "text": "Open Settings and choose Reset PIN."},
        {"_id": "refund", "title": "Refund a payment", "text": "Open the payment and choose Refund."},
    ]
    queries: list[dict[str, object]] = [
        {"_id": "1", "text": "how to reset my PIN"},
        {"_id": "2", "text": "refund my payment"},
        {"_id": "3", "text": "do you like cheese", "metadata": {"split": "test", "oos": True, "oos_kind": "spam"}},
    ]
    write_lines(tmp_path / "corpus.jsonl", corpus)
    write_lines(tmp_path / "queries.jsonl", queries)
    judgements = "query-id\tcorpus-id\tscore\n1\tpin\t1\n2\trefund\t1\n"
    (tmp_path / "qrels" / "test.tsv").write_text(judgements)
    return tmp_path


def write_lines(path: Path, lines: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_a_report_has_figures_and_answers(data_set: Path) -> None:
    report = helpdex.evaluate(data_set, min_probability=0.0)
    assert (report.split, report.articles, report.figures.tickets) == ("test", 2, 3)
    assert report.figures.precision_at_1 is not None
    assert report.figures.precision_at_1.value == 1.0
    assert [outcome.query_id for outcome in report.outcomes] == ["1", "2", "3"]
    assert report.outcomes[0].offered[0] == report.outcomes[0].ranking[0][0] == "pin"
    assert report.popularity is None
    assert report.curve[-1].coverage == 1.0
    assert [of_bin.tickets for of_bin in report.reliability] == [1, 1, 1]
    assert json.loads(json.dumps(report.to_dict())) == report.to_dict()
    assert pickle.loads(pickle.dumps(report)) == report
    assert repr(report) == "Report(split='test', articles=2, tickets=3)"


def test_the_same_data_give_the_same_report(data_set: Path) -> None:
    first, second = (helpdex.evaluate(data_set).to_dict() for _ in range(2))
    assert first == second


def test_a_report_tells_where_the_answers_are_good_and_what_the_worst_missed(data_set: Path) -> None:
    judgements = "query-id\tcorpus-id\tscore\n1\tpin\t1\n2\tpin\t1\n"
    (data_set / "qrels" / "test.tsv").write_text(judgements)
    report = helpdex.evaluate(data_set)
    assert {locale: figures.answerable for locale, figures in report.by_locale.items()} == {"en": 2}
    assert [(band.min_words, band.max_words, band.figures.tickets) for band in report.by_length] == [(0, 9, 3)]
    (worst,) = report.worst
    assert (worst.query_id, worst.extract) == ("2", "refund my payment")
    # The judged article comes second: 1 / log2(3).
    assert worst.ndcg_at_10 == pytest.approx(0.6309297535714575)
    assert (worst.expected.id, worst.expected.title, worst.expected.rank) == ("pin", "Reset your PIN", 2)
    assert worst.expected.matched_terms == ()
    assert worst.first is not None
    assert (worst.first.id, worst.first.rank, worst.first.grade) == ("refund", 1, 0)
    assert [term.term for term in worst.first.matched_terms] == ["payment", "refund"]
    assert "refund my payment" not in repr(worst)
    assert json.loads(json.dumps(report.to_dict())) == report.to_dict()
    assert pickle.loads(pickle.dumps(report)) == report


def test_the_figures_of_a_report_are_those_that_trec_eval_computes_from_its_answers(data_set: Path) -> None:
    qrels = {"1": {"pin": 1, "refund": 2}, "2": {"refund": 1, "gone": 3}, "3": {"pin": 1}}
    lines = [f"{query}\t{id}\t{grade}\n" for query, grades in qrels.items() for id, grade in grades.items()]
    (data_set / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(lines))
    report = helpdex.evaluate(data_set)
    run = {
        outcome.query_id: {article_id: -float(rank) for rank, (article_id, _) in enumerate(outcome.ranking)}
        for outcome in report.outcomes
    }
    theirs = pytrec_eval.RelevanceEvaluator(qrels, {"ndcg_cut_10", "map_cut_10", "recall_5", "P_1"}).evaluate(run)
    for name, ours in [
        ("ndcg_cut_10", report.figures.ndcg_at_10),
        ("map_cut_10", report.figures.map_at_10),
        ("recall_5", report.figures.recall_at_5),
        ("P_1", report.figures.precision_at_1),
    ]:
        assert ours is not None
        mean = sum(theirs.get(query, {}).get(name, 0.0) for query in qrels) / len(qrels)
        assert ours.value == pytest.approx(mean, abs=1e-9, rel=0), name


def test_what_is_learned_from_the_train_split_can_be_left_out(data_set: Path) -> None:
    words = ["the", "my", "your", "one", "again", "now", "help", "please", "sorry", "hello"]
    train = {f"{n}{m}": f"{a} loose zebra {b}" for n, a in enumerate(words) for m, b in enumerate(words)}
    with (data_set / "queries.jsonl").open("a") as queries:
        for id_, text in train.items():
            queries.write(json.dumps({"_id": f"train {id_}", "text": text}) + "\n")
        queries.write('{"_id": "6", "text": "zebra on the loose"}\n')
    judged = "".join(f"train {id_}\tpin\t1\n" for id_ in train)
    (data_set / "qrels" / "train.tsv").write_text(f"query-id\tcorpus-id\tscore\n{judged}2\trefund\t1\n")
    (data_set / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n6\tpin\t1\n")

    def right(report: helpdex.Report) -> float:
        assert report.figures.precision_at_1 is not None
        return report.figures.precision_at_1.value

    learned = helpdex.evaluate(data_set)
    assert (learned.learned, right(learned), learned.cold) == (True, 1.0, None)
    unlearned = helpdex.evaluate(data_set, learn=False)
    assert (unlearned.learned, right(unlearned)) == (False, 0.0)
    cold = helpdex.evaluate(data_set, cold=1.0, popularity=0.0)
    assert isinstance(cold.cold, helpdex.ColdFigures)
    assert (cold.cold.share, cold.cold.cold_tickets, cold.cold.warm_tickets) == (1.0, 1, 0)
    assert json.loads(json.dumps(cold.to_dict())) == cold.to_dict()
    assert pickle.loads(pickle.dumps(cold)) == cold
    with pytest.raises(helpdex.InvalidInputError, match="cold 2 is out of range"):
        helpdex.evaluate(data_set, cold=2.0)


def test_an_unknown_split_is_named_with_those_that_are_there(data_set: Path) -> None:
    with pytest.raises(helpdex.InvalidInputError, match='split "dev" has no judgements; give one of') as caught:
        helpdex.evaluate(data_set, split="dev")
    assert caught.value.path is not None


def test_a_bad_line_is_named(data_set: Path) -> None:
    with (data_set / "corpus.jsonl").open("a") as corpus:
        corpus.write("not json\n")
    with pytest.raises(helpdex.InvalidInputError) as caught:
        helpdex.evaluate(data_set)
    assert (caught.value.path, caught.value.line) == (str(data_set / "corpus.jsonl"), 3)


def test_progress_counts_articles_and_queries(data_set: Path) -> None:
    told = []
    helpdex.evaluate(data_set, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert {total for _, total in told} == {5}
