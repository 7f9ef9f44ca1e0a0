"""What a page states as label and value: definition lists, tables of two columns, labelled fields, fact boxes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rag.readers.html.dom import Element, Page, names
from rag.readers.html.naming import is_named, name_words

_LONGEST_LABEL = 80  # characters
_MOST_LABEL_WORDS = 12
_LONGEST_VALUE = 400
_BOX = 0.7  # a box is a fact box if this share of its text, headings not counted, is facts
_HEADINGS = names("h1 h2 h3 h4 h5 h6")
_CELLS = frozenset(("td", "th"))
_FIELDS = names("div li section article span p tr")
_BLOCK_LABELS = names("div p dt h2 h3 h4 h5 h6")
_LABEL_NAMES = names("label key term")
_VALUE_NAMES = names("value values item items content data text field info")
_BOX_NAMES = names("facts fact factbox factfile keyfacts infobox glance snapshot")
_CONTACT = re.compile(r"@|\+?\(?\d[\d\s()-]{7,}\Z")


@dataclass(slots=True)
class Facts:
    """``labels`` with what stands between label and value, further values, all parts.

    ``boxes`` are the largest elements that hold little but facts.
    """

    labels: dict[Element, str] = field(default_factory=dict)
    further: set[Element] = field(default_factory=set)
    holders: set[Element] = field(default_factory=set)
    boxes: list[Element] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Fact:
    label: Element
    values: Sequence[Element]
    size: int


def find_facts(page: Page) -> Facts:
    """The facts of a page, and its fact boxes. Elements must have been measured."""
    found: dict[Element | None, list[_Fact]] = {}  # by the element that holds label and value
    taken: set[Element] = set()
    for element in reversed(list(page.root.elements())):  # the innermost first
        if not element.size:
            continue
        if element.tag == "dl":
            pairs = _listed(element, page)
        elif element.tag == "table":
            pairs = _rows(element, page)
        elif element.tag in _FIELDS and element.size <= _LONGEST_LABEL + _LONGEST_VALUE:
            pairs = _labelled(element, page)
        else:
            pairs = []
        if not pairs and (element.tag == "aside" or not _BOX_NAMES.isdisjoint(name_words(element))):
            pairs = _headed(element, page)
        for fact in pairs:
            parts = [fact.label, *fact.values]
            if not any(inner in taken for part in parts for inner in part.subtree()):
                taken.update(parts)
                found.setdefault(fact.label.parent, []).append(fact)
    facts = Facts()
    for pairs in found.values():
        for fact in pairs:
            ends = page.text(fact.label)[-1:]
            facts.labels[fact.label] = " " if ends in (":", "?") else ": "
            facts.further.update(fact.values[1:])
    if found:
        _find_boxes(page, found, facts)
    return facts


def _is_label(element: Element, page: Page) -> bool:
    if not 0 < element.size <= _LONGEST_LABEL or any(e.tag in ("table", "ul", "input") for e in element.elements()):
        return False
    text = page.text(element)  # short, so that this costs little
    return text[:1].isalpha() and len(text.split()) <= _MOST_LABEL_WORDS and text[-1] not in ".!;,"


def _is_value(elements: Iterable[Element]) -> bool:
    total = 0
    for element in elements:
        total += element.size
        if total > _LONGEST_VALUE or any(e.tag in _HEADINGS or e.tag == "table" for e in element.elements()):
            return False
    return total > 0


def _fact(label: Element, values: Sequence[Element], page: Page) -> list[_Fact]:
    """One fact, or none."""
    full = [value for value in values if value.size]
    if full and _is_value(full) and _is_label(label, page):
        return [_Fact(label, full, label.size + sum(value.size for value in full))]
    return []


def _listed(dl: Element, page: Page) -> list[_Fact]:
    """<dt> with the <dd>s behind it; both may stand in a <div>."""
    found: list[_Fact] = []
    for group in (dl, *(child for child in dl.inner if child.tag == "div")):
        label: Element | None = None
        values: list[Element] = []
        for child in group.inner:
            if child.tag == "dt":
                found += _fact(label, values, page) if label else []
                label, values = child, []
            elif child.tag == "dd":
                values.append(child)
        found += _fact(label, values, page) if label else []
    return found


def _rows(table: Element, page: Page) -> list[_Fact]:
    """The rows of a table of two columns, if the first of them holds labels."""
    groups = [table, *(child for child in table.inner if child.tag in ("tbody", "thead"))]
    rows = [[c for c in row.inner if c.tag in _CELLS] for g in groups for row in g.inner if row.tag == "tr"]
    pairs = [cells for cells in rows if len(cells) == 2]
    if not pairs or any(len(cells) > 2 for cells in rows) or all(cell.tag == "th" for cell in pairs[0]):
        return []
    filled = [(label, value) for label, value in pairs if label.size and value.size]
    found = [fact for label, value in filled for fact in _fact(label, [value], page)]
    if len(found) < len(filled) or not found:
        return []  # one that is no fact: a table of something else
    texts = [page.text(label) for label, _ in filled]
    marked = all(label.tag == "th" or _is_bold(label, page) or page.text(label).endswith(":") for label, _ in filled)
    worded = [any(c.isalpha() for c in page.text(value)) for _, value in filled]
    told_apart = len(set(texts)) == len(texts)
    is_facts = told_apart and (marked or (len(found) > 1 and sum(worded) > 0.6 * len(worded)))
    return found if is_facts else []


def _labelled(element: Element, page: Page) -> list[_Fact]:
    """<div><div class=field-label>Location</div><div class=field-item>Leeds</div></div>, and the like."""
    inner = [child for child in element.inner if child.size]
    first = next((c for c in element.children if not isinstance(c, int) or page.size(c)), None)
    if len(inner) < 2 or first is not inner[0]:
        return []
    label, rest = inner[0], inner[1:]
    # values in one element, as Drupal has them, are told apart
    values = rest[0].inner if len(rest) == 1 and _is_run_of_items(rest[0]) else rest
    named = is_named(label, _LABEL_NAMES)
    value_named = not _VALUE_NAMES.isdisjoint(name_words(rest[0]))
    in_blocks = label.tag in _BLOCK_LABELS
    ends_in_colon = in_blocks and label.tag not in _HEADINGS and page.text(label).endswith(":")
    if (named and (in_blocks or value_named)) or (ends_in_colon and len(rest) == 1):
        return _fact(label, values, page)
    return []


def _is_run_of_items(element: Element) -> bool:
    inner = [child for child in element.inner if child.size]
    alike = {(child.tag, "item" in name_words(child)) for child in inner}
    return (
        len(inner) > 0
        and (alike in ({("div", True)}, {("li", False)}))
        and element.size == sum(child.size for child in inner)
    )


def _headed(box: Element, page: Page) -> list[_Fact]:
    """Headings each with one short text below them."""
    inner = [child for child in box.inner if child.size]
    while len(inner) == 1 and inner[0].tag == "div":
        inner = [child for child in inner[0].inner if child.size]
    found: list[_Fact] = []
    for index, heading in enumerate(inner):
        below = inner[index + 1 : index + 3]
        alone = bool(below) and below[0].tag not in _HEADINGS and (len(below) < 2 or below[1].tag in _HEADINGS)
        if heading.tag in _HEADINGS and alone and below[0].unlinked:
            found += _fact(heading, below[:1], page)
    return found if len(found) >= 3 else []


def _is_bold(element: Element, page: Page) -> bool:
    runs = [node for node, _ in element.walk() if isinstance(node, int) and page.size(node)]
    return bool(runs) and page.bold.issuperset(runs)


def _find_boxes(page: Page, found: dict[Element | None, list[_Fact]], facts: Facts) -> None:
    """Adds boxes and holders."""
    size: Counter[Element] = Counter()
    count: Counter[Element] = Counter()
    headings: Counter[Element] = Counter()
    elements = list(page.root.subtree())
    for element in reversed(elements):
        own = [f for f in found.get(element, []) if not _CONTACT.search(" ".join(page.text(v) for v in f.values))]
        size[element] += sum(fact.size for fact in own)
        count[element] += len(own)
        if own or count[element]:
            facts.holders.add(element)
        for fact in found.get(element, []):
            facts.holders.update((fact.label, *fact.values))
        if element.tag in _HEADINGS and element not in facts.labels:
            headings[element] = element.size
        if element.parent is not None:
            for sums in (size, count, headings):
                sums[element.parent] += sums[element]
    inside: set[Element] = set()
    for element in elements:
        if element.parent in inside:
            inside.add(element)
        elif count[element] >= 2 and size[element] >= _BOX * (element.size - headings[element]):
            inside.add(element)
            facts.boxes.append(element)
