"""The performance panel: what the worker does, what it costs, how right it is."""
