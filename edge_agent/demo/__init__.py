"""The whole job on one machine with nothing attached: a simulated press, a real station, a real broker."""
