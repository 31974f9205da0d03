"""Floor 5: everything that turns notebooks, pages and data into the two editions of the site."""
