"""What is indexed can be seen, by whom it may be seen."""

import pytest

from helpdex import Article, Audience, IndexedSection, KnowledgeBase


def test_articles_are_listed_as_they_are_indexed_for_those_who_may_see_them() -> None:
    with KnowledgeBase.in_memory() as kb:
        kb.upsert(
            [
                Article(
                    id="pin",
                    locale="en",
                    title="Reset your PIN",
                    body="## On the web\n\nOpen *Settings*.\n\n```\ntap pin --reset\n```",
                    format="markdown",
                    visibility="public",
                ),
                Article(id="secret", locale="en", title="Secret"),
            ]
        )
        kb.publish()
        assert len(kb) == 2
        (article,) = kb.articles(Audience.public())
        assert (article.id, article.locale, article.visibility) == ("pin", "en", "public")
        (section,) = article.sections
        assert section == IndexedSection("On the web", "on-the-web", "Open Settings.", ("tap pin --reset",))
        assert article.to_dict()["sections"][0]["code"] == ["tap pin --reset"]
        assert kb["secret"].title == "Secret"
        with pytest.raises(KeyError):
            kb["missing"]
