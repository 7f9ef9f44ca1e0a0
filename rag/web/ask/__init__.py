"""The conversation: answers, their quotes, and the source beside them."""
