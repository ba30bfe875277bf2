"""The fused MLP kernel in Mojo, and its build."""
