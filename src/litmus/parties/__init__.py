"""Who belongs to whom, and who is restricted by whom."""
