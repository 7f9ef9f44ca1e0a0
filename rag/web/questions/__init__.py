"""Test questions: kept, checked in the background, marked from answers."""
