"""Programs of partners, which talk to the bank over HTTP only and share none of its code."""
