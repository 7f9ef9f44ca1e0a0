"""What the page's script calls: functions from one JSON object to another. Gradio is not known here."""

from __future__ import annotations

from pathlib import Path

from rag.evaluation.questions.curated_file import QuestionFile
from rag.library import Library
from rag.present.wording import PAGE_FAILED
from rag.web.ask.calls import AskCalls
from rag.web.calls import ServerFunction, View
from rag.web.cases.calls import CaseCalls
from rag.web.compare.calls import CompareCalls
from rag.web.filters.calls import FilterCalls
from rag.web.gaps.calls import GapCalls
from rag.web.lessons.calls import LessonCalls
from rag.web.library.adding import AddCalls
from rag.web.library.background_sync import Updates
from rag.web.library.listing import ListCalls
from rag.web.live import Live
from rag.web.overview.calls import OverviewCalls
from rag.web.pack.calls import PackCalls
from rag.web.questions.calls import CheckCalls, KeepCalls, MarkCalls


def server_functions(library: Library, questions: Path, token: str) -> list[ServerFunction]:
    """All of them, each under its own name; ``questions`` is the file that test questions are kept in.

    A reply's "html" is what is to be shown; "done" is False where it says why something could not be done. All of them
    ask for the ``token`` that only the page knows: any other site open in the browser can call us too.
    """
    live, file = Live(library), QuestionFile(questions)
    updates = Updates(library.collection, PAGE_FAILED)
    views: tuple[View, ...] = (
        AskCalls(live),
        FilterCalls(live),
        ListCalls(live, updates),
        PackCalls(live),
        CaseCalls(live),
        CompareCalls(live),
        LessonCalls(live),
        OverviewCalls(live),
        AddCalls(live, updates),
        MarkCalls(live),
        KeepCalls(live, file),
        CheckCalls(live, file),
        GapCalls(live),
    )
    return [function for view in views for function in view.functions(token)]
