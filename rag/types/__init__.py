"""The data that passes through the house, and the interfaces its rooms offer each other.

All offsets count characters of ``Document.text`` (the clean text) unless said otherwise; spans are half-open.
Scores: higher is better, everywhere.
"""

# ruff: noqa: F403 - what each of these modules defines is offered here
from rag.types.answers import *
from rag.types.arrays import *
from rag.types.documents import *
from rag.types.filters import *
from rag.types.interfaces import *
from rag.types.packs import *
from rag.types.precedents import *
from rag.types.sources import *
