"""Stories about one station, told as timelines."""
