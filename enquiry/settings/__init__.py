"""What managers set: when each clinic is open and when it is shut, and how soon it answers."""
