"""Parts of a record for JSON."""

from __future__ import annotations

from typing import Any


def record(instance: object, names: str) -> dict[str, Any]:
    """The attributes of ``names`` (separated by spaces) by name; tuples become lists."""
    return {name: _listed(getattr(instance, name)) for name in names.split()}


def _listed(value: Any) -> Any:
    return [_listed(item) for item in value] if isinstance(value, tuple) else value
