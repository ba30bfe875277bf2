"""One background thread that runs every inference."""
