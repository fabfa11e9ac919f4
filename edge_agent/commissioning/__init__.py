"""The wires of a station tested one by one through its running agent, by a person at the cabinet or by a script."""
