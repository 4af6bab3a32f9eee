"""The answer path in one call."""
