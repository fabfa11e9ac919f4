"""The Andon Edge Agent: sees the gap, lights the lamp, keeps the record, tells the plant."""

__version__ = "0.1.0"
