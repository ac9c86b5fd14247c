"""Helpdex through its Python package, on the index that the Rust worker built."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import helpdex
from protocol import LIMIT, Article, Query, run

# As `NOW` of benches/src/lib.rs.
NOW = datetime.fromtimestamp(1_795_132_800, tz=timezone.utc)
AUDIENCE = helpdex.Audience.internal()


class Helpdex:
    """A knowledge base."""

    def build(self, articles: Iterator[Article], index: Path) -> None:
        raise NotImplementedError("the Rust worker builds it")

    def open(self, index: Path) -> None:
        self.knowledge_base = helpdex.KnowledgeBase.open(index)

    def answer(self, query: Query) -> list[str]:
        ticket = helpdex.Ticket(query.text, locale=query.locale)
        answer = self.knowledge_base.suggest(
            ticket, audience=AUDIENCE, now=NOW, limit=5, min_probability=0.0
        )
        return [article.article_id for article in answer.ranking[:LIMIT]]


run(Helpdex())
