"""Driving the character: skills, each an actor with its critic, and who chooses among them."""
