"""The phase of a motion over time: measured, checked for faults, compared, aligned, looped."""
