"""Tests of the board on paper."""
