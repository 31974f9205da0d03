"""The publisher: what turns notebooks, pages and data into the site and the files of a release."""
