"""Pace: parts due and made, every nanosecond on one element of ISO 22400-2, hour by hour."""
