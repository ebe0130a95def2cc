"""The queue: what waits in each clinic, the next first."""
