"""Complaints about how personal information was looked after: taken from anybody, answered by managers."""
