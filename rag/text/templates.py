"""Mark-up from templates (Jinja2): every value is escaped unless it is mark-up already, every name must be there."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("rag", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=False,
    )


def render(template: str, part: str = "", /, **values: object) -> Markup:
    """The template at a path within the package ('web/cases/cases.html'), or one macro (``part``) of it."""
    if part:
        return Markup(getattr(_environment().get_template(template).module, part)(**values).strip())
    return Markup(_environment().get_template(template).render(values).strip())
