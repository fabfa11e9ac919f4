"""The wiring of a station for whoever wires it: drawing, table, boot configuration and commissioning sheet."""
