"""The engine on our fused kernel."""
