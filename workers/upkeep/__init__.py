"""Keeps the store in order."""
