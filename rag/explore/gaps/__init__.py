"""The log of questions that the library did not answer, or not well: what people ask that it lacks."""
