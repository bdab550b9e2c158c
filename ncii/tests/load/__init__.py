"""The load test: people, platforms and staff at once, on two web nodes and two workers."""
