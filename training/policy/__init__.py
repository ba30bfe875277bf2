"""DeepMimic policies: from a reference motion to the shipped actor and critic."""
