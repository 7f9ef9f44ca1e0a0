"""The page as a Gradio app; only here is Gradio known."""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections.abc import Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rag.library import Library
from rag.present.wording import OTHER_HOST
from rag.web.calls import ServerFunction
from rag.web.page import EXAMPLES, PAGE_TITLE, page_head, page_html
from rag.web.scripts import LOADING, preloading, scripts_route
from rag.web.server import server_functions

if TYPE_CHECKING:
    import gradio as gr
    from starlette.types import ASGIApp, Receive, Scope, Send

_HERE = frozenset({"127.0.0.1", "localhost", "::1"})


def build_page(library: Library, questions: Path, examples: Sequence[str] = EXAMPLES) -> gr.Blocks:
    """The Gradio app. It has no API endpoints: the page's script calls the server functions alone."""
    token = secrets.token_urlsafe()
    return page_calling(server_functions(library, questions, token), token, examples)


def page_calling(functions: Sequence[ServerFunction], token: str, examples: Sequence[str] = EXAMPLES) -> gr.Blocks:
    """The page whose script calls these functions by name, with the token."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr

    page: gr.Blocks
    with gr.Blocks(title=PAGE_TITLE, analytics_enabled=False) as page:
        gr.HTML(
            page_html(examples, token),
            js_on_load=LOADING,
            apply_default_css=False,
            server_functions=list(functions),
        )
    page.queue(api_open=False)
    return page


def launch(page: gr.Blocks, host: str, port: int) -> str:
    """Serves ``page`` from a thread of its own; returns its address."""
    import gradio as gr
    from starlette.middleware import Middleware

    # Gradio calls its own address once while starting: a company's proxy must not come between.
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, [os.environ.get(name), "127.0.0.1", "localhost", host]))
    guards = [Middleware(OnlyHere, names=_HERE | {host.lower()})] if is_loopback(host) else []
    _, address, _ = page.launch(
        server_name=f"[{host}]" if ":" in host else host,
        server_port=port,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        inbrowser=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        run_history=False,
        footer_links=[],
        allowed_paths=[],
        max_file_size=1,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        head=page_head() + preloading(),
        app_kwargs={"middleware": guards, "routes": [scripts_route()]},
    )
    return str(address)


class OnlyHere:
    """Answers requests for these ``names`` of this machine alone: a site elsewhere that has its own name lead here (DNS
    rebinding) would read the page.
    """

    def __init__(self, app: ASGIApp, names: Set[str]) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.datastructures import Headers
        from starlette.responses import PlainTextResponse

        if scope["type"] == "lifespan" or _name_in(Headers(scope=scope).get("host", "")) in self._names:
            await self._app(scope, receive, send)
        else:
            await PlainTextResponse(OTHER_HOST, 400)(scope, receive, send)


def _name_in(host: str) -> str:
    """The name in a Host header: 'localhost:7860', '[::1]:7860'."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
