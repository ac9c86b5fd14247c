"""Compares a scan of vectors by Helpdex with numpy, faiss and usearch, beside the scan of words of the same tickets.

    pip install numpy faiss-cpu usearch
    python benches/peers/vectors.py

It needs the Python package of Helpdex. Texts and vectors are generated: each word has a random direction, and a text has the sum
of its words. So nearness goes with shared words, as with a real model, and Helpdex trusts it. An article has a title and nine
passages of 100 words, which count as ten passages; a ticket has 40 words.
Times are the processor time of one thread in milliseconds, the lowest of all rounds for each ticket, then the median over
tickets. The engines take turns. The time of Helpdex's scan is what an answer takes more with the vector of its ticket.
`found` is the share of the ten passages nearest by numpy that a peer finds too.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import faiss  # noqa: E402
import helpdex  # noqa: E402
import numpy as np  # noqa: E402
from usearch.index import Index  # noqa: E402

VOCABULARY = 20_000
MATTERS = 40
MATTER_WORDS = 200
# The title of an article counts as one.
PASSAGES = 10
PASSAGE_WORDS = 100
TITLE_WORDS = 6
TICKET_WORDS = 40
NEAREST = 10


class Collection:
    """Articles of a title and nine passages about one of forty matters, and tickets, with the vectors of all."""

    def __init__(self, passages: int, dimension: int, tickets: int) -> None:
        """Generates it; the same numbers give the same collection."""
        random = np.random.default_rng(21)
        directions = random.standard_normal((VOCABULARY, dimension)).astype(np.float32)
        # A third of the words, by the law of Zipf, is about anything; they tell little.
        shares = 1.0 / np.arange(1, VOCABULARY + 1)
        directions[:200] *= 0.1
        words = random.choice(VOCABULARY, size=(passages, PASSAGE_WORDS), p=shares / shares.sum())
        matters = random.integers(200, VOCABULARY, size=(MATTERS, MATTER_WORDS))
        of_article = np.repeat(random.integers(MATTERS, size=passages // PASSAGES), PASSAGES)
        shares = shares[:MATTER_WORDS] / shares[:MATTER_WORDS].sum()
        about = random.choice(MATTER_WORDS, size=words.shape, p=shares)
        is_about = random.random(words.shape) < 2 / 3
        words[is_about] = matters[of_article[:, None], about][is_about]
        # The first of an article is its title.
        titles = matters[of_article[::PASSAGES, None], about[::PASSAGES, :TITLE_WORDS]]
        self.articles = [
            (title, words[start + 1 : start + PASSAGES])
            for start, title in zip(range(0, passages, PASSAGES), titles, strict=True)
        ]
        texts = [text for title, below in self.articles for text in (title, *below)]
        self.rows = np.stack([self._unit(directions[text].sum(axis=0)) for text in texts])
        about_tickets = random.integers(passages // PASSAGES, size=tickets)
        self.tickets = [random.permutation(self.articles[n][1][0])[:TICKET_WORDS] for n in about_tickets]
        self.questions = np.stack([self._unit(directions[text].sum(axis=0)) for text in self.tickets])

    @staticmethod
    def _unit(row: np.ndarray) -> np.ndarray:
        return row / np.linalg.norm(row)

    @staticmethod
    def text(words: np.ndarray) -> str:
        """Returns words without meaning: letters for the digits of each number."""
        return " ".join("".join(chr(ord("a") + int(digit)) for digit in f"{word:05}") for word in words)


def published(collection: Collection, folder: Path) -> helpdex.KnowledgeBase:
    """Builds a knowledge base."""
    dimension = collection.rows.shape[1]
    given = {
        f"{number:06}": collection.rows[number * PASSAGES : (number + 1) * PASSAGES]
        for number in range(len(collection.articles))
    }
    embedder = helpdex.Embedder("generated", dimension, articles=given)
    kb = helpdex.KnowledgeBase.open_or_create(folder, embedder=embedder)
    kb.sync(
        helpdex.Article(
            id=f"{number:06}",
            locale="en",
            title=collection.text(title),
            body="\n\n".join(collection.text(passage) for passage in passages),
            visibility="public",
        )
        for number, (title, passages) in enumerate(collection.articles)
    )
    kb.publish()
    return kb


def engines(collection: Collection, kb: helpdex.KnowledgeBase) -> dict:
    """Returns a function for each engine: it answers the ticket with this number."""
    rows, questions, public = collection.rows, collection.questions, helpdex.Audience.public()
    dimension = rows.shape[1]
    faiss.omp_set_num_threads(1)
    flat = faiss.IndexFlatIP(dimension)
    flat.add(rows)
    scalar = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
    scalar.train(rows)
    scalar.add(rows)
    exact = Index(ndim=dimension, metric="cos", dtype="i8")
    exact.add(np.arange(len(rows)), rows, threads=1)
    words = [helpdex.Ticket(collection.text(ticket)) for ticket in collection.tickets]
    both = [
        helpdex.Ticket(collection.text(ticket), vector=helpdex.Vector("generated", question))
        for ticket, question in zip(collection.tickets, questions, strict=True)
    ]

    def by_numpy(number):
        scores = rows @ questions[number]
        best = np.argpartition(scores, -NEAREST)[-NEAREST:]
        return best.tolist()

    return {
        "helpdex, words": lambda number: kb.suggest(words[number], audience=public),
        "helpdex, words and vectors": lambda number: kb.suggest(both[number], audience=public),
        "numpy, f32": by_numpy,
        "faiss-cpu flat, f32": lambda number: flat.search(questions[number : number + 1], NEAREST)[1][0].tolist(),
        "faiss-cpu flat, 8 bits": lambda number: scalar.search(questions[number : number + 1], NEAREST)[1][0].tolist(),
        "usearch exact, 8 bits": lambda number: exact.search(
            questions[number], NEAREST, exact=True, threads=1
        ).keys.tolist(),
    }


def measured(collection: Collection, asked: dict, rounds: int) -> dict[str, float]:
    """Returns the milliseconds of each engine."""
    count = len(collection.tickets)
    lowest = {name: [float("inf")] * count for name in asked}
    for _ in range(rounds):
        for number in range(count):
            for name, answer in asked.items():
                before = time.thread_time_ns()
                answer(number)
                lowest[name][number] = min(lowest[name][number], (time.thread_time_ns() - before) / 1e6)
    times = {name: statistics.median(lowest[name]) for name in asked}
    scans = zip(lowest["helpdex, words and vectors"], lowest["helpdex, words"], strict=True)
    times["helpdex, scan of vectors"] = statistics.median(both - words for both, words in scans)
    return times


def found(collection: Collection, asked: dict) -> dict[str, float]:
    """Returns the share of the passages nearest by numpy that each peer finds."""
    numbers = range(len(collection.tickets))
    nearest = [set(asked["numpy, f32"](number)) for number in numbers]
    return {
        name: statistics.mean(len(nearest[number] & set(answer(number))) / NEAREST for number in numbers)
        for name, answer in asked.items()
        if not name.startswith("helpdex")
    }


def main() -> None:
    """Prints a table a size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", default="1000,10000,100000")
    parser.add_argument("--dimension", type=int, default=384)
    parser.add_argument("--tickets", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    for passages in map(int, arguments.passages.split(",")):
        collection = Collection(passages, arguments.dimension, arguments.tickets)
        with tempfile.TemporaryDirectory() as folder:
            kb = published(collection, Path(folder))
            size = sum(file.stat().st_size for file in Path(folder).glob("*.vectors"))
            asked = engines(collection, kb)
            use = asked["helpdex, words and vectors"](0).vectors
            assert use == "used", use
            times, shares = measured(collection, asked, arguments.rounds), found(collection, asked)
        print(f"\n{passages} passages of {arguments.dimension} values, {size / passages:.0f} bytes each")
        for name in sorted(times, key=times.get):
            share = f"  found {shares[name]:.2f}" if name in shares else ""
            print(f"  {name:28} {times[name]:8.3f} ms{share}")


if __name__ == "__main__":
    main()
