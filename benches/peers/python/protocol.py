"""The protocol of benches/peers/README.md for peers in Python."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

LIMIT = 5


class Article(NamedTuple):
    """A line of articles.tsv."""

    id: str
    locale: str
    visibility: str
    title: str
    body: str


class Query(NamedTuple):
    """A line of queries.tsv."""

    locale: str
    text: str


class Peer(Protocol):
    """A search engine that is measured."""

    def build(self, articles: Iterator[Article], index: Path) -> None:
        """Writes the index."""

    def open(self, index: Path) -> None:
        """Opens the index for queries and changes."""

    def answer(self, query: Query) -> list[str]:
        """Returns the ids of the five best articles, best first."""

    # A peer that can change an article has `change(self, article: Article) -> None`; the next answer knows it.


def articles(folder: Path) -> Iterator[Article]:
    """Yields the articles one after the other."""
    with (folder / "articles.tsv").open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            yield Article(*_fields(line))


def queries(folder: Path) -> list[Query]:
    """Returns all queries."""
    with (folder / "queries.tsv").open(encoding="utf-8", newline="\n") as lines:
        return [Query(*_fields(line)) for line in lines]


def _fields(line: str) -> list[str]:
    # Inside of a field a line break is written as a vertical tab, which is white space to every engine.
    return line.rstrip("\n").replace("\v", "\n").split("\t")


def run(peer: Peer) -> None:
    """Runs `PROGRAM build|serve|update FOLDER INDEX`."""
    command, folder, index = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    if command == "build":
        index.mkdir(parents=True, exist_ok=True)
        cpu = time.process_time()
        peer.build(articles(folder), index)
        _say({"cpu_s": time.process_time() - cpu, "peak_mb": _peak_mb()})
    elif command == "serve":
        _serve(peer, index, queries(folder))
    elif not hasattr(peer, "change"):
        _say({"unsupported": "rebuild only"})
    else:
        article, word = next(articles(folder)), "zqchanged"
        article = article._replace(title=f"{article.title} {word}")
        peer.open(index)
        wall, cpu = time.perf_counter(), time.process_time()
        peer.change(article)
        found = peer.answer(Query(article.locale, word))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        if found[:1] != [article.id]:
            sys.exit(f"the changed article is not found: {found}")
        _say({"wall_ms": wall * 1e3, "cpu_ms": cpu * 1e3})


def _serve(peer: Peer, index: Path, asked: list[Query]) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    peer.open(index)
    peer.answer(asked[0])
    _say({"wall_ms": (time.perf_counter() - wall) * 1e3, "cpu_ms": (time.process_time() - cpu) * 1e3})
    for line in sys.stdin:
        command, *numbers = line.split()
        first, count = int(numbers[0]), int(numbers[1])
        if command == "RUN":
            _say(_timed(peer, asked[first : first + count], seconds=float(numbers[2])))
        else:
            _say({"wall_s": _on_threads(peer, asked[first : first + count], threads=int(numbers[2]))})


def _timed(peer: Peer, asked: list[Query], seconds: float) -> dict[str, object]:
    cpu_us, ids = [], []
    start = time.perf_counter()
    for query in asked:
        cpu = time.thread_time_ns()
        found = peer.answer(query)
        cpu_us.append((time.thread_time_ns() - cpu) / 1e3)
        ids.append(found)
        if time.perf_counter() - start > seconds:
            break
    return {"cpu_us": cpu_us, "ids": ids}


def _on_threads(peer: Peer, asked: list[Query], threads: int) -> float:
    """Returns the wall time of all queries, shared out among threads."""

    def answer(number: int) -> None:
        for query in asked[number::threads]:
            peer.answer(query)

    workers = [threading.Thread(target=answer, args=(number,)) for number in range(threads)]
    start = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return time.perf_counter() - start


def _peak_mb() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def _say(reply: dict[str, object]) -> None:
    print(json.dumps(reply), flush=True)
