"""What `python -m sme_book` does."""
