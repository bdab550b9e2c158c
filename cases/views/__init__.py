"""What a victim sees, one module a place."""
