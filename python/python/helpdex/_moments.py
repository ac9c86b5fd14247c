"""Moments as JSON: RFC 3339, in UTC."""

from __future__ import annotations

from datetime import datetime, timezone


def _datetime(moment: str) -> datetime:
    return datetime.fromisoformat(moment.replace("Z", "+00:00"))


def _moment(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
