"""PDF: pypdfium2 gives characters with their places; what they say, and in which order, is read here."""
