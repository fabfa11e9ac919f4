"""gpiozero's pins over the kernel's own GPIO lines, by `gpiod`: a pin factory that knows nothing of stations."""
