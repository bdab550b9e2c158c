"""What the made-up week is made of: who sends what, and where it turns up."""
