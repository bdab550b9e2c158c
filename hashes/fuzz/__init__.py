"""Mutated files thrown at the browser hasher: `python -m hashes.fuzz [files per format] [format ...]`."""
