"""The tests: one file for each room, rules apart, and what every test shares in conftest.py."""
