"""The engine on MAX."""
