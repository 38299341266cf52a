"""Pure readers of the places that name articles."""
