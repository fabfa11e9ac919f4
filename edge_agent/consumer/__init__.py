"""The reference consumer: keeps what stations say in a book exactly once, and tells them what it has."""
