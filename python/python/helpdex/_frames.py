"""Lists of a report as data frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any


def data_frame(rows: Iterable[Mapping[str, Any]]) -> Any:
    """Return a list of a report as a pandas data frame, or as a list of flat dicts where pandas is not installed.

    A dict within a row becomes one column for each of its values, such as `tickets.linked`; a list stays one value.

    Args:
        rows: The dicts of a report, such as `kb.gaps(...)["gaps"]` or `kb.article_cards(...)["cards"]`.

    Returns:
        A `pandas.DataFrame` with one row for each dict; without pandas, a list of dicts.
    """
    flat = [_flat(row) for row in rows]
    try:
        pandas: Any = import_module("pandas")
    except ImportError:
        return flat
    return pandas.DataFrame(flat)


def _flat(row: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            flat.update(_flat(value, f"{prefix}{name}."))
        else:
            flat[f"{prefix}{name}"] = value
    return flat
