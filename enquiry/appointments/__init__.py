"""Appointments: offered, booked, moved, cancelled, kept or not; their letters, and each clinic's day."""
