"""Telling a person everything that is held about them (UK GDPR, article 15)."""
