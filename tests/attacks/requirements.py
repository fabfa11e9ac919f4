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


NONE_HERE = {  # requirements to an embedded device that have nothing here to apply to, as SECURITY.md says
    "CR 1.12": "a notice before the login: people log in at the system",
    "CR 2.2": "use of wireless",
    "EDR 2.4": "mobile code",
    "CR 2.5": "lock of a session of people",
    "CR 2.6": "end of a remote session of people",
    "CR 2.7": "number of sessions of people",
}
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
        "CR 1.3",
        "accounts are managed",
        "partly",
        "accounts are the system's and the broker's; the service has one of its own, without a login",
        "systemd/test_units.py::test_the_journal_is_for_its_user_alone",
    ),
    Requirement(
        "CR 1.4",
        "identifiers are managed",
        "partly",
        "a station has one path in the plant and one certificate; two of one name are noticed, not prevented",
        "uplink/test_namesakes.py::test_both_say_it_and_it_ends_with_the_goodbye_of_one",
    ),
    Requirement(
        "CR 1.5",
        "authenticators are managed",
        "met",
        "credential files, changed without a restart, or systemd credentials, with a restart of the uplink alone",
        "signals/test_rotation.py::test_a_new_certificate_is_taken_up_and_a_bad_one_is_not",
    ),
    Requirement(
        "CR 1.7",
        "strength of passwords",
        "not met",
        "the password for the broker is made by the plant, its strength is not looked at; with certificates "
        "there is none",
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
        "CR 1.11",
        "failed logins",
        "not met",
        "people log in at the system, whose matter it is; the station's own failures at the broker slow it down",
    ),
    Requirement(
        "CR 1.14",
        "strength of symmetric keys",
        "met",
        "none is shared or stored: they are agreed on anew for each connection",
        "signals/test_cause.py::test_mutual_tls_works",
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
        "CR 2.10",
        "failed audit is answered",
        "met",
        "a disk that fails or fills up is shown, the lamp goes on, what waits is bounded",
        "journal/test_slow_disk.py::test_a_disk_that_fails_is_shown_and_recovers_by_itself",
    ),
    Requirement(
        "CR 2.11",
        "time stamps",
        "met",
        "each event says how well its time was known",
        "planning/test_wall.py",
    ),
    Requirement(
        "CR 2.12",
        "deeds cannot be denied",
        "partly",
        "each deed is recorded with a name, a role and its way; the name is not proven",
        "uplink/test_errands.py::test_what_a_command_says_reaches_the_station",
    ),
    Requirement(
        "EDR 2.13",
        "ports for diagnosis",
        "not met",
        "serial console, USB and the card's slot are the Pi's, open to who reaches them: lock the cabinet",
    ),
    Requirement(
        "CR 3.1",
        "integrity of communication",
        "met",
        "TLS 1.2 or 1.3",
        "uplink/test_link_faults.py::test_flipped_bits_do_not_pass_where_there_is_tls",
    ),
    Requirement(
        "EDR 3.2",
        "malicious code",
        "partly",
        "units in a sandbox, on a system that they cannot write; nothing is searched for",
        "systemd/test_units.py::test_the_sandbox_is_closed",
    ),
    Requirement(
        "CR 3.3",
        "protections are verified",
        "partly",
        "`doctor` looks at certificates and rights on the machine; the attacks above run in every test, not "
        "at the station",
        "doctor/test_credentials.py::test_new_files_the_uplink_has_not_taken_up_are_said",
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
        "dark means dead, also of what was killed; resistors and boot lines hold lamps off at power-on, a "
        "relay outside when the agent hangs. Seen on simulated pins, not measured on a Pi",
        "systemd/test_units.py::test_a_dead_station_is_made_dark",
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
        "EDR 3.10",
        "updates",
        "partly",
        "by one bundle, whole or not at all, and back by itself; its parts are pinned by hashes, who made it "
        "is not proven",
        "systemd/test_install.py::test_a_file_that_is_not_as_it_was_made",
    ),
    Requirement(
        "EDR 3.11",
        "tampering is resisted and seen",
        "not met",
        "a Pi has nothing for it; the cabinet's lock has",
    ),
    Requirement(
        "EDR 3.12",
        "the supplier's root of trust",
        "not met",
        "there is none on the board, and the bundle is not signed",
    ),
    Requirement(
        "EDR 3.13",
        "the owner's root of trust",
        "partly",
        "the plant's authority, as a file that the service cannot write; no hardware protects it",
        "attacks/test_at_the_station.py::test_an_impostor_broker",
    ),
    Requirement(
        "EDR 3.14",
        "the boot is verified",
        "not met",
        "firmware, kernel and system start unverified; so does the agent",
    ),
    Requirement(
        "CR 4.1",
        "confidentiality",
        "partly",
        "TLS on the way; the journal on the card is not encrypted",
        "attacks/test_broker.py::test_eavesdrop",
    ),
    Requirement(
        "CR 4.2",
        "nothing persists",
        "not met",
        "nothing wipes a card that goes out of service, nor a journal: destroy it, and revoke its certificate",
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
        "CR 7.2",
        "resources are managed",
        "partly",
        "each unit has bounds of memory and tasks, the journal one of its file; other programs of the machine "
        "have none",
        "journal/test_sacrifice.py::test_random_fill_stays_in_its_bound_and_explains_every_hole",
    ),
    Requirement(
        "CR 7.3",
        "backup",
        "partly",
        "the configuration is one file, to be copied; a station put up from it begins a new journal. An older "
        "copy of a journal would give numbers twice, which the ledger says",
        "journal/test_storage.py::test_new_file_is_a_new_epoch",
    ),
    Requirement(
        "CR 7.4",
        "recovery",
        "met",
        "open calls and counts survive a restart",
        "journal/test_writer_killed.py",
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
