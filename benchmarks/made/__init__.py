"""What several benchmarks make up, and how they measure memory."""
