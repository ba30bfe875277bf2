"""Several motions beside each other on the stage: viewports, what they show, what differs."""
