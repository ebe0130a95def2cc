"""The patient's enquiry, from the safety question to the receipt."""
