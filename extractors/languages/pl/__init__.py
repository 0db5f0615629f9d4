"""Polish: words as data, and the cases of names as a small module."""
