"""Misspelt copies of a question set: one slip in each content word, as people type.

    python tests/bench/misspell.py QUESTIONS OUT [--seed N] [--history]

Score a copy like the original: rag eval OUT. The same seed gives the same copy.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from rag.text.words import content_terms

SHORTEST = 5  # letters; shorter words are left alone, as a slip there often makes another word

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")  # a British keyboard, its rows half a key apart
#: Sounds and endings that are often confused, each way round.
_CONFUSED = (
    ("ante", "anti"),
    ("ence", "ance"),
    ("ent", "ant"),
    ("ible", "able"),
    ("ie", "ei"),
    ("ary", "ery"),
    ("er", "or"),
    ("sion", "tion"),
    ("a", "e"),
    ("e", "i"),
)


def _neighbours() -> dict[str, str]:
    """The letters whose keys touch each letter's key."""
    at = {key: (x + row / 2, row) for row, keys in enumerate(_ROWS) for x, key in enumerate(keys)}
    return {
        key: "".join(sorted(o for o, (u, v) in at.items() if o != key and abs(u - x) <= 1 and abs(v - y) <= 1))
        for key, (x, y) in at.items()
    }


NEIGHBOURS = _neighbours()


def transposed(word: str) -> list[str]:
    return [word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(1, len(word) - 1)]


def dropped(word: str) -> list[str]:
    return [word[:i] + word[i + 1 :] for i in range(1, len(word))]


def doubled(word: str) -> list[str]:
    return [word[:i] + word[i] + word[i:] for i in range(1, len(word)) if word[i - 1] != word[i]]


def mistyped(word: str) -> list[str]:
    return [word[:i] + key + word[i + 1 :] for i in range(1, len(word)) for key in NEIGHBOURS.get(word[i], "")]


def confused(word: str) -> list[str]:
    pairs = [*_CONFUSED, *((b, a) for a, b in _CONFUSED)]
    return [
        word[: m.start()] + b + word[m.end() :]
        for a, b in pairs
        for m in re.finditer(a, word)
        if m.start() > 0 or a[0] == b[0]
    ]


KINDS: Sequence[Callable[[str], list[str]]] = (transposed, dropped, doubled, mistyped, confused)


def misspelt(word: str, rng: random.Random) -> str:
    """``word`` with one slip; its first letter stays."""
    kinds = [slips for kind in KINDS if (slips := [slip for slip in kind(word) if slip != word])]
    return rng.choice(rng.choice(kinds))


def misspelt_text(text: str, rng: random.Random) -> str:
    """``text`` with one slip in each content word; short words, numbers and abbreviations in capitals are left."""
    for term in reversed(content_terms(text)):
        word = text[term.start : term.end]
        letters = re.match(r"[^\W\d_]*", word)
        typed = letters.group() if letters else ""
        if len(typed) >= SHORTEST and not typed.isupper() and re.fullmatch(r"[^\d]*", word):
            text = text[: term.start] + misspelt(typed, rng) + text[term.start + len(typed) :]
    return text


def misspelt_lines(lines: Sequence[str], seed: int, *, history: bool = False) -> list[str]:
    """The questions of JSON ``lines`` misspelt; those of ``history`` only if asked for."""
    written = []
    for line in lines:
        fields = json.loads(line)
        rng = random.Random(f"{seed} {fields['question']}")
        fields["question"] = misspelt_text(fields["question"], rng)
        if history and fields.get("history"):
            fields["history"] = [misspelt_text(earlier, rng) for earlier in fields["history"]]
        written.append(json.dumps(fields, ensure_ascii=False))
    return written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path, help="a question set (JSON Lines)")
    parser.add_argument("out", type=Path, help="the file to write")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--history", action="store_true", help="misspell the earlier questions of follow-ups too")
    given = parser.parse_args()
    lines = [line for line in given.questions.read_text(encoding="utf-8").split("\n") if line.strip()]
    written = misspelt_lines(lines, given.seed, history=given.history)
    part = given.out.with_name(given.out.name + ".part")
    part.write_text("\n".join(written) + "\n", encoding="utf-8")
    part.replace(given.out)
    print(f"{len(written)} questions -> {given.out}")


if __name__ == "__main__":
    main()
