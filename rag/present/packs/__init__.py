"""Evidence packs: what was collected, as Word, Markdown, CSV, BibTeX and RIS files."""
