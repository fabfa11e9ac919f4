"""A thousand shifts, each drawn from its seed, lived through by the real station and audited after every step."""
