"""The attacks that are tried, their outcomes and tests: a table of SECURITY.md, by `python -m tests.test_docs`."""

from __future__ import annotations

from typing import NamedTuple


class Attack(NamedTuple):
    """One attack: who tries what, what must come of it, and `file::test` under tests/ that tries it."""

    by: str
    tried: str
    outcome: str
    test: str


BROKER, COMMANDS, STATION = "attacks/test_broker.py", "attacks/test_commands.py", "attacks/test_at_the_station.py"
OTHER, STRANGER, LEADER, THERE = (
    "another station",
    "a stranger on the network",
    "who may send commands",
    "on the machine",
)
NOBODY = "no answer"
REFUSED = "refused by the broker; nobody hears it"

ATTACKS = (
    Attack(OTHER, "forge an event, or speak on any other topic of a station", REFUSED, f"{BROKER}::test_forge"),
    Attack(
        OTHER,
        "the same, without the access list (control)",
        "heard by all",
        f"{BROKER}::test_forge_without_the_access_list",
    ),
    Attack(OTHER, "listen to events, commands, everything, `$SYS`", "hears nothing", f"{BROKER}::test_eavesdrop"),
    Attack(
        OTHER,
        "poison a retained `state`",
        "refused; a later board finds nothing of it",
        f"{BROKER}::test_poison_retained",
    ),
    Attack(OTHER, "take over a client id", "the victim stays connected", f"{BROKER}::test_take_over_the_client_id"),
    Attack(
        OTHER,
        "the same, client ids believed (control)",
        "the victim is thrown out",
        f"{BROKER}::test_take_over_without_the_protection",
    ),
    Attack(OTHER, "have its will said as another's `offline`", "not said, not kept", f"{BROKER}::test_spoof_by_will"),
    Attack(OTHER, "claim another user name", "the certificate counts", f"{BROKER}::test_claim_another_user_name"),
    Attack(
        OTHER, "a certificate whose name is a wildcard", "opens nothing", f"{BROKER}::test_a_name_that_is_a_pattern"
    ),
    Attack(OTHER, "a message of a megabyte", "thrown out; others go on", f"{BROKER}::test_an_oversize_message"),
    Attack(OTHER, "a flood of 2,000 events", "others arrive", f"{BROKER}::test_a_flood_of_events"),
    Attack(
        OTHER,
        "be the same station a second time",
        "said on both, slowed down, over when one goes",
        "uplink/test_namesakes.py::test_both_say_it_and_it_ends_with_the_goodbye_of_one",
    ),
    Attack(
        OTHER,
        "the same with one client id",
        "said, and minutes between two attempts",
        "uplink/test_namesakes.py::test_one_client_id_for_both_is_a_quarrel_and_slows_down",
    ),
    Attack(
        OTHER,
        "remove or garble the `status` the broker keeps",
        "said again",
        "signals/test_namesake.py::test_what_no_station_wrote_is_replaced",
    ),
    Attack(STRANGER, "plain MQTT", NOBODY, f"{BROKER}::test_no_tls"),
    Attack(STRANGER, "TLS without a certificate", NOBODY, f"{BROKER}::test_no_certificate"),
    Attack(
        STRANGER,
        "a certificate of another authority, in a station's name",
        NOBODY,
        f"{BROKER}::test_a_certificate_of_ones_own_making",
    ),
    Attack(STRANGER, "an expired certificate", NOBODY, f"{BROKER}::test_an_expired_certificate"),
    Attack(STRANGER, "TLS 1.0 or 1.1, to the broker", NOBODY, f"{BROKER}::test_old_tls"),
    Attack(STRANGER, "a good certificate (control)", "answered", f"{BROKER}::test_a_good_certificate_is_answered"),
    Attack(
        STRANGER,
        "a broker with old TLS, to the station",
        "no connection; said",
        "signals/test_cause.py::test_old_tls_is_refused",
    ),
    Attack(
        STRANGER,
        "an impostor for the broker",
        "no connection; told nothing; said",
        f"{STATION}::test_an_impostor_broker",
    ),
    Attack(
        STRANGER,
        "a broker for another name",
        "no connection; said",
        "signals/test_cause.py::test_a_certificate_of_another_host",
    ),
    Attack(
        STRANGER,
        "garbage in place of MQTT",
        "one attempt is lost",
        "signals/test_mqtt.py::test_garbage_from_a_broker_ends_the_connection_and_nothing_else",
    ),
    Attack(
        STRANGER,
        "flip bits on the way",
        "no harmed event passes TLS; all arrive",
        "uplink/test_link_faults.py::test_flipped_bits_do_not_pass_where_there_is_tls",
    ),
    Attack(
        STRANGER,
        "swallow everything on the way",
        "noticed within 10 s; nothing lost",
        "uplink/test_link_faults.py::test_a_black_hole_is_noticed_by_what_is_not_confirmed",
    ),
    Attack(STRANGER, "hang up at once, again and again", "tried with patience", f"{STATION}::test_hanging_up_at_once"),
    Attack(LEADER, "a recorded command once more", "`duplicate`", f"{COMMANDS}::test_replayed"),
    Attack(
        LEADER,
        "the same, ids forgotten (control)",
        "done twice",
        f"{COMMANDS}::test_replayed_where_ids_are_forgotten",
    ),
    Attack(
        LEADER,
        "the same, to an uplink that was killed and has begun again",
        "`denied`; without that rule (control) done twice",
        "uplink/test_errands.py::test_a_recorded_command_is_not_done_again_by_an_uplink_that_begins_again",
    ),
    Attack(
        LEADER,
        "a command that is expired, lives for an hour, or is from tomorrow",
        "`expired`, `denied`",
        f"{COMMANDS}::test_out_of_its_time",
    ),
    Attack(
        LEADER,
        "the same, no clock looked at (control)",
        "done",
        f"{COMMANDS}::test_out_of_its_time_where_nobody_looks_at_the_clock",
    ),
    Attack(LEADER, "a retained command", "ignored and said", f"{COMMANDS}::test_retained"),
    Attack(
        LEADER,
        "the same, taken for a fresh one (control)",
        "done again",
        f"{COMMANDS}::test_retained_where_that_is_not_looked_at",
    ),
    Attack(LEADER, "a sound command of more than 4 kB", "ignored and counted", f"{COMMANDS}::test_oversize"),
    Attack(LEADER, "the same, without the bound (control)", "done", f"{COMMANDS}::test_oversize_where_nobody_measures"),
    Attack(LEADER, "words of the control socket as commands", "`denied`", f"{COMMANDS}::test_what_is_no_command"),
    Attack(LEADER, "bytes that are no text, JSON bombs, giants", "ignored and counted", f"{COMMANDS}::test_malformed"),
    Attack(
        LEADER, "SQL, paths, formats as the name of who acts", "text, and nothing else", f"{COMMANDS}::test_injection"
    ),
    Attack(LEADER, "control characters as the name of who acts", "refused", f"{COMMANDS}::test_control_characters"),
    Attack(LEADER, "a replay of everything", "refused", f"{COMMANDS}::test_a_replay_of_everything"),
    Attack(LEADER, "a flood of 200 commands", "five a second; events go on; said", f"{COMMANDS}::test_a_flood"),
    Attack(
        LEADER,
        "the same, without the rate (control)",
        "all 200 are looked at",
        f"{COMMANDS}::test_a_flood_where_nobody_counts",
    ),
    Attack(
        LEADER,
        "turn a red lamp green",
        "refused: at the station only",
        "agent/test_agent.py::test_a_stopped_line_is_not_restored_from_afar",
    ),
    Attack(
        LEADER, "act in a role that may not", "`denied`", "uplink/test_errands.py::test_a_role_that_may_not_is_denied"
    ),
    Attack(
        LEADER,
        "have the answer sent where a station listens",
        "sent to `res`",
        "signals/test_commands.py::test_an_answer_goes_nowhere_it_should_not",
    ),
    Attack(
        "who may acknowledge",
        "acknowledge what was never sent, or another journal's",
        "ignored and counted",
        "signals/test_awaited.py::test_an_acknowledgement_that_is_none_changes_nothing_and_is_counted",
    ),
    Attack(
        "who may acknowledge",
        "acknowledge what was recorded, to an uplink that begins and has not sent it",
        "not believed",
        "signals/test_awaited.py::test_an_uplink_that_restarts_believes_acknowledgements_of_what_it_has_offered",
    ),
    Attack(THERE, "ask the control socket as another user", "no permission", f"{STATION}::test_another_user"),
    Attack(
        THERE,
        "noise, endless lines, many connections at the control socket",
        "nobody else notices",
        "test_bad_input.py::test_noise_on_the_control_socket_costs_nobody_else",
    ),
    Attack(
        THERE,
        "names and numbers in the configuration: paths, wildcards, SQL, control characters, giants",
        "refused with their line",
        f"{STATION}::test_names_and_values_crafted_to_harm",
    ),
    Attack(THERE, "a configuration of megabytes", "refused in a few lines", f"{STATION}::test_a_huge_configuration"),
    Attack(
        THERE,
        "a pattern with repeats of repeats",
        "no line takes longer than a moment",
        "sensors/test_line_rule.py::test_no_pattern_can_hold_the_station_up",
    ),
    Attack(
        THERE,
        "a recording without an end, nested, or no text",
        "refused with its line",
        f"{STATION}::test_a_recording_crafted_to_harm",
    ),
    Attack(
        THERE,
        "find the secret in configuration, state, messages, log, journal",
        "not there",
        f"{STATION}::test_no_secret_comes_out",
    ),
    Attack(
        THERE,
        "the secret written into the configuration",
        "refused, not repeated",
        f"{STATION}::test_a_secret_in_the_configuration",
    ),
    Attack(
        THERE,
        "a key locked by a passphrase",
        "refused; nobody is waited for",
        f"{STATION}::test_a_key_with_a_passphrase_stops_nothing",
    ),
    Attack(
        THERE,
        "an expired or strange certificate in place of the good one",
        "said; the old connection stays",
        "signals/test_rotation.py::test_a_new_certificate_is_taken_up_and_a_bad_one_is_not",
    ),
    Attack(
        THERE,
        "a wrong password in place of the right one",
        "said; the old connection stays",
        "signals/test_rotation.py::test_a_new_password_is_tried_at_the_broker",
    ),
    Attack(
        "a device on a wire",
        "floods of edges, endless lines, NaN on a serial port",
        "blind at worst, never green on it",
        "test_bad_input.py::test_a_gauge_may_say_what_it_likes",
    ),
)


def attacks_table() -> str:
    """The attacks, numbered."""
    rows = [
        f"| {number} | {attack.by} | {attack.tried} | {attack.outcome} | `{attack.test}` |"
        for number, attack in enumerate(ATTACKS, 1)
    ]
    return "\n".join(["| | who | tries | outcome | test |\n|---|---|---|---|---|", *rows])
