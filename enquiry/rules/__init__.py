"""The clinic's rules in plain Python, so that a clinician can read them: no Flask, no SQLAlchemy, today comes in."""
