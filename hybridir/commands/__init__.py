"""What each command does, below the command line."""
