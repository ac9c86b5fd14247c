"""Damage is told and not served, and a denied article is gone at once."""

import shutil
from pathlib import Path

import pytest

import helpdex
from helpdex import Article, Audience, KnowledgeBase, Pool


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
    with pytest.raises(helpdex.DamagedError, match="damaged"):
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
    assert "publish again" in finding.message
    assert report.to_dict()["findings"] == [finding.to_dict()]
    with pytest.raises(helpdex.NotFoundError, match="no knowledge base"):
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
    with pytest.raises(helpdex.OtherOwnerError, match="acme"):
        KnowledgeBase.open(tmp_path, tenant="globex")
    with pytest.raises(helpdex.OtherOwnerError, match="acme"):
        KnowledgeBase.open_or_create(tmp_path, tenant="globex")
    with pytest.raises(helpdex.OtherOwnerError, match="name the tenant"):
        KnowledgeBase.open_or_create(tmp_path)
    with pytest.raises(helpdex.OtherOwnerError, match="name the tenant"):
        KnowledgeBase.open(tmp_path).deny(["pin"])


def test_an_identity_can_be_given_and_files_are_private(tmp_path: Path, articles: list[Article]) -> None:
    identity = "0123456789abcdef0123456789abcdef"
    with KnowledgeBase.open_or_create(tmp_path / "kb", identity=identity) as kb:
        kb.sync(articles)
        assert kb.publish().generation == 1
        assert kb.identity == identity
    assert KnowledgeBase.open(tmp_path / "kb").identity == identity
    assert (tmp_path / "kb" / "denied.json").stat().st_mode & 0o077 == 0
    with pytest.raises(helpdex.OtherOwnerError, match="identity"):
        KnowledgeBase.open_or_create(tmp_path / "kb", identity="0" * 32)
    with pytest.raises(helpdex.InvalidInputError, match="32 hexadecimal digits"):
        KnowledgeBase.open_or_create(tmp_path / "other", identity="short")
    with KnowledgeBase.open_or_create(tmp_path / "shared", shared_files=True) as kb:
        kb.publish()
    plain = tmp_path / "plain"
    plain.touch()
    assert (tmp_path / "shared" / "denied.json").stat().st_mode == plain.stat().st_mode


def test_what_was_lost_is_refused_and_repaired(tmp_path: Path, articles: list[Article]) -> None:
    kb = publish(tmp_path, articles)
    kb.deny(["pin"])
    assert kb.publish().left_out["pin"] == "denied"
    (tmp_path / "denied.json").unlink()
    (tmp_path / "work" / "articles.log").write_bytes(b"")
    with pytest.raises(helpdex.DamagedError, match=r"denied\.json"):
        KnowledgeBase.open(tmp_path)
    repaired = KnowledgeBase.repair(tmp_path)
    assert repaired == helpdex.Repaired(denied=1, needs_all_articles=True, verdicts=None, events=None)
    assert repaired.to_dict() == {"denied": 1, "needs_all_articles": True, "verdicts": None, "events": None}
    with KnowledgeBase.open_or_create(tmp_path) as again:
        with pytest.raises(helpdex.IncompleteError, match="give all articles again"):
            again.publish()
        again.sync(articles)
        assert again.publish().left_out == {"pin": "denied"}
    assert KnowledgeBase.check(tmp_path).is_whole


def test_a_purge_leaves_no_byte_of_what_was_removed(tmp_path: Path, articles: list[Article]) -> None:
    kb = publish(tmp_path, articles)
    kb.remove(["pin"])
    with pytest.raises(helpdex.InvalidInputError, match="publish first"):
        kb.purge()
    kb.publish()
    kb.purge()
    kb.close()
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(b'"pin"' in content for content in files)


def test_a_pool_lets_go_of_a_folder_that_was_replaced(tmp_path: Path, articles: list[Article]) -> None:
    publish(tmp_path / "kb", articles).close()
    pool = Pool(1_000_000)
    kb = pool.open(tmp_path / "kb")
    shutil.rmtree(tmp_path / "kb")
    publish(tmp_path / "other", articles[:1]).close()
    (tmp_path / "other").rename(tmp_path / "kb")
    with pytest.raises(helpdex.OtherOwnerError, match="open the other anew"):
        kb.refresh()
    assert pool.let_go(tmp_path / "kb")
    assert not pool.let_go(tmp_path / "kb")
    assert pool.open(tmp_path / "kb").identity != kb.identity


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
    with pytest.raises(helpdex.OtherOwnerError, match="of tenant"):
        pool.open(tmp_path / "acme", tenant="globex")
    with pytest.raises(helpdex.NotFoundError, match="no knowledge base"):
        pool.open(tmp_path / "nobody")
