"""The Qt application: window, panels, timeline, actions."""
