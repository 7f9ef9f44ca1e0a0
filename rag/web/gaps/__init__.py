"""What people asked that is not here."""
