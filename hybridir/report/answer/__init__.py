"""The answer in words, made from the numbers."""
