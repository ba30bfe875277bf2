"""What `make bench` measures: motion, models and window, each beside its target."""
