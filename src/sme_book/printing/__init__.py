"""Both editions as PDF and EPUB, made from the pages of the site."""
