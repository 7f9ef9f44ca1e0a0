"""Cases: cards, and cases like a situation."""
