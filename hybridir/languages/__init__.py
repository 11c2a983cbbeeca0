"""Languages: what is known of each, and in which order they enter training."""
