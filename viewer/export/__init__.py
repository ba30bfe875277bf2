"""Taking away: what is open as motion, pictures, film, plots and bundles, in the background."""
