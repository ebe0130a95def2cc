"""Referrals: a GP or another clinician asks the clinic to see a patient."""
