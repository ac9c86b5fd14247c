from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from os import PathLike
from types import TracebackType
from typing import ClassVar, Literal, NoReturn, TypeAlias, final

from typing_extensions import Self

from helpdex._errors import Error
from helpdex._results import (
    Changes,
    CheckReport,
    Comparison,
    Interval,
    Learned,
    Published,
    Repaired,
    Report,
    Suggestions,
)

__all__ = [
    "Answers",
    "Article",
    "Audience",
    "Draft",
    "KnowledgeBase",
    "Pool",
    "SolvedTicket",
    "Ticket",
    "__version__",
    "_panic_for_test",
    "average_precision_at",
    "backtest",
    "bootstrap_mean",
    "compare",
    "escape_html",
    "evaluate",
    "macro_precision_at_1",
    "ndcg_at",
    "precision_at",
    "read_articles",
    "recall_at",
    "reciprocal_rank_at",
]

_Path: TypeAlias = str | PathLike[str]
_Visibility: TypeAlias = Literal["public", "signed_in", "internal"]
_Verdict: TypeAlias = Literal["linked", "resolved", "clicked", "rejected", "no_article"]
_Rejection: TypeAlias = Literal["unknown", "not_related", "related_but_did_not_answer"]
_Fallback: TypeAlias = Literal["silent", "best_guess"]
_Promise: TypeAlias = Literal["first", "any"]
_Progress: TypeAlias = Callable[[int, int], object]

__version__: str

@final
class Article:
    def __new__(
        cls,
        *,
        id: str,
        locale: str,
        title: str = "",
        body: str = "",
        format: Literal["html", "markdown", "text"] = "text",
        visibility: _Visibility = "internal",
        translation_group: str | None = None,
        section_path: Iterable[str] = (),
        labels: Iterable[str] = (),
        products: Iterable[str] = (),
        brand: str | None = None,
        status: Literal["published", "draft", "archived"] = "published",
        user_segments: Iterable[str] = (),
        valid_from: datetime | None = None,
        valid_until: datetime | None = None,
        updated_at: datetime | None = None,
        url: str | None = None,
        votes: tuple[int, int] | None = None,
    ) -> Self: ...
    @property
    def id(self) -> str: ...
    @property
    def locale(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def format(self) -> Literal["html", "markdown", "text"]: ...
    @property
    def visibility(self) -> _Visibility: ...
    @property
    def translation_group(self) -> str: ...
    @property
    def section_path(self) -> tuple[str, ...]: ...
    @property
    def labels(self) -> tuple[str, ...]: ...
    @property
    def products(self) -> tuple[str, ...]: ...
    @property
    def brand(self) -> str | None: ...
    @property
    def status(self) -> Literal["published", "draft", "archived"]: ...
    @property
    def user_segments(self) -> tuple[str, ...]: ...
    @property
    def valid_from(self) -> datetime | None: ...
    @property
    def valid_until(self) -> datetime | None: ...
    @property
    def updated_at(self) -> datetime | None: ...
    @property
    def url(self) -> str | None: ...
    @property
    def votes(self) -> tuple[int, int] | None: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, object]]: ...

@final
class Ticket:
    def __new__(
        cls,
        text: str | None = None,
        *,
        html: str | None = None,
        email: bytes | None = None,
        subject: str | None = None,
        locale: str | None = None,
        fields: Mapping[str, str] | None = None,
        requester: str | None = None,
        reference: str | None = None,
    ) -> Self: ...
    @property
    def text(self) -> str | None: ...
    @property
    def html(self) -> str | None: ...
    @property
    def email(self) -> bytes | None: ...
    @property
    def subject(self) -> str | None: ...
    @property
    def locale(self) -> str | None: ...
    @property
    def fields(self) -> dict[str, str]: ...
    @property
    def requester(self) -> str | None: ...
    @property
    def reference(self) -> str | None: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, object]]: ...

@final
class SolvedTicket:
    def __new__(
        cls,
        ticket_id: str,
        verdict: _Verdict,
        articles: Iterable[str] = (),
        *,
        ticket: Ticket | str | None = None,
        rejection: _Rejection | None = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Self: ...
    @property
    def ticket_id(self) -> str: ...
    @property
    def ticket(self) -> Ticket: ...
    @property
    def at(self) -> datetime: ...
    @property
    def verdict(self) -> _Verdict: ...
    @property
    def rejection(self) -> _Rejection | None: ...
    @property
    def articles(self) -> tuple[str, ...]: ...
    @property
    def key(self) -> str | None: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __getnewargs_ex__(
        self,
    ) -> tuple[tuple[str, str, tuple[str, ...]], dict[str, object]]: ...

@final
class Audience:
    @staticmethod
    def public() -> Audience: ...
    @staticmethod
    def signed_in(user_segments: Iterable[str] = ()) -> Audience: ...
    @staticmethod
    def internal() -> Audience: ...
    @staticmethod
    def from_name(name: str, user_segments: Iterable[str] = ()) -> Audience: ...
    @property
    def visibility(self) -> _Visibility: ...
    @property
    def user_segments(self) -> tuple[str, ...]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class KnowledgeBase:
    @staticmethod
    def in_memory() -> KnowledgeBase: ...
    @staticmethod
    def open(path: _Path, *, tenant: str | None = None) -> KnowledgeBase: ...
    @staticmethod
    def open_or_create(
        path: _Path, *, tenant: str | None = None, identity: str | None = None, shared_files: bool = False
    ) -> KnowledgeBase: ...
    @staticmethod
    def repair(path: _Path, *, tenant: str | None = None) -> Repaired: ...
    @staticmethod
    def check(path: _Path) -> CheckReport: ...
    def upsert(self, articles: Iterable[Article]) -> Changes: ...
    def remove(self, ids: Iterable[str]) -> Changes: ...
    def sync(self, articles: Iterable[Article]) -> Changes: ...
    def set_fallback_locales(self, locales: Sequence[str]) -> None: ...
    def set_synonyms(self, locale: str, rules: str) -> None: ...
    def publish(
        self,
        now: datetime | None = None,
        progress: _Progress | None = None,
        *,
        tickets: Iterable[SolvedTicket] | None = None,
    ) -> Published: ...
    def learn(self, solved: Iterable[SolvedTicket]) -> Learned: ...
    def forget(self, *, ticket: str | None = None, requester: str | None = None) -> int: ...
    def purge(self) -> None: ...
    def deny(self, ids: Iterable[str]) -> int: ...
    def allow(self, ids: Iterable[str]) -> int: ...
    @property
    def denied(self) -> list[str]: ...
    @property
    def warnings(self) -> list[str]: ...
    @property
    def identity(self) -> str | None: ...
    @property
    def tenant(self) -> str | None: ...
    def refresh(self) -> bool: ...
    def suggest(
        self,
        ticket: Ticket | str,
        *,
        audience: Audience,
        now: datetime | None = None,
        limit: int = 3,
        min_probability: float = 0.5,
        target_precision: float | None = None,
        promise: _Promise = "first",
        confidence_level: float = 0.95,
        fallback: _Fallback = "silent",
        popularity: float = 1.0,
        time_budget_ms: int | None = None,
        told_to_agent: bool = False,
        brand: str | None = None,
        label: str | None = None,
        product: str | None = None,
    ) -> Suggestions: ...
    def suggest_many(
        self,
        tickets: Iterable[Ticket | str],
        *,
        audience: Audience,
        now: datetime | None = None,
        limit: int = 3,
        min_probability: float = 0.5,
        target_precision: float | None = None,
        promise: _Promise = "first",
        confidence_level: float = 0.95,
        fallback: _Fallback = "silent",
        popularity: float = 1.0,
        time_budget_ms: int | None = None,
        told_to_agent: bool = False,
        brand: str | None = None,
        label: str | None = None,
        product: str | None = None,
    ) -> Answers: ...
    def draft(
        self,
        *,
        audience: Audience,
        now: datetime | None = None,
        limit: int = 3,
        min_probability: float = 0.5,
        target_precision: float | None = None,
        promise: _Promise = "first",
        confidence_level: float = 0.95,
        fallback: _Fallback = "silent",
        popularity: float = 1.0,
        time_budget_ms: int | None = None,
        told_to_agent: bool = False,
        brand: str | None = None,
        label: str | None = None,
        product: str | None = None,
    ) -> Draft: ...
    @property
    def generation(self) -> int: ...
    def locales(self, audience: Audience, now: datetime | None = None) -> list[str]: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        exception: BaseException | None = None,
        traceback: TracebackType | None = None,
        /,
    ) -> None: ...
    def __reduce__(self) -> NoReturn: ...

@final
class Pool:
    def __new__(cls, max_bytes: int) -> Self: ...
    def open(self, path: _Path, *, tenant: str | None = None) -> KnowledgeBase: ...
    def let_go(self, path: _Path, *, tenant: str | None = None) -> bool: ...
    def __len__(self) -> int: ...
    @property
    def size_bytes(self) -> int: ...

@final
class Answers(Iterator[Suggestions]):
    def __iter__(self) -> Self: ...
    def __next__(self) -> Suggestions: ...

@final
class Draft:
    def suggest(self, ticket: Ticket | str) -> Suggestions: ...

def escape_html(text: str) -> str: ...
def read_articles(
    path: _Path, *, visibility: _Visibility = "internal", default_locale: str | None = None
) -> tuple[list[Article], list[Error]]: ...
def evaluate(
    path: _Path,
    *,
    split: str = "test",
    limit: int = 3,
    min_probability: float = 0.5,
    target_precision: float | None = None,
    promise: _Promise = "first",
    confidence_level: float = 0.95,
    fallback: _Fallback = "silent",
    popularity: float = 1.0,
    learn: bool = True,
    cold: float | None = None,
    seed: int = 1,
    progress: _Progress | None = None,
) -> Report: ...
def backtest(
    articles: Iterable[Article],
    solved: Iterable[SolvedTicket],
    *,
    audience: Audience | None = None,
    periods: int = 12,
    limit: int = 3,
    min_probability: float = 0.5,
    target_precision: float | None = None,
    promise: _Promise = "first",
    confidence_level: float = 0.95,
    fallback: _Fallback = "silent",
    seed: int = 1,
    progress: _Progress | None = None,
) -> Report: ...
def recall_at(k: int, ranking: Iterable[str], grades: Mapping[str, int]) -> float | None: ...
def precision_at(k: int, ranking: Iterable[str], grades: Mapping[str, int]) -> float | None: ...
def reciprocal_rank_at(k: int, ranking: Iterable[str], grades: Mapping[str, int]) -> float | None: ...
def average_precision_at(k: int, ranking: Iterable[str], grades: Mapping[str, int]) -> float | None: ...
def ndcg_at(k: int, ranking: Iterable[str], grades: Mapping[str, int]) -> float | None: ...
def macro_precision_at_1(tickets: Iterable[tuple[Iterable[str], Mapping[str, int]]]) -> float | None: ...
def bootstrap_mean(values: Iterable[float], *, seed: int = 1) -> Interval | None: ...
def compare(baseline: Mapping[str, float], run: Mapping[str, float], *, seed: int = 1) -> Comparison | None: ...
def _panic_for_test(text: str, *, on_thread: bool = False) -> None: ...
