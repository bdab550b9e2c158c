"""The images built, and docker-compose.yml run as docs/operations.md says, on a container engine."""
