"""One station without I/O: told what was seen and what time it is, it answers with events and a stack."""
