"""The page's scripts: what is served of them, and that each can be loaded with what it imports."""

from __future__ import annotations

import re
import shutil
import subprocess
from graphlib import TopologicalSorter
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from rag.web.scripts import page_scripts, preloading, scripts_route

SCRIPTS = page_scripts()


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=[scripts_route()]))


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_is_served_as_it_is(client: TestClient, name: str) -> None:
    reply = client.get(f"/scripts/{name}")
    assert (reply.status_code, reply.text) == (200, SCRIPTS[name])
    assert reply.headers["content-type"] == "text/javascript; charset=utf-8"
    assert reply.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "name", ["", "page.py", "page.css", "cases", "cases/", "cases/view.py", "nothing.js", "/page.js", "%2e%2e/app.py"]
)
def test_nothing_else_is_served(client: TestClient, name: str) -> None:
    assert client.get(f"/scripts/{name}").status_code == 404


def test_a_script_is_sent_again_only_if_it_has_changed(client: TestClient) -> None:
    first = client.get("/scripts/page.js")
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/scripts/page.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    other = client.get("/scripts/cases/cases.js", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


def imports(name: str) -> set[str]:
    """The scripts that one imports."""
    return {normpath(join(dirname(name), path)) for path in re.findall(r'^import .*?"(.+?)";$', SCRIPTS[name], re.M)}


def test_imports_lead_one_way_and_every_script_is_used() -> None:
    order = list(TopologicalSorter({name: imports(name) for name in SCRIPTS}).static_order())  # or a CycleError
    assert order[-1] == "page.js"
    assert set(order) == set(SCRIPTS)
    assert {"page.js"}.union(*map(imports, SCRIPTS)) == set(SCRIPTS)


def test_all_of_them_are_asked_for_at_once() -> None:
    assert set(re.findall('href="scripts/(.+?)"', preloading())) == set(SCRIPTS)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_every_script_parses_finds_what_it_imports_and_does_nothing_until_it_is_started(tmp_path: Path) -> None:
    """Node.js has no page: whatever touched one before ``start`` would fail."""
    (tmp_path / "package.json").write_text('{"type": "module"}')
    for name, text in SCRIPTS.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    load = "".join(f'await import("./{name}");' for name in SCRIPTS)
    check = f'{load} if (typeof (await import("./page.js")).start !== "function") throw new Error("no start");'
    (tmp_path / "check.js").write_text(check)
    done = subprocess.run(["node", "check.js"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
