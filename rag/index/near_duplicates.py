"""Copies of the same text: documents published several times, and passages that say the same.

Documents are compared by MinHash (Broder 1997): of all runs of eight words, the smallest under each of 128 hash
functions. The share of places in which two signatures agree estimates which share of their runs two texts have in
common. That asks whether the same words were published, where embeddings ask whether the same is spoken about: they
hold two projects of one kind, or two job advertisements, for copies (``tests/bench/bench_duplicates.py``).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.types import ScoredPassage

Signature = NDArray[np.uint32]

#: Hash functions; a signature's length.
SIZE = 128

#: Estimated share of common runs from which a document counts as a copy. Pages that fill in one template with other
#: towns share 0.75 of them, the same text in two formats 0.97 and more, a page within another site's menus 0.8 to 1.
COPY = 0.85

#: Words. A place name changed here and there breaks more of the longer runs than a header that is added: eight tell
#: templates from copies better than five do.
_RUN = 8
_PASSAGE_RUN = 3
_SAME = 0.8  # share of a passage's runs that an earlier one must hold to say the same
_BAND = 8  # neighbouring places that must agree for two documents to be compared: 0.994 of those at 0.85 do
_CHUNK = 4096  # runs hashed at once
_EMPTY = np.uint32(0xFFFFFFFF)  # in every place of a signature: a text without words

_WORD = re.compile(r"\w+")


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def text_key(text: str) -> str:
    """A digest of the words alone: the same for a text whatever its format, case, punctuation and white space."""
    return hashlib.sha256(" ".join(_words(text)).encode()).hexdigest()


def _numbers(name: bytes, count: int) -> NDArray[np.uint64]:
    """``count`` numbers that are the same on every machine and with every version of numpy."""
    return np.frombuffer(hashlib.shake_128(name).digest(8 * count), dtype="<u8").astype(np.uint64)


_FACTORS = _numbers(b"factors", SIZE) | np.uint64(1)
_SHIFTS = _numbers(b"shifts", SIZE)
_PLACES = _numbers(b"places", _RUN) | np.uint64(1)
_BANDS = _numbers(b"bands", SIZE) | np.uint64(1)


def signature(text: str) -> Signature:
    """The text's MinHash signature, (128,); the same on every machine, so that it can be stored.

    A text of fewer than eight words is one run. That of a text without words is a copy of nothing.
    """
    words = _words(text)
    if not words:
        return np.full(SIZE, _EMPTY)
    runs = _runs(words)
    smallest = np.full(SIZE, np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, len(runs), _CHUNK):
        hashes = runs[start : start + _CHUNK, None] * _FACTORS + _SHIFTS
        np.minimum(smallest, hashes.min(axis=0), out=smallest)
    found: Signature = np.minimum(smallest >> np.uint64(32), _EMPTY - 1).astype(np.uint32)
    return found


def _runs(words: Sequence[str]) -> NDArray[np.uint64]:
    """A number for each run of eight words; multiplication wraps at 2^64 throughout."""
    known = {word: hashlib.blake2b(word.encode(), digest_size=8).digest() for word in set(words)}
    hashes = np.frombuffer(b"".join(known[word] for word in words), dtype="<u8").astype(np.uint64)
    count = max(1, len(words) - _RUN + 1)
    runs = np.zeros(count, dtype=np.uint64)
    for place in range(min(_RUN, len(words))):
        runs += hashes[place : place + count] * _PLACES[place]
    # The bits are mixed (splitmix64): the hash functions after this are linear, and would keep the order of the sums.
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        runs = (runs ^ (runs >> np.uint64(shift))) * np.uint64(factor)
    return runs ^ (runs >> np.uint64(31))


def near_duplicates(names: Sequence[str], signatures: Signature, threshold: float = COPY) -> dict[str, str]:
    """Each name that is a copy -> the earlier name it is a copy of; ``signatures`` is (n, 128), a row each name.

    A name is compared only with those that are no copies themselves, and goes to the one most like it: A like B and B
    like C doesn't make C a copy of A.
    """
    rows = np.ascontiguousarray(signatures, dtype=np.uint32).reshape(len(names), SIZE)
    bands = (rows * _BANDS).reshape(len(names), SIZE // _BAND, _BAND).sum(axis=2)
    _, number, count = np.unique(bands, return_inverse=True, return_counts=True)
    shared = (count[number].reshape(bands.shape) > 1) & (rows != _EMPTY).any(axis=1)[:, None]
    buckets: defaultdict[int, list[int]] = defaultdict(list)
    found: dict[str, str] = {}
    for row in np.flatnonzero(shared.any(axis=1)).tolist():
        own = bands[row][shared[row]].tolist()
        candidates = sorted({other for band in own for other in buckets.get(band, ())})
        if candidates:
            alike = (rows[candidates] == rows[row]).mean(axis=1)
            best = int(alike.argmax())
            if alike[best] >= threshold:
                found[names[row]] = names[candidates[best]]
                continue
        for band in own:
            buckets[band].append(row)
    return found


def once(found: Iterable[ScoredPassage], original: Mapping[str, str]) -> list[tuple[ScoredPassage, tuple[str, ...]]]:
    """The passages in their order, without those that repeat what an earlier one of the same group of copies says.

    ``original`` is what ``near_duplicates`` gives. With each passage come the ids of the other documents whose passages
    were left out for it. A passage of a copy that says something else, or names another figure, stays.
    """
    groups = set(original.values())
    kept: list[tuple[ScoredPassage, list[str]]] = []
    said: defaultdict[str, list[tuple[int, frozenset[str]]]] = defaultdict(list)  # group -> (place in kept, runs)
    for scored in found:
        doc_id = scored.passage.doc_id
        group = original.get(doc_id, doc_id)
        if group in groups:
            runs = _said(scored.passage.text)
            before = max(said[group], key=lambda earlier: len(runs & earlier[1]), default=None)
            if before and _repeats(runs, frozenset().union(*(earlier for _, earlier in said[group]))):
                passage, others = kept[before[0]]
                if doc_id not in (passage.passage.doc_id, *others):
                    others.append(doc_id)
                continue
            said[group].append((len(kept), runs))
        kept.append((scored, []))
    return [(scored, tuple(others)) for scored, others in kept]


def _said(text: str) -> frozenset[str]:
    """Runs of three words, and every figure by itself; the text as it is if it has no words."""
    words = _words(text)
    if not words:
        return frozenset({text})
    runs = {" ".join(words[at : at + _PASSAGE_RUN]) for at in range(max(1, len(words) - _PASSAGE_RUN + 1))}
    return frozenset(runs | {word for word in words if word[0].isdigit()})


def _repeats(runs: frozenset[str], earlier: frozenset[str]) -> bool:
    figures = {run for run in runs if run[:1].isdigit() and " " not in run}
    return figures <= earlier and len(runs & earlier) >= _SAME * len(runs)
