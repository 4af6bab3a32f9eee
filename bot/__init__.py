"""Alliance Bot: sourced answers about the World Digital Education Alliance, in the asker's own language."""
