"""The control socket is asked, followed, attacked by noise, and never stuck."""

from __future__ import annotations

import socket
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge_agent.control import (
    Answer,
    Client,
    ControlError,
    CycleSaid,
    Recorded,
    Request,
    StateSaid,
)
from edge_agent.control.server import ANSWER_WITHIN_NS, MOST_CONNECTIONS, SILENT_NS
from tests.control.listening import STATUS, Station, connected, line


@pytest.mark.usefixtures("station")
def test_a_question_is_answered(path: Path):
    """The answer is the one the station gave."""
    assert Client(path).ask(Request(do="status")) == Answer(ok=True, status=STATUS)


def test_the_answer_may_come_later_and_from_another_thread(station: Station, path: Path):
    """The main loop answers in its own turn."""

    def answer() -> None:
        request, reply = station.asked.get(timeout=5)
        reply(Answer(ok=True, calls=(request.call or 0,)))
        reply(Answer(ok=False, error="a second answer counts for nothing"))

    main = threading.Thread(target=answer)
    main.start()
    client = Client(path)
    assert client.ask(Request(do="acknowledge", call=3, who="team leader")) == Answer(ok=True, calls=(3,))
    main.join()
    assert client.ask(Request(do="status")).ok


def test_requests_on_one_connection_are_answered_in_order(station: Station, path: Path):
    """The second request waits for the first one's answer."""
    with connected(path) as peer:
        peer.sendall(b'{"do":"arrive","call":1}\n{"do":"status"}\n')
        _, reply = station.asked.get(timeout=5)
        reply(Answer(ok=True, calls=(1,)))
        assert line(peer) == Answer(ok=True, calls=(1,))
        assert line(peer).status == STATUS


def test_no_answer_in_time_is_said(station: Station, path: Path):
    """Whoever asks is told after 5 s, and a late answer is not taken for the next one."""
    with connected(path) as peer:
        peer.sendall(b'{"do":"calls"}\n')
        _, reply = station.asked.get(timeout=5)
        station.ahead_ns = ANSWER_WITHIN_NS
        assert line(peer).error == "the station did not answer within 5 s; look at its log"
        peer.sendall(b'{"do":"restore"}\n')
        _, next_reply = station.asked.get(timeout=5)
        reply(Answer(ok=True, calls=(1,)))
        next_reply(Answer(ok=True, calls=(2,)))
        assert line(peer) == Answer(ok=True, calls=(2,))


def test_a_request_the_station_fails_on_costs_only_itself(station: Station, path: Path):
    """The cause is answered and counted, the socket lives."""
    answer = Client(path).ask(Request(do="uplink", text="fail"))
    assert answer.error == "the station failed on this request: LookupError('fail')"
    assert station.server.faults == 1
    assert Client(path).ask(Request(do="status")).ok


@pytest.mark.parametrize(
    ("request_line", "why"),
    [
        (b"hello", "malformed"),
        (b"", "truncated"),
        (b"[" * 60_000, "array"),
        (b'{"do":"status","also":' + b"[" * 60_000, "also"),
        (b'{"do":"confirm","ranges":' + b"[" * 60_000, "ranges"),
        (b'{"do":"restart"}', "restart"),
        (b'{"do":"status","also":1}', "also"),
        (b'{"do":"acknowledge","call":0}', "call"),
        (b'{"do":"acknowledge","call":9223372036854775808}', "call"),
        (b'{"do":"acknowledge","who":"' + b"x" * 65 + b'"}', "who"),
        (b'{"do":"acknowledge","who":"\\u001b[2J"}', "who"),
        (b'{"do":"acknowledge","via":"local"}', "via"),
        (b'{"do":"uplink","text":"\xff"}', "utf-8"),
        (b'{"do":"confirm","ranges":[[1]]}', "ranges"),
        (b'{"do":"confirm","ranges":[' + b"[1,1]," * 1000 + b"[1,1]]}", "ranges"),
    ],
)
def test_a_bad_request_is_refused_with_its_reason(station: Station, path: Path, request_line: bytes, why: str):
    """The answer says what is wrong, and the connection can be used again."""
    with connected(path) as peer:
        peer.sendall(request_line + b"\n")
        answer = line(peer)
        assert not answer.ok
        assert why in (answer.error or "").lower()
        peer.sendall(b'{"do":"status"}\n')
        assert line(peer).ok
    assert station.asked.empty()


@pytest.mark.usefixtures("station")
def test_an_endless_line_is_cut_off(path: Path):
    """A megabyte without a line feed ends that connection, with the reason, and no other."""
    with connected(path) as peer:
        with pytest.raises(OSError, match=r"Broken pipe|reset"):
            peer.sendall(b"x" * 10_000_000)
        assert "within 65536 bytes" in (line(peer).error or "")
    assert Client(path).ask(Request(do="status")).ok


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.lists(st.binary(max_size=200) | st.sampled_from([b'{"do":', b"\n", b'"status"}', b"[[[", b"\x00"])))
def test_noise_of_any_kind_harms_nobody(station: Station, path: Path, noise: list[bytes]):
    """Whatever is sent, the next client is answered."""
    with connected(path) as peer:
        for piece in noise:
            peer.sendall(piece)
    assert Client(path).ask(Request(do="status")).ok
    assert station.server.faults == 0


def test_followers_are_told_the_present_and_what_comes(station: Station, path: Path):
    """A late follower starts with the newest state; cycles are told as they come."""
    station.server.push(Recorded(1, 1))
    station.server.push(StateSaid(STATUS))
    assert Client(path).ask(Request(do="status")).ok
    with Client(path).follow() as following:
        said = iter(following)
        assert {type(next(said)), type(next(said))} == {Recorded, StateSaid}
        cycle = CycleSaid(at_ns=5, sensor="press", count=1, cycle_s=50.0, gap_s=None)
        station.server.push(cycle)
        assert next(said) == cycle
        station.server.push(Recorded(2, 2))
        assert next(said) == Recorded(2, 2)


def test_a_slow_follower_gets_the_newest_and_never_blocks(station: Station, path: Path):
    """Thousands of states for somebody who does not read cost neither time nor memory; the last one arrives."""
    with Client(path).follow() as following:
        for seq in range(20_000):
            station.server.push(Recorded(seq, 0))
            station.server.push(CycleSaid(at_ns=seq, sensor="press" * 100, count=seq, cycle_s=None, gap_s=None))
        assert Client(path).ask(Request(do="status")).ok
        seen = 0
        for said in following:
            seen += 1
            if said == Recorded(19_999, 0):
                break
        assert seen < 20_000


def test_connections_have_a_bound_and_silent_ones_make_room(station: Station, path: Path):
    """The seventeenth is told why; those who hold a connection and say nothing lose it."""
    silent = [connected(path) for _ in range(MOST_CONNECTIONS)]
    with pytest.raises(ControlError, match="16 connections are open, and that is the most"):
        Client(path).follow()
    answer = Client(path).ask(Request(do="status"))
    assert "16 connections are open" in (answer.error or "")
    station.ahead_ns = 2 * SILENT_NS
    assert silent[0].recv(1) == b""
    for peer in silent[1:]:
        assert peer.recv(1) == b""
    for peer in silent:
        peer.close()
    assert Client(path).ask(Request(do="status")).ok


def test_a_silent_follower_stays(station: Station, path: Path):
    """A quiet night is no reason to lose the uplink."""
    with Client(path).follow() as following, connected(path) as idle:
        idle.sendall(b'{"do":"status"}\n')
        assert line(idle).ok
        station.ahead_ns = 2 * SILENT_NS
        assert idle.recv(1) == b""
        station.server.push(Recorded(7, 0))
        assert next(iter(following)) == Recorded(7, 0)


@pytest.mark.usefixtures("station")
def test_only_owner_and_group_may_connect(path: Path):
    """The mode of the socket is the access rule."""
    assert stat.S_IMODE(path.stat().st_mode) == 0o660


def test_a_dead_stations_socket_is_replaced(path: Path):
    """After a kill the file is still there, and nobody behind it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as dead:
        dead.bind(str(path))
    made = Station(path)
    assert Client(path).ask(Request(do="status")).ok
    made.server.close()


@pytest.mark.usefixtures("station")
def test_a_living_stations_socket_is_not_taken(path: Path):
    """A second station with the same name is refused, the first goes on."""
    with pytest.raises(ControlError, match=r"another station already answers at .*; stop it first"):
        Station(path)
    assert Client(path).ask(Request(do="status")).ok


def test_a_file_in_the_place_is_left_alone(path: Path):
    """Nothing is deleted that is not ours."""
    path.write_text("precious")
    with pytest.raises(ControlError, match="is no socket; move it away"):
        Station(path)
    assert path.read_text() == "precious"
