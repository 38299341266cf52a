"""The front door: commands, schedule, supervision."""
