"""Thinks: turns fetched pages into articles and finds their copies."""
