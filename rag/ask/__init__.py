"""A question across the house: read, retrieve, read closely, decide whether it is answered, quote."""
