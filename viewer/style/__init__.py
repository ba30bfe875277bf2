"""The style panel: map, sliders and the latent that they move."""
