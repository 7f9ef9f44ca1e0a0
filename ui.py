"""The chat page: a Gradio app around the HTML of ``rag.present``."""

from __future__ import annotations

import argparse
import errno
import ipaddress
import os
import secrets
import socket
import sys
import webbrowser
from collections.abc import Sequence, Set
from pathlib import Path
from time import sleep as wait
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rag.cli.main import progress_bar
from rag.config import Settings, default_seeds
from rag.errors import RagError
from rag.index.collection import problems_of
from rag.library import Library
from rag.present.wording import DESCRIPTION, other_host
from rag.web.page import EXAMPLES, PAGE_TITLE, page_head, page_html, page_script
from rag.web.server import server_functions

if TYPE_CHECKING:
    import gradio as gr
    from starlette.types import ASGIApp, Receive, Scope, Send

_TOLD = 10  # files that could not be read; the page lists all
_HERE = frozenset({"127.0.0.1", "localhost", "::1"})
_TEXT_BROWSERS = frozenset({"www-browser", "links", "elinks", "lynx", "w3m"})  # they would take the terminal over


def build_page(library: Library, questions: Path, examples: Sequence[str] = EXAMPLES) -> gr.Blocks:
    """The Gradio app. It has no API endpoints: the page's script calls the server functions alone."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr

    token = secrets.token_urlsafe()
    page: gr.Blocks
    with gr.Blocks(title=PAGE_TITLE, analytics_enabled=False) as page:
        gr.HTML(
            page_html(examples, token),
            js_on_load=page_script(),
            apply_default_css=False,
            server_functions=server_functions(library, questions, token),
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
    guards = [Middleware(OnlyHere, names=_HERE | {host.lower()})] if _is_loopback(host) else []
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
        head=page_head(),
        app_kwargs={"middleware": guards},
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
            await PlainTextResponse(other_host(), 400)(scope, receive, send)


def _name_in(host: str) -> str:
    """The name in a Host header: 'localhost:7860', '[::1]:7860'."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of ``rag-ui`` and ``python ui.py``; returns the exit code."""
    options = _parser().parse_args(argv)
    try:
        check_address(options.host, options.port)
        settings = Settings.from_environment(seeds=options.seeds, index=options.index, questions=options.questions)
        with progress_bar() as progress:
            from rag.library import Library

            library = Library.open(settings, progress, empty=True)
        _tell_problems(problems_of(library.snapshot.files))
        examples = EXAMPLES if settings.seeds == default_seeds() else ()
        page = build_page(library, settings.questions_file, examples)
        address = launch(page, options.host, options.port)
    except (RagError, OSError) as error:
        print(f"rag-ui: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    print(f"{PAGE_TITLE} is at {address}   (stop it with Ctrl-C)", flush=True)
    if sys.stdout.isatty() and not options.no_browser:
        show(address)
    try:
        while True:
            wait(0.5)  # short enough for Windows, where Ctrl-C can't end a long wait
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
    page.close(verbose=False)
    return 0


def _tell_problems(problems: Sequence[str]) -> None:
    for problem in problems[:_TOLD]:
        print(f"rag-ui: left out: {problem}", file=sys.stderr)
    if len(problems) > _TOLD:
        more = len(problems) - _TOLD
        print(f"rag-ui: {more:,} more left out: the page's library says which and why", file=sys.stderr)


def show(address: str) -> None:
    """Opens ``address`` in the user's browser, if there is one; the terminal names the address anyway."""
    try:
        browser = webbrowser.get()
        if browser.name not in _TEXT_BROWSERS:
            browser.open(address)
    except (webbrowser.Error, OSError):
        pass


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rag-ui", description=DESCRIPTION)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", default=7860, type=_port, help="port to listen on (default: %(default)s)")
    parser.add_argument("--no-browser", action="store_true", help="don't open the page in the browser")
    parser.add_argument("--seeds", type=Path, metavar="DIR", help="folder of documents to answer from")
    parser.add_argument("--index", type=Path, metavar="DIR", help="folder of the index built from them")
    parser.add_argument("--questions", type=Path, metavar="FILE", help="file that test questions are kept in")
    return parser


def _port(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port: use a number from 1 to 65535")


def check_address(host: str, port: int) -> None:
    """Says before the model loads what Gradio would say after it, and less clearly."""
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = port + 1 if port < 65535 else 7860
            raise RagError(f"port {port} is already in use: try 'rag-ui --port {other}'") from None
        if error.errno == errno.EACCES:
            raise RagError(f"port {port} is not open to this user: try 'rag-ui --port 7860'") from None
        raise RagError(
            f"this machine can't listen on {host!r}: use 'rag-ui --host 127.0.0.1' ({error.strerror})"
        ) from None
    if not _is_loopback(host):
        print(f"Warning: others on the network can read everything here (--host {host}).", file=sys.stderr)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


if __name__ == "__main__":
    sys.exit(main())
