"""How often the default detectors cry wolf, and how soon they see a change, on simulated and on real signals."""
