"""How much the library holds, where and when the work was, about what and for whom."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from rag.explore.overview import Overview
from rag.present.fields import FIELDS
from rag.present.packs.collect import fingerprint
from rag.present.wording import counted
from rag.text.templates import render
from rag.types import FileRecord
from rag.types.documents import STRENGTHS
from rag.web.overview.heat_view import heat_html
from rag.web.overview.map_view import map_html

_MOST_LISTED = 200  # documents named


def glance_html(seen: Overview, files: Sequence[FileRecord]) -> Markup:
    """The view filled; where there are no cases, what to do about it."""
    titles = {document.doc_id: document.title for file in files for document in file.documents}
    if not titles or not seen.cases:
        held = counted(len(titles), "document") if titles else ""
        return render("web/overview/glance.html", "nothing", held=held)
    silent, more = len(titles) - len(seen.sources), len(seen.sources) - _MOST_LISTED
    return render(
        "web/overview/glance.html",
        "glance",
        seen=seen,
        totals=_totals(seen, len(titles)),
        fingerprint=fingerprint(files),
        map=map_html(seen.where),
        table=heat_html(seen.grid),
        outcomes=[tally for tally in seen.outcomes if tally.cases or tally.name != "planned"],
        strengths=STRENGTHS,
        fields=[(label, seen.stated.get(kind, 0)) for kind, label in FIELDS],
        documents=[(tally, titles.get(tally.name, "")) for tally in seen.sources[:_MOST_LISTED]],
        silent=counted(silent, "document") if silent > 0 else "",
        more=counted(more, "more document") if more > 0 else "",
    )


def _totals(seen: Overview, documents: int) -> list[tuple[str, str, str]]:
    """Each number with what it counts and the view that lists it."""
    first, last = seen.span or (0, 0)
    return [
        (f"{documents:,}", "document" if documents == 1 else "documents", "#library"),
        (f"{seen.cases:,}", "case" if seen.cases == 1 else "cases", "#cases"),
        (f"{seen.where.places:,}", "place named" if seen.where.places == 1 else "places named", ""),
        (f"{first}–{last}" if first < last else str(first or "none"), "years of work", ""),
    ]
