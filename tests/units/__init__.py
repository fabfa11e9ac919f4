"""The units as they are installed, on a Debian with simulated pins."""
