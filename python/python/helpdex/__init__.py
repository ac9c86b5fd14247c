"""Ticket deflection: the help-center articles that answer a support ticket, or a reasoned silence.

    articles, skipped = helpdex.read_articles("help-center", visibility="public")
    with helpdex.KnowledgeBase.open_or_create("kb") as kb:
        kb.sync(articles)
        kb.publish()
        for suggestion in kb.suggest("my card reader is dead", audience=helpdex.Audience.public()):
            print(suggestion.probability, suggestion.title, suggestion.url)

Everything runs in this process: no server, no network, no model to download. Every question names its audience; an
article that states no visibility is internal. Answers are frozen values with `to_dict()`; errors derive from `Error`.
`evaluate` measures the answers on a labelled data set before anybody is shown one, and `backtest` on solved tickets in
the order of time; `helpdex.eval` has the figures for runs of any origin.
`KnowledgeBase.learn` keeps what people did about tickets, cleaned and masked; answers go by it from the next `publish`
on, and `forget` erases it.
"""

from helpdex._errors import (
    ClosedError,
    Error,
    IndexFormatError,
    IndexLockedError,
    InternalError,
    InvalidInputError,
    StorageError,
)
from helpdex._helpdex import (
    Answers,
    Article,
    Audience,
    Draft,
    KnowledgeBase,
    Pool,
    SolvedTicket,
    Ticket,
    __version__,
    backtest,
    escape_html,
    evaluate,
    read_articles,
)
from helpdex._options import SuggestOptions
from helpdex._results import (
    Changes,
    CheckReport,
    ChosenThreshold,
    ColdFigures,
    CurvePoint,
    ExplainedArticle,
    Figures,
    Finding,
    GroupConflict,
    Interval,
    Learned,
    LengthBand,
    MatchedTerm,
    NoThreshold,
    Passage,
    PeriodFigures,
    Place,
    Published,
    QueryOutcome,
    RankedArticle,
    RankingFigures,
    Reason,
    RecentDrift,
    ReliabilityBin,
    Repaired,
    Report,
    Suggestion,
    Suggestions,
    TargetReport,
    Threshold,
    WorstTicket,
)

__all__ = [
    "Answers",
    "Article",
    "Audience",
    "Changes",
    "CheckReport",
    "ChosenThreshold",
    "ClosedError",
    "ColdFigures",
    "CurvePoint",
    "Draft",
    "Error",
    "ExplainedArticle",
    "Figures",
    "Finding",
    "GroupConflict",
    "IndexFormatError",
    "IndexLockedError",
    "InternalError",
    "Interval",
    "InvalidInputError",
    "KnowledgeBase",
    "Learned",
    "LengthBand",
    "MatchedTerm",
    "NoThreshold",
    "Passage",
    "PeriodFigures",
    "Place",
    "Pool",
    "Published",
    "QueryOutcome",
    "RankedArticle",
    "RankingFigures",
    "Reason",
    "RecentDrift",
    "ReliabilityBin",
    "Repaired",
    "Report",
    "SolvedTicket",
    "StorageError",
    "SuggestOptions",
    "Suggestion",
    "Suggestions",
    "TargetReport",
    "Threshold",
    "Ticket",
    "WorstTicket",
    "__version__",
    "backtest",
    "escape_html",
    "evaluate",
    "read_articles",
]
