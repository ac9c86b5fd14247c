"""Xapian with its English stemmer: BM25 over one field, the title twice as heavy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import xapian
from protocol import LIMIT, Article, Query, run


class Xapian:
    """A database."""

    def __init__(self) -> None:
        self.generator = xapian.TermGenerator()
        self.stem = xapian.Stem("en")
        self.generator.set_stemmer(self.stem)
        self.generator.set_stemming_strategy(xapian.TermGenerator.STEM_ALL)

    def build(self, articles: Iterator[Article], index: Path) -> None:
        database = xapian.WritableDatabase(str(index / "db"), xapian.DB_CREATE_OR_OVERWRITE)
        for article in articles:
            database.add_document(self._document(article))
        database.commit()
        database.close()

    def open(self, index: Path) -> None:
        self.index = index
        self.database = xapian.Database(str(index / "db"))

    def answer(self, query: Query) -> list[str]:
        words = dict.fromkeys(re.findall(r"\w+", query.text.lower()))
        terms = dict.fromkeys(self.stem(word).decode() for word in words)
        enquire = xapian.Enquire(self.database)
        enquire.set_query(xapian.Query(xapian.Query.OP_OR, list(terms)))
        return [match.document.get_data().decode() for match in enquire.get_mset(0, LIMIT)]

    def change(self, article: Article) -> None:
        database = xapian.WritableDatabase(str(self.index / "db"), xapian.DB_OPEN)
        database.replace_document("Q" + article.id, self._document(article))
        database.commit()
        database.close()
        self.database.reopen()

    def _document(self, article: Article) -> xapian.Document:
        document = xapian.Document()
        document.set_data(article.id)
        document.add_boolean_term("Q" + article.id)
        self.generator.set_document(document)
        self.generator.index_text_without_positions(article.title, 2)
        self.generator.index_text_without_positions(article.body)
        return document


run(Xapian())
