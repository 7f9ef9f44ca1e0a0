"""Do test questions still find their evidence? python docs/examples/evaluate.py"""

from rag import Library
from rag.evaluation.questions.sets import Gold, Question
from rag.evaluation.run import evaluate_library

QUESTIONS = [
    Question(
        id="coventry",
        question="By how much did cervical screening uptake increase in Coventry?",
        history=(),
        kind="fact",
        answerable=True,
        evidence=(Gold("000_c28814b4554d0604.txt", "This increased uptake by 76 per cent in women attending"),),
    ),
    Question("moon", "Who walked on the moon?", (), "unanswerable-far", answerable=False),
]

library = Library.open()
evaluation = evaluate_library(library.snapshot, QUESTIONS)
for result in evaluation.results:
    print(result.question.id, {name: score for name, score in result.scores.items() if name in ("hit@1", "abstained")})
library.close()
