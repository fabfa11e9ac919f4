"""How the station speaks: the stack light to people, MQTT to systems."""
