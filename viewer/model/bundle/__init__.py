"""Repro bundles: a session with all that it needs in one file, without private paths."""
