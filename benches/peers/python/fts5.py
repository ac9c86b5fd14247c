"""SQLite FTS5 with its porter stemmer, the title twice as heavy as the body. It keeps the texts."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from protocol import LIMIT, Article, Query, run


class Fts5:
    """A connection."""

    def build(self, articles: Iterator[Article], index: Path) -> None:
        database = sqlite3.connect(index / "articles.db")
        database.execute("CREATE VIRTUAL TABLE a USING fts5(id UNINDEXED, title, body, tokenize='porter unicode61')")
        rows = ((a.id, a.title, a.body) for a in articles)
        database.executemany("INSERT INTO a VALUES (?, ?, ?)", rows)
        database.execute("INSERT INTO a(a) VALUES ('optimize')")
        database.commit()
        database.close()

    def open(self, index: Path) -> None:
        self.database = sqlite3.connect(index / "articles.db", check_same_thread=False)

    def answer(self, query: Query) -> list[str]:
        words = dict.fromkeys(re.findall(r"\w+", query.text.lower()))
        match = " OR ".join(f'"{word}"' for word in words)
        rows = self.database.execute(
            "SELECT id FROM a WHERE a MATCH ? ORDER BY bm25(a, 0, 2, 1) LIMIT ?", (match, LIMIT)
        )
        return [row[0] for row in rows]

    def change(self, article: Article) -> None:
        # The first article has the first row; a search by id would read the whole table.
        self.database.execute("UPDATE a SET title = ?, body = ? WHERE rowid = 1", (article.title, article.body))
        self.database.commit()


run(Fts5())
