"""The library: what a patient reads before asking."""
