"""rank_bm25 on lower-case words, as its documentation shows it. The title counts twice by standing there twice."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import numpy
from protocol import LIMIT, Article, Query, run
from rank_bm25 import BM25Okapi


class RankBm25:
    """The index in memory."""

    def build(self, articles: Iterator[Article], index: Path) -> None:
        ids, texts = [], []
        for article in articles:
            ids.append(article.id)
            texts.append(_words(f"{article.title} {article.title} {article.body}"))
        with (index / "index.pickle").open("wb") as file:
            pickle.dump((ids, BM25Okapi(texts)), file)

    def open(self, index: Path) -> None:
        # It was written by `build` above.
        with (index / "index.pickle").open("rb") as file:
            self.ids, self.engine = pickle.load(file)

    def answer(self, query: Query) -> list[str]:
        scores = self.engine.get_scores(list(dict.fromkeys(_words(query.text))))
        best = numpy.argpartition(-scores, LIMIT)[:LIMIT]
        return [self.ids[number] for number in best[numpy.argsort(-scores[best])]]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


run(RankBm25())
