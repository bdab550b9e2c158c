"""The restore drill: what was withdrawn after a backup stays withdrawn when it is put back."""
