"""PDF: pypdfium2 gives characters with their places; what they say, and in which order, is read here."""

from __future__ import annotations

from rag.clean.pdf.reader import read_pdf

__all__ = ["read_pdf"]
