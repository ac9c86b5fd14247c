#!/usr/bin/env python3
"""Writes help centers and questions to fit the shipped curve to: see README.md beside this file."""

import argparse
import json
import random
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

EVERYDAY = Path(__file__).parents[2] / "tests" / "questions" / "everyday.txt"
MOST_TICKETS = 300
MOST_UNRELATED = 150


@dataclass
class Question:
    """A text, its kind (own, typo, withheld or unrelated), and the articles that answer it."""

    key: str
    kind: str
    text: str
    right: list[str] = field(default_factory=list)


@dataclass
class DataSet:
    """A data set in BEIR form; data sets of one subject are not unrelated to each other."""

    name: str
    subject: str
    locale: str
    articles: list[dict]
    tickets: list[Question]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, required=True, help="folder for the help centers")
    parser.add_argument("--splits", default="train,dev", help="the splits whose queries are asked; all of a set without them")
    parser.add_argument("data_sets", nargs="+", metavar="SUBJECT=FOLDER", help="a data set in BEIR form")
    arguments = parser.parse_args()
    data_sets = [read(*data_set.split("=", 1), arguments.splits.split(",")) for data_set in arguments.data_sets]
    everyday = [line.split("\t", 1) for line in EVERYDAY.read_text().splitlines()]
    for data_set in data_sets:
        unrelated = [*unrelated_tickets(data_set, data_sets)]
        unrelated += [
            Question(f"everyday-{number}", "unrelated", text)
            for number, (locale, text) in enumerate(everyday)
            if locale == data_set.locale
        ]
        for name, articles, questions in worlds(data_set):
            write(arguments.into / name, data_set.locale, articles, [*questions, *unrelated])


def read(subject: str, folder: str, splits: list[str]) -> DataSet:
    path = Path(folder)
    queries = [*lines(path / "queries.jsonl")]
    stated = [query["metadata"]["lang"] for query in queries if "lang" in query["metadata"]]
    locale = max(sorted(set(stated)), key=stated.count)
    articles = [
        article
        for article in lines(path / "corpus.jsonl")
        if article["metadata"].get("lang", "en") == locale and (article["title"] + article["text"]).strip()
    ]
    ids = {article["_id"] for article in articles}
    right: dict[str, list[str]] = {}
    for qrels in sorted((path / "qrels").glob("*.tsv")):
        for line in qrels.read_text().splitlines()[1:]:
            query, article, grade = line.split("\t")
            if int(grade) > 0:
                right.setdefault(query, []).append(article)
    if not any(query["metadata"].get("split") in splits for query in queries):
        splits = [query["metadata"].get("split") for query in queries]
    tickets = []
    for query in sorted(queries, key=lambda query: crc(query["_id"])):
        answers = right.get(query["_id"], [])
        # An article in another language may answer; it is not there.
        if query["metadata"].get("split") in splits and (not answers or ids & {*answers}):
            tickets.append(Question(query["_id"], "own", query["text"], answers))
    return DataSet(path.name, subject, locale, articles, tickets)


def unrelated_tickets(data_set: DataSet, data_sets: list[DataSet]) -> Iterator[Question]:
    others = [o for o in data_sets if o.subject != data_set.subject and o.locale == data_set.locale]
    for other in others:
        for ticket in other.tickets[: MOST_UNRELATED // len(others)]:
            yield Question(f"{other.name}-{ticket.key}", "unrelated", ticket.text)


def worlds(data_set: DataSet) -> Iterator[tuple[str, list[dict], list[Question]]]:
    """The help center with its tickets; its bodies alone, asked with their titles; and small parts of both."""
    tickets = data_set.tickets[:MOST_TICKETS]
    yield data_set.name, data_set.articles, [*tickets, *misspelt(tickets)]
    yield from small_worlds(data_set.name, data_set.articles, data_set.tickets)
    whole = [article for article in data_set.articles if article["title"].strip() and article["text"].strip()]
    # Several paragraphs under one title are not told apart by it.
    if len(whole) >= 20 and len({article["title"] for article in whole}) == len(whole):
        bodies = [article | {"title": ""} for article in whole]
        titles = [Question(article["_id"], "own", article["title"], [article["_id"]]) for article in whole]
        titles = sorted(titles, key=lambda title: crc(title.key))
        asked = titles[:MOST_TICKETS]
        yield f"{data_set.name}-bodies", bodies, [*asked, *misspelt(asked)]
        yield from small_worlds(f"{data_set.name}-bodies", bodies, titles)


def small_worlds(name: str, articles: list[dict], tickets: list[Question]) -> Iterator:
    for size in (6, 20):
        for number in range(3):
            draw = random.Random(crc(f"{name} {size} {number}"))
            some = draw.sample(articles, min(size, len(articles)))
            ids = {article["_id"] for article in some}
            own = [ticket for ticket in tickets if ids & {*ticket.right}][:60]
            others = [ticket for ticket in tickets if not ids & {*ticket.right}]
            withheld = draw.sample(others, min(40, len(others)))
            withheld = [replace(ticket, kind="withheld", right=[]) for ticket in withheld]
            yield f"{name}.{size}.{number}", some, [*own, *withheld]


def misspelt(tickets: list[Question]) -> Iterator[Question]:
    """The first half of them, with an error in a third of the words of four letters and more."""
    for ticket in tickets[: len(tickets) // 2]:
        draw = random.Random(crc(ticket.key))
        text = " ".join(misspell(word, draw) for word in ticket.text.split())
        yield replace(ticket, kind="typo", text=text)


def misspell(word: str, draw: random.Random) -> str:
    if len(word) < 4 or not word.isalpha() or draw.random() > 0.3:
        return word
    at = draw.randrange(1, len(word) - 1)
    return draw.choice([
        word[:at] + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at] + word[at:],
    ])


def write(folder: Path, locale: str, articles: list[dict], questions: list[Question]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_lines(
        folder / "articles.jsonl",
        (
            {
                "id": article["_id"],
                "title": article["title"],
                "body": article["text"],
                "locale": locale,
                "visibility": "public",
            }
            for article in articles
        ),
    )
    write_lines(folder / "questions.jsonl", ({"text": q.text, "locale": locale} for q in questions))
    write_lines(folder / "labels.jsonl", ({"key": q.key, "kind": q.kind, "right": q.right} for q in questions))


def write_lines(path: Path, values: Iterable[dict]) -> None:
    path.write_text("".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values))


def lines(path: Path) -> Iterator[dict]:
    with path.open() as file:
        yield from map(json.loads, file)


def crc(text: str) -> int:
    return zlib.crc32(text.encode())


if __name__ == "__main__":
    main()
