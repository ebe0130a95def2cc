"""Who may come in: signing in, accounts and invitations."""
