"""The page: one file that opens offline."""
