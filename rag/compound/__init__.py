"""Questions with several parts: 'compare A and B', 'what worked, and who paid for it?', 'which of these ...?'."""

from rag.compound.parts import MOST_PARTS, CaseName, Part, asked_of, parts_of, plan, rows_of
from rag.compound.together import put_together

__all__ = ["MOST_PARTS", "CaseName", "Part", "asked_of", "parts_of", "plan", "put_together", "rows_of"]
