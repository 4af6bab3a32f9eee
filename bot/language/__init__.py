"""Languages: folding, messages, catalogs, formats and the choice of a locale."""
