"""Damages real files at random and reads them as the library does: nothing may break, hang or fill the memory.

    python tests/bench/mutate.py [--bench ../shared/bench] [-n 500] [--seed 1] [--kinds pdf,docx] [--keep FOLDER]
    python tests/bench/mutate.py --unchanged        # every file as it is

Each file is read by ``rag.index.worker.Worker``. 'fault': an exception that no reader expected; 'death': the process
broke down; 'hang', 'memory': it was ended at a limit. The goal is none of the first three. ``--keep`` saves what
caused them.
"""

from __future__ import annotations

import argparse
import gzip
import io
import random
import re
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path, PurePosixPath

from rag.index.worker import Worker
from rag.types import Parsed, SourceFile

SIGNS = {
    "fault": "it could not be read (",
    "death": "the process that read it",
    "hang": "reading it took more than 45 seconds",
    "memory": "MB of memory",
}
LICENCES = ("LICENCE", "LICENSE")
PAGES = 40  # of each collection of web pages


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. ``trouble`` is a key of SIGNS or ''."""

    name: str
    status: str
    trouble: str
    reason: str
    seconds: float


def samples(bench: Path) -> dict[str, list[SourceFile]]:
    """The files as they are, by kind."""
    kinds: dict[str, list[SourceFile]] = defaultdict(list)
    for path in sorted(path for path in (bench / "files").rglob("*") if path.is_file() and path.name not in LICENCES):
        kinds[path.suffix.lower().lstrip(".")].append(SourceFile(path.name, path.read_bytes()))
    for path in sorted((bench / "library" / "participedia" / "html").glob("*.html"))[:PAGES]:
        kinds["html"].append(SourceFile(path.name, path.read_bytes()))
    for path in sorted((bench / "boilerplate" / "html").glob("*.gz"))[:PAGES]:
        kinds["html"].append(SourceFile(path.stem, gzip.decompress(path.read_bytes())))
    small = [file for kind in ("docx", "pdf", "md", "xlsx") for file in kinds[kind] if len(file.data) < 100_000]
    kinds["eml"] = [mail(small[number::5][:3]) for number in range(5)]
    kinds["zip"] = [archive(small[number::5][:8]) for number in range(5)]
    return dict(kinds)


def mail(files: Sequence[SourceFile]) -> SourceFile:
    """A mail with these attachments."""
    message = EmailMessage()
    message["Subject"], message["From"], message["Date"] = "Évaluation", "a@b.example", "Mon, 2 Nov 2026 10:00:00 +0000"
    message.set_content("In Leeds the council ran 40 workshops.\n\n> And in York?\n")
    message.add_alternative("<p>In Leeds the council ran <b>40</b> workshops.</p>", subtype="html")
    for file in files:
        message.add_attachment(file.data, maintype="application", subtype="octet-stream", filename=file.name)
    return SourceFile("mail.eml", message.as_bytes())


def archive(files: Sequence[SourceFile]) -> SourceFile:
    """A zip archive of these."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        for number, file in enumerate(files):
            packed.writestr(f"{number}/{file.name}", file.data)
    return SourceFile("archive.zip", data.getvalue())


# --- damage ---


def flipped(data: bytes, chance: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(chance.randint(1, 40)):
        found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
    return bytes(found)


def overwritten(data: bytes, chance: random.Random) -> bytes:
    start, size = chance.randrange(len(data)), chance.randint(1, 400)
    run = chance.choice([chance.randbytes(size), bytes(size), b"\xff" * size, b"<" * size, b"9" * size])
    return (data[:start] + run + data[start + size :])[: len(data)]


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(1, len(data))] if chance.random() < 0.7 else data[chance.randrange(len(data)) :]


def swapped(data: bytes, chance: random.Random) -> bytes:
    one, two, three = sorted(chance.randrange(len(data)) for _ in range(3))
    return data[:one] + data[two:three] + data[one:two] + data[three:]


def repeated(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    piece = data[start : start + chance.randint(1, 2000)]
    return data[:start] + piece * chance.randint(2, 50) + data[start:]


DAMAGE: list[Callable[[bytes, random.Random], bytes]] = [flipped, overwritten, cut, swapped, repeated]


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes with some damage; half of the zip-based files are damaged within one of their parts."""
    if data.startswith(b"PK") and chance.random() < 0.6:
        return damaged_within(data, chance)
    for _ in range(chance.randint(1, 3)):
        data = chance.choice(DAMAGE)(data, chance) if data else data
    return data


def damaged_within(data: bytes, chance: random.Random) -> bytes:
    """The same archive with one part damaged: its checksum holds, so that its reader sees it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        infos = given.infolist()
        names = [info.filename for info in infos if info.file_size]
        telling = [
            name for name in names if re.search(r"(document|content|styles|sheet\d*|slide\d*)\.xml$|html$", name)
        ]
        chosen = chance.choice(telling if telling and chance.random() < 0.6 else names)
        for info in infos:
            part = given.read(info)
            made.writestr(info.filename, damaged(part, chance) if info.filename == chosen else part)
    return out.getvalue()


def mutants(kinds: dict[str, list[SourceFile]], count: int, seed: int) -> Iterator[SourceFile]:
    """Damaged files, evenly over the kinds; every fourth under another kind's suffix."""
    names = sorted(kinds)
    for number in range(count):
        chance = random.Random(f"{seed} {number}")  # each can be made again by itself
        kind = names[number % len(names)]
        sample = chance.choice(kinds[kind])
        suffix = chance.choice(names) if chance.random() < 0.25 else kind
        name = f"{number:04}-{PurePosixPath(sample.name).stem}.{suffix}"
        yield SourceFile(name, damaged(sample.data, chance))


# --- reading ---


def outcomes(worker: Worker, file: SourceFile) -> list[Outcome]:
    """What became of a file: one for itself, or one for each trouble."""
    start = time.perf_counter()
    parsed = worker.parse(file)
    seconds = time.perf_counter() - start
    troubles = [
        Outcome(problem.name, problem.status, trouble, problem.reason, seconds)
        for problem in parsed.problems
        for trouble, sign in SIGNS.items()
        if sign in problem.reason
    ]
    return troubles or [Outcome(file.name, status(parsed), "", "", seconds)]


def status(parsed: Parsed) -> str:
    return "read" if parsed.documents else parsed.problems[0].status if parsed.problems else "lost"


def report(found: list[Outcome], peak: int) -> None:
    print(f"\n{len(found)} outcomes:", dict(Counter(outcome.status for outcome in found)))
    print("trouble:", {trouble: sum(outcome.trouble == trouble for outcome in found) for trouble in SIGNS})
    print(f"most memory: {peak / 1e6:.0f} MB")
    print("slowest:", ", ".join(f"{o.seconds:.1f} s {o.name}" for o in sorted(found, key=lambda o: -o.seconds)[:5]))
    places = Counter(outcome.reason.split(":")[0] for outcome in found if outcome.trouble)
    for place, count in places.most_common():
        example = next(outcome.name for outcome in found if outcome.reason.startswith(place))
        print(f"{count:5}  {place}   {example}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"), help="folder of the data sets")
    parser.add_argument("-n", type=int, default=500, help="damaged files")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default="", help="only these, by suffix, with commas between")
    parser.add_argument("--keep", type=Path, help="save the files that made trouble here")
    parser.add_argument("--unchanged", action="store_true", help="read the files as they are")
    arguments = parser.parse_args()
    kinds = samples(arguments.bench)
    if arguments.kinds:
        kinds = {kind: kinds[kind] for kind in arguments.kinds.split(",")}
    print({kind: len(files) for kind, files in kinds.items()})
    whole = (file for files in kinds.values() for file in files)
    found: list[Outcome] = []
    with Worker() as worker:
        for file in whole if arguments.unchanged else mutants(kinds, arguments.n, arguments.seed):
            new = outcomes(worker, file)
            found += new
            for outcome in new:
                if outcome.trouble:
                    print(f"{outcome.name}: {outcome.trouble}: {outcome.reason[:120]}", flush=True)
            if arguments.keep and any(outcome.trouble for outcome in new):
                arguments.keep.mkdir(parents=True, exist_ok=True)
                (arguments.keep / file.name).write_bytes(file.data)
        report(found, worker.peak)


if __name__ == "__main__":
    main()
