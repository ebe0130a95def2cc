"""The patient's private link: how far their enquiry is, one thing more to say, or withdrawing it."""
