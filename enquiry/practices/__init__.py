"""The practices that refer to the clinic, for managers."""
