"""Where sleeping takes no time: edges at exactly 1 kHz, however busy the machine is."""

from edge_agent import clock
from tests.vm.conftest import pause

NUMBERS = (5, 6, 13, 19)
MS = 1_000_000


def test_no_edge_is_lost_at_1_khz(chip, ear, request):
    """1,000 edges a second over four contacts: each is told with its level, in order, stamped within its own tick."""
    edges = request.config.getoption("--edges")
    ears = {number: ear(f"GPIO{number}") for number in NUMBERS}
    driven_ns = []
    for edge in range(edges):
        number = NUMBERS[edge % len(NUMBERS)]
        driven_ns.append(clock.now_ns())
        chip.drive(number, high=bool(edge // len(NUMBERS) % 2))
        pause(0.001)
    for first, number in enumerate(NUMBERS):
        told = [ears[number].next() for _ in range(edges // len(NUMBERS))]
        assert [bool(turn % 2) for turn in range(len(told))] == [level for level, _ in told]
        late_ns = [
            at_ns - drove_ns for (_, at_ns), drove_ns in zip(told, driven_ns[first :: len(NUMBERS)], strict=True)
        ]
        assert -2 <= min(late_ns)  # a stamp is handed on as seconds in a float: to 2 ns
        assert max(late_ns) <= 2 * MS
        assert ears[number].line.lost == 0
