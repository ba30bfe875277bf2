"""Qt that knows no motion."""
