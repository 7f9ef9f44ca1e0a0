"""Files of questions, judgements, answers and runs: our JSON Lines, BEIR folders, TREC files."""

from rag.questions.jsonl import JsonLine, json_lines
from rag.questions.judged import Judged, Qrels, Topic, document_ids, read_beir, read_qrels, read_trec
from rag.questions.runs import DEPTH, Run, as_run, read_run, run_text
from rag.questions.sets import (
    MISSING,
    UNSPECIFIED,
    Asked,
    Gold,
    Question,
    Record,
    add_question,
    question_record,
    read_answers,
    read_asked,
    read_questions,
)

__all__ = [
    "DEPTH",
    "MISSING",
    "UNSPECIFIED",
    "Asked",
    "Gold",
    "JsonLine",
    "Judged",
    "Qrels",
    "Question",
    "Record",
    "Run",
    "Topic",
    "add_question",
    "as_run",
    "document_ids",
    "json_lines",
    "question_record",
    "read_answers",
    "read_asked",
    "read_beir",
    "read_qrels",
    "read_questions",
    "read_run",
    "read_trec",
    "run_text",
]
