"""Notebooks beside the book: kernels, stored outputs, and copies for other places."""
