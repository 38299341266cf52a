"""Remembers: words, addresses, tables, archive, queue, settings."""
