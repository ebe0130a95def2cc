"""What all pages share: the guarded door, the fields that speak, headers, errors and words for templates."""
