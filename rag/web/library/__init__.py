"""What is in the library, adding to it, bringing it up to date."""
