"""The live character: a simulation that is told what to do, remembers and gives back."""
