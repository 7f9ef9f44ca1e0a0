"""The page: a folder a view, each with its calls, its mark-up, its script and its style. Gradio is not known here."""
