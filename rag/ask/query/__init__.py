"""Reading of the question: its parts, its conversation, what it asks for and which cases may answer."""
