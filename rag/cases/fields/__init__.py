"""What a case's card says, a module a field: always words of the source, with their span."""
