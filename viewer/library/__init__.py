"""The library panel: what can be opened."""
