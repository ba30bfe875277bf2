"""Inside the network of the phase: its layers, what moves it, what changed, what if."""
