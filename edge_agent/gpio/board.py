"""What is known of the chips that carry a header, without any driver."""

from __future__ import annotations

from pathlib import Path

DEVICES = Path("/dev")

# The label of the header's chip, and the revision code of a board with it. The code is that of a common board: a
# sandbox that hides /proc/cpuinfo hides the real one, and the 40 pins of the header are the same on all of them.
BOARDS = {
    "pinctrl-bcm2835": 0xA02082,  # Raspberry Pi 3 Model B; 0 to 3, Zero and Zero 2 alike
    "pinctrl-bcm2711": 0xC03114,  # Raspberry Pi 4 Model B
    "pinctrl-rp1": 0xC04170,  # Raspberry Pi 5
}
