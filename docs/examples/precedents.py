"""Find the cases most like a situation, and what each says came of it: python docs/examples/precedents.py"""

from rag import Library

library = Library.open()
found = library.snapshot.precedents("Farmers who never see a doctor, one outreach nurse", k=3)
for precedent in found.found:
    matching = [match.aspect for match in precedent.matches if match.likeness != "none"]
    print(f"{precedent.case.title}: like it in {', '.join(matching)}; outcome {precedent.case.outcome}")
library.close()
