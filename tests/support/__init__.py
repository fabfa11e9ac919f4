"""The bundle for whoever helps: all that is wanted is in it, and nothing that is secret."""
