"""Configuration: typed sections with checked ranges, composed by Hydra, and the key of a run."""
