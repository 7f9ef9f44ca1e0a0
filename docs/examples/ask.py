"""Ask a question; print what answers it, with its sources: python docs/examples/ask.py"""

from rag import Library

library = Library.open()
answer = library.ask("What worked for late antenatal booking?")
print(answer.status)
for citation in answer.citations:
    print(f"[{citation.number}] {citation.case}: {citation.quote!r} ({citation.source})")
library.close()
