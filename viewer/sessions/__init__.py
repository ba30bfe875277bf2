"""Sessions: what a person made, kept in files and brought back."""
