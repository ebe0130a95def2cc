"""Answers by telephone, and whom to ring when."""
