"""Finding the entry that answers a question, or deciding that none does."""
