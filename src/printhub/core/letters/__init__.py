"""Print-ready letters, for what e-mail could not bring."""
