"""The character panel: who drives the simulated body, and what is done to it."""
