"""Test questions a curator can accept or edit, proposed from what the documents say, without a language model."""
