"""Bytes to values: feeds, pages, live blogs, quotations, attributions. No network, no database."""
