"""What the page's script calls: functions from one JSON object to another. Gradio is not known here."""

from __future__ import annotations

from pathlib import Path

from rag.evaluation.questions.curated_file import QuestionFile
from rag.library import Library
from rag.present.wording import PAGE_FAILED
from rag.web.ask.calls import asking, reading
from rag.web.calls import ServerFunction, of_this_page, sendable, telling_why
from rag.web.cases.calls import finding
from rag.web.compare.calls import comparing
from rag.web.filters.calls import filtering
from rag.web.gaps.calls import noting_gaps
from rag.web.lessons.calls import learning
from rag.web.library.adding import adding
from rag.web.library.background_sync import Updates
from rag.web.library.listing import listing
from rag.web.live import Live
from rag.web.overview.calls import overviewing
from rag.web.pack.calls import packing
from rag.web.questions.background_checks import Turns
from rag.web.questions.calls import changing, checking, looking


def server_functions(library: Library, questions: Path, token: str) -> list[ServerFunction]:
    """All of them, each under its own name; ``questions`` is the file that test questions are kept in.

    A reply's "html" is what is to be shown; "done" is False where it says why something could not be done. All of them
    ask for the ``token`` that only the page knows: any other site open in the browser can call us too.
    """
    live, turns = Live(library), Turns()
    file = QuestionFile(questions)
    updates = Updates(library.collection, PAGE_FAILED)
    functions = [
        *asking(live, turns),
        *reading(library, turns),
        *filtering(live, turns),
        *listing(live, updates),
        *packing(live),
        *finding(live, turns),
        *comparing(live),
        *learning(live),
        *overviewing(live),
        *adding(library, updates),
        *looking(library, live.titles, turns),
        *changing(library, file),
        *checking(library, turns, file),
        *noting_gaps(library),
    ]
    return [sendable(telling_why(of_this_page(function, token))) for function in functions]
