"""Training: loss, optimizer, loop and checkpoints."""
