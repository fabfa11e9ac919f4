"""What of IEC 62443-4-2 is met, and the test that shows it: a table of SECURITY.md, by `python -m tests.test_docs`."""

from __future__ import annotations

from typing import NamedTuple


class Requirement(NamedTuple):
    """A component requirement: its id and subject, whether it is met, how, and the test that shows it."""

    id: str
    subject: str
    met: str
    how: str
    test: str = ""


REQUIREMENTS = (
    Requirement(
        "CR 1.1",
        "people are identified",
        "partly",
        "the control socket knows the system's users and groups; names given with a command are recorded, not proven",
        "control/test_server.py::test_only_owner_and_group_may_connect",
    ),
    Requirement(
        "CR 1.2",
        "software and devices are identified",
        "met",
        "mutual TLS, both ways",
        "signals/test_cause.py::test_mutual_tls_works",
    ),
    Requirement(
        "CR 1.5",
        "authenticators are managed",
        "met",
        "credential files, changed without a restart, or systemd credentials, with one of the uplink alone",
        "signals/test_rotation.py::test_a_new_certificate_is_taken_up_and_a_bad_one_is_not",
    ),
    Requirement(
        "CR 1.8",
        "public key infrastructure",
        "met",
        "certificates of the plant's authority",
        "attacks/test_broker.py::test_a_real_station_works_in_this_plant",
    ),
    Requirement(
        "CR 1.9",
        "strength of public key authentication",
        "partly",
        "chain, name and validity are checked; revocation of the broker's certificate is not",
        "signals/test_cause.py::test_a_certificate_out_of_its_time",
    ),
    Requirement(
        "CR 1.10",
        "authenticators are not fed back",
        "met",
        "no secret in any output",
        "attacks/test_at_the_station.py::test_no_secret_comes_out",
    ),
    Requirement(
        "CR 2.1",
        "authorisation is enforced",
        "met",
        "access list at the broker, roles at the station",
        "uplink/test_errands.py::test_a_role_that_may_not_is_denied",
    ),
    Requirement(
        "CR 2.8",
        "auditable events",
        "met",
        "who, what, from where, as events in the journal",
        "uplink/test_errands.py::test_what_a_command_says_reaches_the_station",
    ),
    Requirement(
        "CR 2.9",
        "audit storage",
        "met",
        "the journal has a bound and says what it gave up",
        "journal/test_sacrifice.py",
    ),
    Requirement(
        "CR 2.11", "time stamps", "met", "each event says how well its time was known", "planning/test_wall.py"
    ),
    Requirement(
        "CR 3.1",
        "integrity of communication",
        "met",
        "TLS 1.2 or 1.3",
        "uplink/test_link_faults.py::test_flipped_bits_do_not_pass_where_there_is_tls",
    ),
    Requirement(
        "CR 3.4",
        "integrity of software and information",
        "not met",
        "no signed packages or verified start yet; a damaged journal is noticed",
    ),
    Requirement(
        "CR 3.5",
        "input is validated",
        "met",
        "bounds and types at every border; these borders are fuzzed",
        "fuzz/test_fuzz.py::test_inputs_made_by_chance_pass",
    ),
    Requirement(
        "CR 3.6",
        "outputs are known in failure",
        "partly",
        "dark means dead; the outputs after a power cut are for the hardware work",
        "agent/test_agent.py::test_a_lamp_that_fails_is_said_once_and_the_others_are_written",
    ),
    Requirement(
        "CR 3.7",
        "errors are handled",
        "met",
        "said with a remedy and without secrets",
        "signals/test_cause.py::test_whatever_else_goes_wrong_has_a_sentence",
    ),
    Requirement(
        "CR 3.8",
        "sessions are whole",
        "met",
        "one connection of a name; takeover is impossible or said",
        "attacks/test_broker.py::test_take_over_the_client_id",
    ),
    Requirement(
        "CR 3.9",
        "audit information is protected",
        "partly",
        "by the rights of its file; not signed",
        "systemd/test_units.py::test_the_journal_is_for_its_user_alone",
    ),
    Requirement(
        "CR 4.1",
        "confidentiality",
        "partly",
        "TLS on the way; the journal on the card is not encrypted",
        "attacks/test_broker.py::test_eavesdrop",
    ),
    Requirement(
        "CR 4.3",
        "cryptography",
        "met",
        "OpenSSL by Python's `ssl`; nothing of our own",
        "signals/test_cause.py::test_old_tls_is_refused",
    ),
    Requirement(
        "CR 5.1",
        "network segmentation",
        "met",
        "one outgoing connection, from the process without devices; no open port",
        "test_tidy.py::test_imports_run_one_way",
    ),
    Requirement(
        "CR 6.1",
        "audit log is accessible",
        "met",
        "events over MQTT, from the journal, and again on request",
        "uplink/test_errands.py::test_a_replay_sends_a_range_again_and_marks_it",
    ),
    Requirement(
        "CR 6.2",
        "continuous monitoring",
        "met",
        "faults of its own parts as events and in `state`",
        "agent/test_agent.py::test_an_uplink_without_a_broker_is_a_fault_until_it_is_back",
    ),
    Requirement(
        "CR 7.1",
        "denial of service",
        "met",
        "bounds everywhere; the lamp waits for nothing",
        "attacks/test_commands.py::test_a_flood",
    ),
    Requirement(
        "CR 7.3",
        "backup",
        "partly",
        "the configuration is one file, to be copied; a station put up from it begins a new journal. An older copy of "
        "a journal would give numbers twice, which the ledger says",
        "journal/test_storage.py::test_new_file_is_a_new_epoch",
    ),
    Requirement(
        "CR 7.4", "recovery", "met", "open calls and counts survive a restart", "journal/test_writer_killed.py"
    ),
    Requirement(
        "CR 7.6",
        "configuration settings",
        "met",
        "one file, checked with line and remedy",
        "config/test_config.py::test_everything_is_said_at_once",
    ),
    Requirement(
        "CR 7.7",
        "least functionality",
        "met",
        "no open port, no shell, commands by an allow-list",
        "attacks/test_commands.py::test_what_is_no_command",
    ),
    Requirement(
        "CR 7.8",
        "inventory",
        "met",
        "`info` says versions, sensors, standard",
        "uplink/test_uplink.py::test_a_connection_begins_with_status_info_and_state",
    ),
)


def requirements_table() -> str:
    """The component requirements that concern us."""
    rows = [
        f"| {one.id} | {one.subject} | {one.met} | {one.how} | {f'`{one.test}`' if one.test else ''} |"
        for one in REQUIREMENTS
    ]
    return "\n".join(["| requirement | subject | | how | test |\n|---|---|---|---|---|", *rows])
