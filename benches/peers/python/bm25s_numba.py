"""bm25s with its numba backend, its English stop words, and PyStemmer. The title stands there twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import bm25s
import Stemmer
from protocol import LIMIT, Article, Query, run


class Bm25s:
    """The index in memory."""

    def __init__(self) -> None:
        self.stemmer = Stemmer.Stemmer("english")

    def build(self, articles: Iterator[Article], index: Path) -> None:
        ids, texts = [], []
        for article in articles:
            ids.append(article.id)
            texts.append(f"{article.title} {article.title} {article.body}")
        tokens = bm25s.tokenize(texts, stopwords="en", stemmer=self.stemmer, show_progress=False)
        retriever = bm25s.BM25(backend="numba")
        retriever.index(tokens, show_progress=False)
        retriever.save(index)
        (index / "ids.json").write_text(json.dumps(ids))

    def open(self, index: Path) -> None:
        self.retriever = bm25s.BM25.load(index)
        self.retriever.backend = "numba"
        self.retriever.activate_numba_scorer()
        self.ids = json.loads((index / "ids.json").read_text())

    def answer(self, query: Query) -> list[str]:
        tokens = bm25s.tokenize(query.text, stopwords="en", stemmer=self.stemmer, show_progress=False, return_ids=False)
        numbers, _ = self.retriever.retrieve(tokens, k=LIMIT, show_progress=False, n_threads=0)
        return [self.ids[number] for number in numbers[0]]


run(Bm25s())
