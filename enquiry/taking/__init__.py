"""Enquiries taken by telephone: a colleague keys them in while somebody speaks."""
