"""Damage is told and not served, and a denied article is gone at once."""

from pathlib import Path

import pytest

import helpdex
from helpdex import Article, Audience, IndexFormatError, KnowledgeBase, Pool


def publish(path: Path, articles: list[Article], tenant: str | None = None) -> KnowledgeBase:
    kb = KnowledgeBase.open_or_create(path, tenant=tenant)
    kb.sync(articles)
    kb.publish()
    return kb


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_damaged_generation_is_passed_over_with_a_warning(tmp_path: Path, articles: list[Article]) -> None:
    publish(tmp_path, articles).close()
    assert KnowledgeBase.open(tmp_path).warnings == []
    publish(tmp_path, articles[:1]).close()
    damage(tmp_path / "generation-0000000002.json")
    kb = KnowledgeBase.open(tmp_path)
    assert kb.generation == 1
    (warning,) = kb.warnings
    assert "generation 2 cannot be used" in warning
    damage(tmp_path / "generation-0000000001.json")
    with pytest.raises(helpdex.IndexFormatError, match="damaged"):
        KnowledgeBase.open(tmp_path)


def test_a_check_says_what_is_damaged(tmp_path: Path, articles: list[Article]) -> None:
    publish(tmp_path, articles).close()
    report = KnowledgeBase.check(tmp_path)
    assert report.is_whole
    assert (report.generations, report.published_articles, report.articles) == ((1,), 3, 3)
    assert (report.verdicts, report.denied, report.findings) == (0, 0, ())
    assert report.files > 0
    assert report.size_bytes > 0
    damage(next(tmp_path.glob("public-*.helpdex")))
    report = KnowledgeBase.check(tmp_path)
    assert not report.is_whole
    (finding,) = report.findings
    assert finding.severity == "damage"
    assert "helpdex build" in finding.message
    assert report.to_dict()["findings"] == [finding.to_dict()]
    with pytest.raises(helpdex.IndexFormatError, match="no knowledge base"):
        KnowledgeBase.check(tmp_path / "work")


def test_a_denied_article_is_gone_at_once_and_after_a_restart(
    tmp_path: Path, articles: list[Article], public: Audience
) -> None:
    kb = publish(tmp_path, articles)

    def ranked(kb: KnowledgeBase) -> list[str]:
        return [article.article_id for article in kb.suggest("reset my PIN", audience=public).ranking]

    assert "pin" in ranked(kb)
    assert kb.deny(["pin", "limits"]) == 2
    assert "pin" not in ranked(kb)
    assert kb.denied == ["limits", "pin"]
    assert "pin" not in ranked(KnowledgeBase.open(tmp_path))
    assert kb.allow(["pin"]) == 1
    assert "pin" in ranked(kb)
    with pytest.raises(helpdex.InvalidInputError):
        kb.deny([""])


def test_a_knowledge_base_of_another_tenant_is_refused(tmp_path: Path, articles: list[Article]) -> None:
    assert publish(tmp_path, articles, tenant="acme").tenant == "acme"
    assert KnowledgeBase.open(tmp_path, tenant="acme").generation == 1
    with pytest.raises(helpdex.IndexFormatError, match="acme"):
        KnowledgeBase.open(tmp_path, tenant="globex")


def test_a_pool_keeps_what_was_asked_for_last(tmp_path: Path, articles: list[Article], public: Audience) -> None:
    for name in ("acme", "globex"):
        publish(tmp_path / name, articles, tenant=name).close()
    pool = Pool(1)
    acme = pool.open(tmp_path / "acme", tenant="acme")
    assert (len(pool), pool.size_bytes > 0) == (1, True)
    with pool.open(tmp_path / "globex", tenant="globex") as globex:
        assert globex.tenant == "globex"
    assert len(pool) == 1
    # Closed by who had it, and open for everybody else; what was let go of goes on for who has it.
    assert pool.open(tmp_path / "globex", tenant="globex").generation == 1
    assert len(acme.suggest("reset the PIN", audience=public, min_probability=0.0)) > 0
    with pytest.raises(IndexFormatError, match="of tenant"):
        pool.open(tmp_path / "acme", tenant="globex")
    with pytest.raises(IndexFormatError, match="no knowledge base"):
        pool.open(tmp_path / "nobody")
