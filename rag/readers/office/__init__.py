"""Word, OpenDocument and PowerPoint files."""
