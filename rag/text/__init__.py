"""Pure helpers on text and files, without state: words and sentences, spans, places, spelling, synonyms, JSON Lines."""
