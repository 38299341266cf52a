"""A small simulated web of portals on loopback."""
