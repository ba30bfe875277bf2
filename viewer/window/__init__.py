"""The window, and everything that stands around the panels."""
