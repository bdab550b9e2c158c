"""System checks: production refuses to start with settings that could hurt somebody."""
