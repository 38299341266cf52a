"""What downstream may read, one SQL view a file."""
