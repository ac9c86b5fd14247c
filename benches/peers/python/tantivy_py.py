"""tantivy-py as its documentation shows it: a parsed query over title (twice as heavy) and body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import tantivy
from protocol import LIMIT, Article, Query, run


class TantivyPy:
    """The index, and a searcher on it."""

    def build(self, articles: Iterator[Article], index: Path) -> None:
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        schema.add_text_field("title", stored=True, tokenizer_name="en_stem")
        schema.add_text_field("body", tokenizer_name="en_stem")
        opened = tantivy.Index(schema.build(), path=str(index))
        writer = opened.writer(heap_size=50_000_000, num_threads=1)
        for article in articles:
            writer.add_document(_document(article))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, index: Path) -> None:
        self.index = tantivy.Index.open(str(index))
        self.searcher = self.index.searcher()

    def answer(self, query: Query) -> list[str]:
        # Signs have a meaning to the parser, even to the lenient one: `counter:*` fails for want of such a field.
        words = re.sub(r"[^\w\s]", " ", query.text)
        parsed, _ = self.index.parse_query_lenient(words, ["title", "body"], field_boosts={"title": 2.0})
        hits = self.searcher.search(parsed, LIMIT, count=False).hits
        return [self.searcher.doc(address)["id"][0] for _, address in hits]

    def change(self, article: Article) -> None:
        writer = self.index.writer(heap_size=50_000_000, num_threads=1)
        writer.delete_documents_by_term("id", article.id)
        writer.add_document(_document(article))
        writer.commit()
        self.index.reload()
        self.searcher = self.index.searcher()


def _document(article: Article) -> tantivy.Document:
    return tantivy.Document(id=article.id, title=article.title, body=article.body)


run(TantivyPy())
