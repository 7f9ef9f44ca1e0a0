"""Cases: where one initiative ends and the next begins in a document, and what each states about itself."""
