"""Files of questions, judgements, answers and runs: our JSON Lines, BEIR folders, TREC files."""
