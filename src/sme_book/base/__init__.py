"""What every room uses: the project, the publication, its words, editions, places and citations."""
