"""Mark-up from templates (Jinja2): every value is escaped unless it is mark-up already, every name must be there.

A template's line breaks are there to be read: between two tags they are nothing, elsewhere a space.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def _environment() -> Environment:
    from rag.text.jinja import environment

    return environment()


def render(template: str, part: str = "", /, **values: object) -> Markup:
    """The template at a path within the package ('web/cases/cases.html'), or one macro (``part``) of it."""
    found = _environment().get_template(template)
    return Markup(getattr(found.module, part)(**values) if part else found.render(values))
