"""The station process: one inbox, one deciding thread, and what stands around it."""
