"""The commissioning of a station: parts by themselves, and all of it against a running one."""
