"""Tests of the sensors, as a package so that its file names may repeat elsewhere."""
