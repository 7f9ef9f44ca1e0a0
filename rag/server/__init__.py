"""What the page's script calls: functions from one JSON object to another. Gradio is not known here."""

from __future__ import annotations

from pathlib import Path

from rag import present
from rag.checks import Turns
from rag.curate import QuestionFile
from rag.server.adding import adding
from rag.server.asking import asking, reading
from rag.server.calls import Reply, ServerFunction, of_this_page, sendable, telling_why
from rag.server.comparing import comparing
from rag.server.curating import changing, checking, looking
from rag.server.filtering import filtering
from rag.server.finding import finding
from rag.server.gaps import noting_gaps
from rag.server.lessons import learning
from rag.server.listing import listing
from rag.server.live import Live
from rag.server.needs import PageLibrary
from rag.server.overviewing import overviewing
from rag.server.packing import packing
from rag.updates import Updates

__all__ = ["PageLibrary", "Reply", "ServerFunction", "server_functions"]


def server_functions(library: PageLibrary, questions: Path, token: str) -> list[ServerFunction]:
    """All of them, each under its own name; ``questions`` is the file that test questions are kept in.

    A reply's "html" is what is to be shown; "done" is False where it says why something could not be done. All of them
    ask for the ``token`` that only the page knows: any other site open in the browser can call us too.
    """
    live, turns = Live(library), Turns()
    file = QuestionFile(questions)
    updates = Updates(library.holdings, present.page_failed())
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
