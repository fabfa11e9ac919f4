"""Planned time: what is written of shifts, breaks and products, the calendar made of it, and what is planned now."""
