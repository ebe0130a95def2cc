"""Near misses: what nearly went wrong, reviewed by managers."""
