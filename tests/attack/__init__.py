"""What must survive: thieves, forgers, crowds and sudden deaths."""
