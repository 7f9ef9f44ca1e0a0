"""Compares our HTML cleaning with trafilatura and resiliparse on pages with hand-made gold text.

    python tests/bench/bench_cleaning.py [--bench ../shared/bench] [--set boilerplate] [--worst 10]

Score: multisets of 4-word shingles of lower-cased ``\\w+`` tokens; per page true and false positives and false
negatives divided by their sum; precision, recall and F1 of the sums over pages.

The gold bodies of participedia are without the pages' fact boxes ('Case Data'): lines that stand in one count neither
way. For these pages, too: the share of the bodies' words (multisets) that is found; the share of menu, login and footer
lines that is kept (``furniture_lines`` says what counts as one); of the facts in the boxes the share that
stands in one line with its label.
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from rag.readers.html.html import read_html

Extract = Callable[[str], str]
Page = tuple[str, str, str]  # name, HTML, gold text


@dataclass(slots=True)
class Score:
    """Sums over pages; ``pages`` holds (F1 of the page, name)."""

    hit: float = 0.0
    extra: float = 0.0
    missed: float = 0.0
    seconds: float = 0.0
    pages: list[tuple[float, str]] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.hit / (self.hit + self.extra) if self.hit else 0.0

    @property
    def recall(self) -> float:
        return self.hit / (self.hit + self.missed) if self.hit else 0.0

    @property
    def f1(self) -> float:
        return harmonic_mean(self.precision, self.recall)

    def add(self, name: str, gold: Counter[tuple[str, ...]], found: Counter[tuple[str, ...]]) -> None:
        hit = sum((gold & found).values())
        extra, missed = sum(found.values()) - hit, sum(gold.values()) - hit
        total = hit + extra + missed
        if total:
            self.hit += hit / total
            self.extra += extra / total
            self.missed += missed / total
        self.pages.append((2 * hit / (total + hit) if total else 1.0, name))


def harmonic_mean(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b else 0.0


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3))) if words else Counter()


def boilerplate(folder: Path) -> Iterator[Page]:
    gold = json.loads((folder / "boilerplate" / "ground-truth.json").read_text(encoding="utf-8"))
    for name, truth in sorted(gold.items()):
        data = gzip.decompress((folder / "boilerplate" / "html" / f"{name}.html.gz").read_bytes())
        yield name, data.decode("utf-8", "replace"), truth["articleBody"]


def participedia(folder: Path) -> Iterator[Page]:
    for path in sorted((folder / "library" / "participedia" / "html").glob("*.html")):
        gold = json.loads((path.parent.parent / "gold" / f"{path.stem}.json").read_text(encoding="utf-8"))
        body = html.unescape(re.sub(r"<[^>]*>", " ", gold["htmlbody"]))
        yield path.stem, path.read_bytes().decode("utf-8", "replace"), body


_BLOCK_TAG = re.compile(
    r"</?(?:div|p|li|ul|ol|h[1-6]|form|table|tr|td|th|dl|dt|dd|label|section|article|header|footer|nav|aside|br)\b[^>]*>"
)
_ON_MANY = 0.1  # of the pages
_REGIONS = "#header, #navigation, #footer-area, #skip-link, .breadcrumb, form, .login-and-edit-suggestion"
Fact = tuple[str, str]  # label, value


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a participedia page's body: its lines, those of them in menus and forms, its fact box."""

    outside: set[str]
    in_regions: set[str]
    facts: list[Fact]
    fact_text: str


def words_of(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def lines_of(markup: str) -> set[str]:
    text = html.unescape(re.sub(r"<[^>]*>", " ", _BLOCK_TAG.sub("\n", markup)))
    return {line for line in map(words_of, text.split("\n")) if line}


def frame_of(source: str) -> Frame:
    tree = LexborHTMLParser(source)
    for node in tree.css("head, script, style, noscript"):
        node.decompose()
    in_regions = {line for node in tree.css(_REGIONS) for line in lines_of(node.html or "")}
    facts: list[Fact] = []
    for field_node in tree.css(".group-case-data-inner .field"):
        label, values = field_node.css_first(".field-label"), field_node.css(".field-item")
        if label and values and "[no data entered]" not in values[0].text():
            facts.append((words_of(label.text(separator=" ")), words_of(values[0].text(separator=" "))))
    fact_text = words_of(" ".join(node.text(separator=" ") for node in tree.css(".group-case-data")))
    for node in tree.css(".group-case-data, .field-name-body"):
        node.decompose()
    return Frame(lines_of(tree.html or ""), in_regions, facts, fact_text)


def furniture_lines(frames: list[Frame]) -> list[set[str]]:
    """Of each page: its lines outside body and fact box that stand on at least a tenth of all pages or in a menu,
    form, header, breadcrumb or footer. Lines are compared by their lower-cased words."""
    pages = Counter(line for frame in frames for line in frame.outside)
    often = {line for line, count in pages.items() if count >= _ON_MANY * len(frames)}
    return [frame.in_regions | (frame.outside & often) for frame in frames]


def count(line: str, text: str) -> int:
    """How often the words of a line stand in a text, one after the other."""
    return f" {text.replace(' ', '  ')} ".count(f" {line.replace(' ', '  ')} ")


def without_facts(text: str, fact_text: str, gold: str) -> str:
    """Without the lines that stand in the page's fact box and not in its gold body."""
    lines = ((line, words_of(line)) for line in text.split("\n"))
    return "\n".join(line for line, words in lines if not count(words, fact_text) or count(words, gold))


def around_the_body(extract: Extract, pages: list[Page]) -> tuple[float, float, float]:
    """(share of the gold bodies' words found, share of furniture lines kept, share of facts kept with their labels).

    A furniture line is kept if its words stand in the text more often than in gold body, fact box and title.
    """
    frames = [frame_of(source) for _, source, _ in pages]
    words = found_words = lines = kept = facts = found_facts = 0
    for (_, source, gold), frame, furniture in zip(pages, frames, furniture_lines(frames), strict=True):
        text = extract(source)
        gold_words, text_words = Counter(words_of(gold).split()), Counter(words_of(text).split())
        words += sum(gold_words.values())
        found_words += sum((gold_words & text_words).values())
        title = re.search(r"<title>(.*?)</title>", source, re.DOTALL)
        wanted = " | ".join((words_of(gold), frame.fact_text, words_of(html.unescape(title.group(1)) if title else "")))
        flat = words_of(text)
        lines += len(furniture)
        kept += sum(count(line, flat) > count(line, wanted) for line in furniture)
        output = {words_of(line) for line in text.split("\n")}
        facts += len(frame.facts)
        found_facts += sum(any(o.startswith(f"{label} {value}") for o in output) for label, value in frame.facts)
    return found_words / words, kept / lines, found_facts / facts


SETS: dict[str, Callable[[Path], Iterator[Page]]] = {"boilerplate": boilerplate, "participedia": participedia}


def ours(source: str) -> str:
    return "\n".join(block.text for block in read_html(source).blocks)


def trafilatura(source: str, *, precision: bool = False, recall: bool = False) -> str:
    from trafilatura import extract

    return extract(source, favor_precision=precision, favor_recall=recall, include_comments=False) or ""


def resiliparse(source: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(source, main_content=True))


EXTRACTORS: dict[str, Extract] = {
    "ours": ours,
    "trafilatura": trafilatura,
    "trafilatura, precision": lambda source: trafilatura(source, precision=True),
    "trafilatura, recall": lambda source: trafilatura(source, recall=True),
    "resiliparse": resiliparse,
}


def measure(extract: Extract, pages: list[Page], *, has_fact_boxes: bool) -> Score:
    score = Score()
    for name, source, gold in pages:
        start = time.process_time()
        text = extract(source)
        score.seconds += time.process_time() - start
        if has_fact_boxes:
            text = without_facts(text, frame_of(source).fact_text, words_of(gold))
        score.add(name, shingles(gold), shingles(text))
    return score


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"), help="folder of the data sets")
    parser.add_argument("--set", choices=sorted(SETS), action="append", dest="sets", help="default: all")
    parser.add_argument("--only", choices=list(EXTRACTORS), action="append", help="default: all")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="name the N worst pages of each")
    arguments = parser.parse_args()
    for set_name in arguments.sets or SETS:
        pages = list(SETS[set_name](arguments.bench))
        print(f"\n{set_name}: {len(pages)} pages")
        print(f"{'':24}{'F1':>8}{'precision':>11}{'recall':>8}{'ms/page':>9}")
        for name in arguments.only or EXTRACTORS:
            score = measure(EXTRACTORS[name], pages, has_fact_boxes=set_name == "participedia")
            milliseconds = 1000 * score.seconds / len(pages)
            print(f"{name:24}{score.f1:8.4f}{score.precision:11.4f}{score.recall:8.4f}{milliseconds:9.1f}")
            for page_f1, page in sorted(score.pages)[: arguments.worst]:
                print(f"    {page_f1:6.3f}  {page}")
        if set_name == "participedia":
            print(f"\n{'':24}{'words of the body':>19}{'furniture lines':>17}{'facts with label':>18}")
            for name in arguments.only or EXTRACTORS:
                body, furniture, facts = around_the_body(EXTRACTORS[name], pages)
                print(f"{name:24}{body:19.4f}{furniture:17.4f}{facts:18.4f}")


if __name__ == "__main__":
    main()
