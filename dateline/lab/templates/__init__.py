"""What the lab's portals look like: page templates, as data."""
