"""Writing back: what the clinic answers whoever referred a patient, on paper and by email."""
