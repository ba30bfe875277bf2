"""Driving the character by hand: keys, clicks, a pad and buttons on the stage."""
