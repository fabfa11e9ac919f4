"""Tests of how the station speaks."""
