"""Text of a page that its reader doesn't see: left out, and the user told of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.clean.roles import is_furniture as is_furniture_text
from rag.clean.web.dom import Element, Page, names
from rag.clean.web.furniture import is_furniture
from rag.clean.web.naming import name_words, stated_names

_MOST_OF_PAGE = 0.5  # what holds more of a page's text than this is shown by a script
_WORDS = 5  # more of them, in no menu, dialog or form, are prose that someone hid
_SHOWN = 8  # words of it that a warning shows
_MOST_WARNINGS = 3

_HIDING_NAMES = names("hidden invisible hide is-hidden d-none")
#: Read aloud or printed, not seen.
_SPOKEN_NAMES = names(
    "visually-hidden visuallyhidden govuk-visually-hidden nhsuk-u-visually-hidden sr-only screen-reader-text "
    "screen-reader element-invisible print noprint no-print"
)
_SHOWN_ON_WIDE_SCREENS = re.compile(r"(?:sm|md|lg|xl|2xl|d-(?:sm|md|lg|xl|xxl))[:-](?:block|flex|grid|inline|table)\S*")
#: What is called so opens when it is clicked: part of the page.
_OPENING = names(
    "tab tabs tabpanel tabcontent pane accordion collapse collapsible collapsed expand expandable expander expanded "
    "toggle disclosure details faq answer"
)
#: Called so, it is something that a script shows now and then.
_AT_TIMES = names(
    "loading loader spinner error errors success message messages notice notification template config settings player "
    "video overlay lightbox dropdown flyout drawer targeting tracking analytics upnext offer paywall"
)
#: A dark background may come from a style sheet that is not in the page.
_MAYBE_DARK = names(
    "hero banner cover dark bg background overlay header button btn badge cta callout jumbotron slide caption box card"
)

_BRACE = re.compile(r"[{}]")
_MAY_HIDE = re.compile(
    r"display|visibility|opacity|font-size|color|position|indent|clip|overflow|background", re.IGNORECASE
)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_SIMPLE_SELECTOR = re.compile(r"(?:[a-z][a-z0-9]*)?([.#][\w-]+)")
_FAR = re.compile(r"-\s*(?:\d{4,}(?:\.\d+)?(?:px|pt|r?em|%|vw)?|[5-9]\d\d(?:px|pt|r?em|%|vw)|[1-9]\d\d+(?:r?em|%|vw))")
_ZERO = re.compile(r"0*\.?0+(?:px|pt|r?em|%)?")
_NO_SIZE = re.compile(r"[01]?\.?0*(?:px|%)?")
_NO_CLIP = re.compile(
    r"rect\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?\s*\)|inset\((?:50|100)%\)"
)
_WHITE = re.compile(r"#fff(?:fff)?|white|rgba?\(\s*255\s*,\s*255\s*,\s*255\s*(?:,\s*1(?:\.0)?\s*)?\)")
Style = dict[str, str]


def drop_hidden(page: Page) -> tuple[str, ...]:
    """Takes hidden elements out of the page's tree; says what prose was among them.

    What tabs and accordions hide is part of the page and stays; so does what a script will show: most of the page.
    """
    rules = _rules(page.styles)
    opened = _opened(page)
    total = page.root.unlinked
    hidden: list[Element] = []
    prose: list[Element] = []
    for element, in_furniture in _visible(page.root, hidden):
        if not element.size or not element.attributes:
            continue
        how = _hidden_by(element, rules, opened)
        if not how or element.unlinked > _MOST_OF_PAGE * total:
            continue
        hidden.append(element)
        if (
            how == "style"
            and not in_furniture
            and _AT_TIMES.isdisjoint(name_words(element))
            and _is_prose(element, page)
        ):
            prose.append(element)
    texts = [page.text(element).split() for element in prose]
    page.root.remove(hidden)
    visible = page.text(page.root) if texts else ""
    told = [[word[:40] for word in words[:_SHOWN]] for words in texts if " ".join(words[:_SHOWN]) not in visible]
    return tuple(f"Text hidden in the page was left out: “{' '.join(words)} …”" for words in told[:_MOST_WARNINGS])


def _visible(root: Element, hidden: list[Element]) -> Iterator[tuple[Element, bool]]:
    """Elements in document order, with whether they are furniture or stand in some; not what stands in ``hidden``."""
    stack = [(root, False)]
    while stack:
        element, in_furniture = stack.pop()
        in_furniture = in_furniture or (element.tag != "html" and is_furniture(element))
        yield element, in_furniture
        if not hidden or hidden[-1] is not element:
            stack += [(c, in_furniture) for c in reversed(element.children) if isinstance(c, Element)]


def _is_prose(element: Element, page: Page) -> bool:
    if element.unlinked < 0.5 * element.size or any(
        e.tag in ("input", "button", "select", "form", "nav") for e in element.elements()
    ):
        return False
    text = page.text(element)
    return len(text.split()) > _WORDS and not is_furniture_text(text)


def _hidden_by(element: Element, rules: dict[str, Style], opened: set[str]) -> str:
    """'style' if it is hidden, 'name' if only by a name for what is read aloud, '' if it is seen."""
    stated = stated_names(element)
    if not _SPOKEN_NAMES.isdisjoint(stated):
        return "name"
    attributes = element.attributes
    style: Style = {}
    for name in attributes.get("class", "").split():
        style |= rules.get(f".{name}", {})
    style |= rules.get(f"#{attributes.get('id', '')}", {})
    style |= _declarations(attributes.get("style", ""))
    if _is_out_of_sight(element, style):
        return "style"
    is_closed = (
        attributes.get("aria-hidden") == "true"
        or ("hidden" in attributes and attributes["hidden"] != "until-found")
        or style.get("display") == "none"
        or style.get("visibility") in ("hidden", "collapse")
        or _has_no_size(style)
        or (not _HIDING_NAMES.isdisjoint(stated) and not any(map(_SHOWN_ON_WIDE_SCREENS.match, stated)))
    )
    opens = (
        attributes.get("role") == "tabpanel"
        or attributes.get("id", "") in opened
        or not _OPENING.isdisjoint(name_words(element))
    )
    return "style" if is_closed and not opens else ""


def _is_out_of_sight(element: Element, style: Style) -> bool:
    if _ZERO.fullmatch(style.get("opacity", "1")) or _ZERO.fullmatch(style.get("font-size", "1")):
        return True
    if _NO_CLIP.search(style.get("clip", "") + style.get("clip-path", "")) or _FAR.match(style.get("text-indent", "")):
        return True
    is_placed = style.get("position") in ("absolute", "fixed", "relative")
    is_far = is_placed and any(_FAR.match(style.get(side, "")) for side in ("left", "top", "right", "bottom"))
    return is_far or _is_white_on_white(element, style)


def _has_no_size(style: Style) -> bool:
    sides = (style.get(side, "auto") for side in ("width", "height", "max-width", "max-height"))
    return style.get("overflow") == "hidden" and any(_NO_SIZE.fullmatch(side) for side in sides)


def _is_white_on_white(element: Element, style: Style) -> bool:
    colour = style.get("color", element.attributes.get("color", "").lower() if element.tag == "font" else "")
    if not colour:
        return False
    ground = style.get("background-color", style.get("background", ""))
    if ground:
        return ground == colour or bool(_WHITE.fullmatch(ground) and _WHITE.fullmatch(colour))
    if not _WHITE.fullmatch(colour) or element.tag in ("a", "h1", "h2", "h3"):
        return False
    around: Element | None = element
    while around is not None:
        attributes = around.attributes
        if (
            "background" in attributes.get("style", "")
            or "bgcolor" in attributes
            or "background" in attributes
            or not _MAYBE_DARK.isdisjoint(name_words(around))
        ):
            return False
        around = around.parent
    return True


def _opened(page: Page) -> set[str]:
    """The ids of what a control of the page opens."""
    found: set[str] = set()
    for element in page.root.elements():
        for name in ("aria-controls", "data-target", "data-bs-target"):
            found |= {part.lstrip("#") for part in element.attributes.get(name, "").split()}
        href = element.attributes.get("href", "")
        if href.startswith("#") and element.tag == "a":
            found.add(href[1:])
    return found - {""}


def _rules(styles: list[str]) -> dict[str, Style]:
    """What a page's own style sheets say of simple selectors ('.name', '#id'), whatever the screen."""
    found: dict[str, Style] = {}
    for sheet in styles:
        for selectors, declarations in _plain_rules(_COMMENT.sub("", sheet)):
            if not _MAY_HIDE.search(declarations):
                continue
            style = _declarations(declarations)
            for selector in selectors.split(","):
                if simple := _SIMPLE_SELECTOR.fullmatch(selector.strip()):
                    found.setdefault(simple.group(1), {}).update(style)
    return found


def _plain_rules(sheet: str) -> Iterator[tuple[str, str]]:
    """The (selectors, declarations) that stand in no @media or other block."""
    start = depth = 0
    head = ""
    for brace in _BRACE.finditer(sheet):
        if brace.group() == "{":
            if not depth:
                head = sheet[start : brace.start()].rpartition(";")[2].replace("<!--", "").strip()
            depth += 1
        elif depth:
            depth -= 1
            if not depth and not head.startswith("@"):
                yield head, sheet[start : brace.start()]
        start = brace.end()


def _declarations(style: str) -> Style:
    """The declarations of a style attribute."""
    found: Style = {}
    for declaration in style[:2000].split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            found[name.strip().lower()] = value.lower().replace("!important", "").strip()
    return found
