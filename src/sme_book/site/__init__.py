"""What is made of the built pages and stands beside them."""
