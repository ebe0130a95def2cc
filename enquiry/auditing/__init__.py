"""The auditor's page: who did and saw what, without a word of what it was about."""
