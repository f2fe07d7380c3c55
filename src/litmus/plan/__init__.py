"""From a gap to what could close it: instruments, and later phase-out paths and packages."""
