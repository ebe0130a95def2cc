"""What the counts say, for managers."""
