"""StyleVAE: from captures to the shipped encoder and decoder."""
