"""Do the tests catch mistakes? Changes the code in twenty places, one at a time: python -m tests.mutants [NUMBER ...]

Each place is a line that stands once in ``rag/``; the tests named beside it are run, and one of them must fail.
The code is put back whatever happens. Exit code 1 if a change survives.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Mutant:
    """``right``, which stands once in the code, becomes ``wrong``; ``tests`` are those of its subject."""

    right: str
    wrong: str
    tests: str

    def path(self) -> Path:
        """The file that holds it."""
        found = [path for path in (ROOT / "rag").rglob("*.*") if path.suffix in (".py", ".html") and self._in(path)]
        if len(found) != 1 or found[0].read_text(encoding="utf-8").count(self.right) != 1:
            raise LookupError(f"{self.right!r} stands in {len(found)} files: name a line that stands once")
        return found[0]

    def _in(self, path: Path) -> bool:
        return self.right in path.read_text(encoding="utf-8")


MUTANTS = (
    # finding
    Mutant("K1, B = 1.2, 0.75", "K1, B = 1.2, 0.7", "test_store.py test_retrieve.py"),
    Mutant(
        "(self._n - frequency + 0.5) / (frequency + 0.5)", "(self._n - frequency) / (frequency + 0.5)", "test_store.py"
    ),
    Mutant("elif size + length <= self.tokens:", "elif size + length < self.tokens // 2:", "test_split.py"),
    Mutant(
        "if pieces <= self.window or end - start < 2:",
        "if end - start < 2 or pieces <= 2 * self.window:",
        "test_split.py",
    ),
    Mutant(
        "if alike[best] >= threshold:", "if alike[best] > 1 - threshold:", "test_duplicates.py test_near_duplicates.py"
    ),
    # what may answer
    Mutant(
        "any(span[0] <= year <= span[1] for year in", "any(span[0] < year <= span[1] for year in", "test_filters.py"
    ),
    Mutant("return case.outcome == each.value", "return case.outcome != each.value", "test_filters.py"),
    Mutant("if citation.quote != quoted(", "if citation.quote == quoted(", "test_library.py"),
    Mutant(
        "len(topics) <= MOST_NEW_WORDS:", "len(topics) < MOST_NEW_WORDS:", "test_conversation.py test_follow_ups.py"
    ),
    # files
    Mutant("places.append(origin[blank])", "places.append(origin[start])", "test_clean.py test_clean_html.py"),
    Mutant('style.get("display") == "none"', 'style.get("display") == "hidden"', "test_clean_html.py"),
    Mutant(
        "resource.RLIMIT_AS: megabytes * 1_000_000", "resource.RLIMIT_AS: megabytes * 1_000_000_000", "test_worker.py"
    ),
    Mutant("return is_public(IPv4Address(int(address) & 0xFFFFFFFF))", "return True", "test_fetch.py"),
    Mutant("if hashlib.sha256(content).hexdigest() != sha256:", "if not content:", "test_store_damage.py"),
    Mutant('{**manifest, "segments": named}', '{**manifest, "segments": named[:1]}', "test_store.py test_sync.py"),
    # the page
    Mutant("!= token:", "== '':", "test_server.py"),
    Mutant('- 0.25 * (step == "result"', '+ 0.25 * (step == "result"', "test_card_what.py test_gold_cases.py"),
    # evaluation
    Mutant(
        "return max(0.0, middle - half), min(1.0, middle + half)",
        "return middle - half, middle + half",
        "test_evaluate.py",
    ),
    Mutant(
        "max(cover(wanted.quote, quote), cover(quote, wanted.quote)) >= RIGHT",
        "cover(wanted.quote, quote) >= RIGHT",
        "test_evaluate.py",
    ),
    Mutant(
        'all(f" {span} " in f" {words} " for span in spans)',
        'any(f" {span} " in f" {words} " for span in spans)',
        "test_evaluate.py",
    ),
)


def survives(mutant: Mutant) -> bool:
    """Whether the tests pass with the change in place."""
    path = mutant.path()
    before = path.read_bytes()
    tests = [str(found) for name in mutant.tests.split() if (found := ROOT / "tests" / name).exists()]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", *tests]
    try:
        path.write_bytes(before.replace(mutant.right.encode(), mutant.wrong.encode()))
        return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
    finally:
        path.write_bytes(before)


def main() -> int:
    """Tries those of the numbers given, or all."""
    chosen = {int(number) for number in sys.argv[1:]} or set(range(1, len(MUTANTS) + 1))
    survivors = 0
    for number, mutant in enumerate(MUTANTS, 1):
        if number in chosen:
            alive = survives(mutant)
            survivors += alive
            print(f"{number:2} {'SURVIVES' if alive else 'caught  '} {mutant.right}", flush=True)
    print(f"{survivors} survived")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
