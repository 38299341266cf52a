"""Measures speed and quality; each prints a table and is named in docs/measurements.md."""
