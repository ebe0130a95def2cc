"""The queue and the case: what reception and clinicians do with an enquiry."""
