"""Looking closely: markers, joints and their curves, feet that skate."""
