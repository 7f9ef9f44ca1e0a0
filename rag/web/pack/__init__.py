"""The evidence pack that is being collected."""
