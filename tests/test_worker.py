"""The process that reads files: what ends, hangs or lies there costs one file, never the rest."""

from __future__ import annotations

import gc
import io
import os
import signal
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag.errors import RagError
from rag.index.parse import parse
from rag.index.worker import Worker
from rag.types import Parsed, SourceFile

POSIX = sys.platform != "win32"

#: A parser that does what the file says: the real process around it, with its real limits.
OBEDIENT = """
import os, re, socket, sys, time
import rag.index.worker_main as main
from rag.types import Parsed, Problem

def parse_one(found):
    words = found.data.decode("ascii").split()
    if words[0] == "hang":
        time.sleep(60)
    if words[0] == "backtrack":  # and lets no other thread run
        re.match("(a+)+$", "a" * 60 + "b")
    if words[0] == "eat":
        return ["x" * int(words[1])]
    if words[0] == "die":
        os.abort()
    if words[0] == "leave":
        os._exit(3)
    if words[0] == "give-up":
        sys.exit(3)
    if words[0] == "recurse":
        parse_one(found)
    if words[0] == "stumble":
        None + 1
    if words[0] == "dial":
        greet(words[1])
        time.sleep(60)
    said = {
        "pid": lambda: str(os.getpid()),
        "type": lambda: found.media_type,
        "proxies": lambda: " ".join(name for name in os.environ if "proxy" in name.lower()),
        "chatter": chatter,
        "grow": lambda: "x" * int(words[1]) and str(os.getpid()),
        "much": lambda: "x" * int(words[1]),
        "limits": limits,
        "greet": lambda: greet(words[1]),
    }[words[0]]()
    return Parsed(problems=(Problem(found.name, "failed", said),))

def greet(port):
    global line  # stays open
    line = socket.create_connection(("127.0.0.1", int(port)))
    line.sendall(b"here")
    return "greeted"

def chatter():
    print("a library's remark" * 10000, flush=True)
    os.write(1, b"and one from C")
    os.write(2, b"x" * 1000000)
    return "read: " + repr(sys.stdin.read())

def limits():
    import resource
    return str([resource.getrlimit(kind) for kind in (resource.RLIMIT_AS, resource.RLIMIT_CORE)])

main.parse_one = parse_one
main.main()
"""
COMMAND = (sys.executable, "-c", OBEDIENT)


def said(worker: Worker, order: str, name: str = "a.txt") -> str:
    """The reason the obedient parser, or the worker in its place, gives for the file."""
    (problem,) = worker.parse(SourceFile(name, order.encode())).problems
    assert (problem.name, problem.status) == (name, "failed")
    return problem.reason


def zipped(**files: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.txt", text)
    return data.getvalue()


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker(command=COMMAND) as running:
        yield running


@pytest.fixture
def hasty() -> Iterator[Worker]:
    with Worker(command=COMMAND, seconds=1) as running:
        yield running


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Somebody the process can call, to be seen to live."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        yield server


def hears_the_end(line: socket.socket) -> bool:
    line.settimeout(20)
    try:
        return line.recv(10) == b""
    except ConnectionResetError:
        return True


# --- the usual ---


def test_it_gives_what_parsing_gives() -> None:
    page = SourceFile("café.html", "<h1>Hütten</h1><p>In Leeds, 40 people came.</p><ul><li>One</li></ul>".encode())
    nothing = SourceFile("nothing.txt", b"  ")
    with Worker() as worker:
        assert worker.parse(page) == parse(page)
        assert worker.parse(nothing) == parse(nothing)
    assert parse(page).documents[0].document.text.startswith("Hütten")
    assert parse(nothing).problems[0].status == "empty"


def test_the_files_of_an_archive_come_one_by_one() -> None:
    source = SourceFile("all.zip", zipped(a="In Leeds.", b="", c="In York."))
    with Worker() as worker:
        parsed = worker.parse(source)
    assert parsed == parse(source)
    assert [d.document.text for d in parsed.documents] == ["In Leeds.", "In York."]
    assert [(p.name, p.status) for p in parsed.problems] == [("all.zip/b.txt", "empty")]


def test_one_process_reads_many_files(worker: Worker) -> None:
    process = said(worker, "pid")
    assert int(process) != os.getpid()
    assert [said(worker, "pid", name) for name in ("b.txt", "c.txt")] == [process, process]


def test_a_name_that_is_no_unicode_comes_back(worker: Worker) -> None:
    assert said(worker, "type", "notes\udcff.txt") == ""


def test_the_media_type_that_is_known_goes_along(worker: Worker) -> None:
    assert worker.parse(SourceFile("a", b"type", "text/plain")).problems[0].reason == "text/plain"


def test_what_libraries_print_and_read_is_kept_out(worker: Worker) -> None:
    assert said(worker, "chatter") == "read: ''"


def test_it_has_no_way_to_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://192.0.2.1")
    monkeypatch.setenv("http_proxy", "http://192.0.2.1")
    with Worker(command=COMMAND) as worker:
        assert said(worker, "proxies") == ""


def test_nothing_is_imported_from_the_folder_one_works_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "selectolax.py").write_text("raise SystemExit('taken over')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with Worker() as worker:
        assert worker.parse(SourceFile("a.html", b"<p>In Leeds.</p>")).documents


def test_much_goes_both_ways(worker: Worker) -> None:
    assert len(said(worker, "much 20000000" + " " * 20_000_000)) == 20_000_000


# --- what goes wrong ---


@pytest.mark.parametrize("order", ["hang", "backtrack"])
def test_a_hang_ends_and_the_next_file_is_read(hasty: Worker, order: str) -> None:
    before = said(hasty, "pid")
    assert said(hasty, order).startswith("reading it took more than 1 seconds: split it")
    assert said(hasty, "pid") != before


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (f"eat {10**9 if POSIX else 10**14}", "reading it took more than 900 MB of memory: split it"),
        ("recurse", "it could not be read (RecursionError in its reader): the file is damaged, or Precedent"),
        ("stumble", "it could not be read (TypeError in its reader): the file is damaged, or Precedent"),
        ("give-up", "it could not be read (SystemExit in its reader): the file is damaged, or Precedent"),
    ],
)
def test_what_a_reader_raises_is_told_and_the_process_goes_on(worker: Worker, order: str, reason: str) -> None:
    before = said(worker, "pid")
    assert said(worker, order).startswith(reason)
    assert said(worker, "pid") == before


@pytest.mark.parametrize(("order", "how"), [("die", "SIGABRT" if POSIX else "exit code"), ("leave", "exit code 3")])
def test_the_end_of_the_process_costs_one_file(worker: Worker, order: str, how: str) -> None:
    before = said(worker, "pid")
    reason = said(worker, order)
    assert reason.startswith(f"the process that read it broke down ({how}")
    assert reason.endswith("add it again")
    assert said(worker, "pid") != before


def test_the_place_of_a_fault_is_named() -> None:
    from rag.index.worker_main import _guarded
    from rag.text.words import sentences

    problem = _guarded("a.txt", lambda: sentences(b"no text", 0, 7))  # type: ignore[arg-type]
    assert problem.reason.startswith("it could not be read (TypeError in rag.text.words, line ")  # type: ignore[union-attr]


def test_of_an_archive_only_the_bad_file_is_lost(hasty: Worker) -> None:
    parsed = hasty.parse(SourceFile("all.zip", zipped(a="pid", b="die", c="hang", d="pid")))
    assert [problem.name for problem in parsed.problems] == [f"all.zip/{name}.txt" for name in "abcd"]
    assert "broke down" in parsed.problems[1].reason
    assert "1 seconds" in parsed.problems[2].reason
    assert parsed.problems[3].reason.isdigit()


def test_an_archive_of_bad_files_is_given_up(worker: Worker) -> None:
    files = {f"bad{number}": "die" for number in range(6)}
    *bad, rest = worker.parse(SourceFile("all.zip", zipped(**files))).problems
    assert [problem.name for problem in bad] == [f"all.zip/bad{number}.txt" for number in range(3)]
    assert rest.name == "all.zip"
    assert rest.reason.startswith("3 files in it could not be read, so the rest of it was not tried")


def test_a_file_that_is_too_large_is_not_even_sent() -> None:
    with Worker(command=("nothing that could be run",), most_bytes=2_000_000) as worker:
        assert said(worker, "x" * 2_000_001) == "it is larger than 2 MB: split it into smaller files and add those"


READY_THEN = "import sys, time; out = sys.stdout.buffer; out.write(b'R' + bytes(8)); out.flush(); "


@pytest.mark.parametrize(
    "lie",
    [
        "out.write(b'Traceback (most recent call last)')",
        "out.write(b'G' + b'\\xff' * 8)",
        "out.write(b'G' + (5).to_bytes(8) + b'hello')",
        "out.write(b'G' + (2).to_bytes(8) + b'[]')",
        "out.write(b'G' + (27).to_bytes(8) + b'{\"documents\":5,\"problems\":5}')",
    ],
)
def test_nonsense_is_no_answer(lie: str) -> None:
    with Worker(command=(sys.executable, "-c", f"{READY_THEN} {lie}; out.flush(); time.sleep(60)")) as worker:
        assert said(worker, "a").startswith("the process that read it gave no sensible answer")


def test_a_process_that_only_talks_blocks_nobody() -> None:
    talk = f"{READY_THEN} out.write(b'G' + (10**8).to_bytes(8) + bytes(10**8))"
    with Worker(command=(sys.executable, "-c", talk), seconds=1) as worker:
        assert said(worker, "x" * 10_000_000).startswith("reading it took more than 1 seconds")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise SystemExit(3)", "exit code 3"),
        ("import no_such_thing", "ModuleNotFoundError: No module"),
        ("import time; print('Hello, world!', flush=True); time.sleep(60)", "exit code"),
    ],
)
def test_a_process_that_cannot_start_is_no_fault_of_the_file(code: str, said: str) -> None:
    with (
        Worker(command=(sys.executable, "-c", code)) as worker,
        pytest.raises(RagError, match=rf"can't be started \({said}.*\): reinstall Precedent"),
    ):
        worker.parse(SourceFile("a.txt", b"In Leeds."))


# --- the life of the process ---


def test_it_is_replaced_after_many_files() -> None:
    with Worker(command=COMMAND, files=2) as worker:
        first, second, third = (said(worker, "pid") for _ in range(3))
    assert first == second != third


def test_it_can_be_used_again_after_it_was_closed(worker: Worker) -> None:
    before = said(worker, "pid")
    worker.close()
    worker.close()
    assert said(worker, "pid") != before


def test_it_ends_when_closed(listener: socket.socket) -> None:
    with Worker(command=COMMAND) as worker:
        assert said(worker, f"greet {listener.getsockname()[1]}") == "greeted"
        line, _ = listener.accept()
        with line:
            assert line.recv(4) == b"here"
            worker.close()
            assert hears_the_end(line)


def test_it_ends_when_nobody_has_it_any_more(listener: socket.socket) -> None:
    worker: Worker | None = Worker(command=COMMAND)
    assert worker is not None
    said(worker, f"greet {listener.getsockname()[1]}")
    line, _ = listener.accept()
    with line:
        assert line.recv(4) == b"here"
        worker = None
        gc.collect()
        assert hears_the_end(line)


def test_threads_wait_for_one_another(worker: Worker) -> None:
    with ThreadPoolExecutor(4) as threads:
        reasons = list(threads.map(lambda size: said(worker, f"much {size}"), range(1, 40)))
    assert reasons == ["x" * size for size in range(1, 40)]


def test_it_ends_when_its_parent_is_killed(listener: socket.socket) -> None:
    order = f"dial {listener.getsockname()[1]}"
    code = (
        "import sys; from rag.index.worker import Worker; from rag.types import SourceFile\n"
        f"Worker(command={COMMAND!r}).parse(SourceFile('a.txt', {order.encode()!r}))"
    )
    path = os.pathsep.join(sys.path)
    with subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}) as parent:
        line, _ = listener.accept()
        with line:
            assert line.recv(4) == b"here"
            parent.kill()
            assert hears_the_end(line)


if POSIX:

    def test_ctrl_c_ends_it_quietly(listener: socket.socket, capfd: pytest.CaptureFixture[str]) -> None:
        lines: list[socket.socket] = []

        def interrupt() -> None:
            line, _ = listener.accept()
            lines.append(line)
            line.recv(4)
            os.kill(os.getpid(), signal.SIGINT)

        waiting = threading.Thread(target=interrupt)
        waiting.start()
        with Worker(command=COMMAND) as worker, pytest.raises(KeyboardInterrupt):
            said(worker, f"dial {listener.getsockname()[1]}")
        waiting.join()
        with lines[0] as line:
            assert hears_the_end(line)
        assert capfd.readouterr() == ("", "")

    def test_the_system_holds_the_limits() -> None:
        with Worker(command=COMMAND, megabytes=500) as worker:
            assert said(worker, "limits") == "[(500000000, 500000000), (0, 0)]"
            assert said(worker, "eat 400000000").startswith("reading it took more than 500 MB of memory")


if sys.platform == "linux":

    def test_it_is_replaced_when_it_has_grown() -> None:
        with Worker(command=COMMAND, megabytes=400) as worker:
            first, second, third = said(worker, "pid"), said(worker, "grow 190000000"), said(worker, "pid")
        assert first == second != third
        assert 190_000_000 < worker.peak < 400_000_000


def test_an_empty_archive_gives_its_problem(worker: Worker) -> None:
    assert worker.parse(SourceFile("none.zip", zipped())) != Parsed()
