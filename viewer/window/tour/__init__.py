"""A minute in which the person does what there is to do: each step is done, not told."""
