"""The Sphinx extensions that make pages of notebooks and Markdown."""
