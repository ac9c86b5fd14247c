"""Ticket deflection: the help-center articles that answer a support ticket, or a reasoned silence.

    articles = helpdex.read_articles("help-center", visibility="public")
    with helpdex.KnowledgeBase.open_or_create("kb") as kb:
        kb.sync(articles)
        kb.publish()
        for suggestion in kb.suggest("my card reader is dead", audience=helpdex.Audience.public()):
            print(suggestion.probability, suggestion.title, suggestion.url)

Everything runs in this process: no server, no network, no model to download. Every question names its audience; an
article that states no visibility is internal. Answers are frozen values with `to_dict()`; errors derive from `Error`.
`evaluate` measures the answers on a labelled data set before anybody is shown one, and `backtest` on solved tickets in
the order of time; `helpdex.eval` has the figures for runs of any origin.
`KnowledgeBase.learn` stores what people did about tickets, cleaned and masked. The next `train` learns from it, and
`forget` erases it.
"""

from helpdex._answers import (
    AppliedRule,
    MatchedTerm,
    Passage,
    Place,
    RankedArticle,
    Reason,
    Suggestion,
    Suggestions,
    VectorUse,
)
from helpdex._articles import IndexedArticle, IndexedSection
from helpdex._changes import (
    Changes,
    CheckReport,
    Finding,
    GroupConflict,
    Learned,
    ModelInfo,
    Published,
    PublishedVectors,
    RecentDrift,
    Repaired,
    Rule,
    Settings,
    Trained,
)
from helpdex._errors import (
    ClosedError,
    DamagedError,
    Error,
    IncompleteError,
    IndexLockedError,
    InternalError,
    InvalidInputError,
    NotFoundError,
    OtherOwnerError,
    OtherVersionError,
    StorageError,
)
from helpdex._figures import (
    ColdFigures,
    CurvePoint,
    Figures,
    Interval,
    LengthBand,
    PeriodFigures,
    RankingFigures,
    ReliabilityBin,
)
from helpdex._frames import data_frame
from helpdex._helpdex import (
    Answers,
    Article,
    Articles,
    Audience,
    Draft,
    Embedder,
    FeedbackEvent,
    KnowledgeBase,
    Pool,
    Ticket,
    Vector,
    __version__,
    backtest,
    escape_html,
    evaluate,
    read_articles,
    read_events,
    read_exported_tickets,
    read_feedback,
    read_vectors,
)
from helpdex._options import SuggestOptions
from helpdex._report import ExplainedArticle, QueryOutcome, Report, WorstTicket
from helpdex._target import (
    ChosenThreshold,
    Grounds,
    NoThreshold,
    SharePrecision,
    TargetReport,
    Threshold,
    UnlinkedChoice,
)

__all__ = [
    "Answers",
    "AppliedRule",
    "Article",
    "Articles",
    "Audience",
    "Changes",
    "CheckReport",
    "ChosenThreshold",
    "ClosedError",
    "ColdFigures",
    "CurvePoint",
    "DamagedError",
    "Draft",
    "Embedder",
    "Error",
    "ExplainedArticle",
    "FeedbackEvent",
    "Figures",
    "Finding",
    "Grounds",
    "GroupConflict",
    "IncompleteError",
    "IndexLockedError",
    "IndexedArticle",
    "IndexedSection",
    "InternalError",
    "Interval",
    "InvalidInputError",
    "KnowledgeBase",
    "Learned",
    "LengthBand",
    "MatchedTerm",
    "ModelInfo",
    "NoThreshold",
    "NotFoundError",
    "OtherOwnerError",
    "OtherVersionError",
    "Passage",
    "PeriodFigures",
    "Place",
    "Pool",
    "Published",
    "PublishedVectors",
    "QueryOutcome",
    "RankedArticle",
    "RankingFigures",
    "Reason",
    "RecentDrift",
    "ReliabilityBin",
    "Repaired",
    "Report",
    "Rule",
    "Settings",
    "SharePrecision",
    "StorageError",
    "SuggestOptions",
    "Suggestion",
    "Suggestions",
    "TargetReport",
    "Threshold",
    "Ticket",
    "Trained",
    "UnlinkedChoice",
    "Vector",
    "VectorUse",
    "WorstTicket",
    "__version__",
    "backtest",
    "data_frame",
    "escape_html",
    "evaluate",
    "read_articles",
    "read_events",
    "read_exported_tickets",
    "read_feedback",
    "read_vectors",
]
