"""Attacks on a station: each tried for real, with the outcome it must have. `table.py` lists them for SECURITY.md."""
