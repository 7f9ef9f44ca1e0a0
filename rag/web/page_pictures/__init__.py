"""Pictures of a PDF's pages, drawn in a process of their own."""
