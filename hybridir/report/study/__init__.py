"""What the results of a sweep say: its points, arms and orders, target languages, values by question, and findings."""
