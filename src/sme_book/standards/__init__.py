"""The book and its data as other systems describe them."""
