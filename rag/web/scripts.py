"""The page's scripts: ES modules, each served as the file it is; nothing else of the package is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

#: The body of a function of ``element`` and ``server`` (the functions of ``server.py``): starts the page, which is not
#: seen before that. Where its scripts can't be had, it says so.
LOADING = """
import(new URL("scripts/page.js", document.baseURI))
  .then(({ start }) => start(element, server))
  .catch((error) => {
    element.querySelector(".precedent").dataset.view = "ask";
    element.querySelector(".scope").innerHTML = element.querySelector("template.failed-call").innerHTML;
    throw error;
  });
"""


def page_scripts() -> dict[str, str]:
    """All of them: 'cases/cases.js' -> its text."""
    return {name: file.read_text(encoding="utf-8") for name, file in _within(files("rag.web")) if name.endswith(".js")}


def preloading() -> str:
    """What has the browser get all of them at once, while the rest of the page is still on its way."""
    return "".join(f'<link rel="modulepreload" href="scripts/{name}">' for name in page_scripts())


def _within(folder: Traversable, path: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _within(entry, f"{path}{entry.name}/")
        else:
            yield f"{path}{entry.name}", entry


def scripts_route() -> Route:
    """Where the page gets them: under its own address, asked for anew whenever the page is opened."""
    from starlette.exceptions import HTTPException
    from starlette.responses import Response
    from starlette.routing import Route

    served = {name: text.encode() for name, text in page_scripts().items()}
    tags = {name: f'"{hashlib.sha256(text).hexdigest()}"' for name, text in served.items()}

    def script(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in served:
            raise HTTPException(404)
        headers = {"ETag": tags[name], "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        if tags[name] in request.headers.get("If-None-Match", ""):
            return Response(status_code=304, headers=headers)
        return Response(served[name], media_type="text/javascript", headers=headers)

    return Route("/scripts/{name:path}", script)
