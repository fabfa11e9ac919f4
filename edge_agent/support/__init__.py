"""One file for whoever helps from afar: what the station is, what it says, what is wrong, and no secret in it."""
