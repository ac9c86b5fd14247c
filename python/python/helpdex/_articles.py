"""Articles as they are indexed: frozen values that can be turned into JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class IndexedSection:
    """A heading of an article, and the lines below it.

    Attributes:
        heading: The heading on one line; "" for the text before the first heading.
        anchor: The part after `#` of a link to the section; None when the section has none.
        text: The lines below the heading, without blocks of code.
        code: The blocks of code below the heading, one text per block.
    """

    heading: str
    anchor: str | None
    text: str
    code: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {"heading": self.heading, "anchor": self.anchor, "text": self.text, "code": list(self.code)}


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """An article as it is indexed: the parts that a reader sees of it.

    Attributes:
        id: The id of the article.
        locale: The locale of the article.
        title: The title, in one line.
        url: The address of the article; None when it has none.
        visibility: The readers who may see it: `public`, `signed_in` or `internal`.
        translation_group: The name that its translations share: its own id when it names none.
        sections: The sections in their order, the text before the first heading first.
    """

    id: str
    locale: str
    title: str
    url: str | None
    visibility: str
    translation_group: str
    sections: tuple[IndexedSection, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return {
            "id": self.id,
            "locale": self.locale,
            "title": self.title,
            "url": self.url,
            "visibility": self.visibility,
            "translation_group": self.translation_group,
            "sections": [section.to_dict() for section in self.sections],
        }
