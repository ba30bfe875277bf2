"""What plays: clock, transport, worker, and what is shown of it."""
