"""Answers by telephone."""
