"""Pages as plain data: what stands on each page and where every word of it leads. No markup lives here."""
