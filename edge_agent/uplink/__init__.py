"""The uplink process: from the journal to the broker, and commands on the way back."""
