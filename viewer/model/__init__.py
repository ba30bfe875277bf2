"""What the application is about: no Qt, tested without a display."""
