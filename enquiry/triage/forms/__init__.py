"""The forms of the case, by the family of verbs that they lead to."""
