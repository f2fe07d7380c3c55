"""Other people's files as claims: each format is one function that yields claims and bad records, in the file's order."""
