#!/bin/sh
# Installs this bundle, or a newer one beside what is there. Needs no network and no compiler; README.md tells the rest.
#
#   sudo ./install.sh            install, or change to this version; what runs is restarted and must come up, else back
#   sudo ./install.sh --check    only say whether it can be installed here
#   sudo ./install.sh --back     back to the version before: `edge-agent rollback`
#
# It may be repeated at any time, also after a power cut in the middle: it goes on where it was, and changes nothing
# where all is as it should be. Exit code 1: it says what is wrong, and what ran before runs on.
set -eu
umask 022
here=$(dirname "$(readlink -f "$0")")
home=/opt/edge-agent
system=/etc/systemd/system
patience_s=${PATIENCE_S:-180} # for a new version to come up: a slow Pi takes half a minute
steady_s=${STEADY_S:-10}      # and to stay up
changed=
schema='import sqlite3, sys
print(sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True).execute("PRAGMA user_version").fetchone()[0])'

main() {
    case ${1:-} in
        "" | --check | --back | --settle) ;;
        *) sed -n '4,6s/^# *//p' "$here/install.sh" >&2 && exit 2 ;;
    esac
    [ "$(id -u)" = 0 ] || refuse "this needs root: sudo $0 $*" 77
    [ "${1:-}" = --check ] && check && say "this bundle can be installed here" && exit
    exec 9>/run/edge-agent-install.lock
    flock -n 9 || refuse "another install is at work; wait for its end" 75
    case ${1:-} in
        --back) back ;;
        --settle) settle ;;
        *) install_this ;;
    esac
}

say() { echo "install: $*"; }

refuse() { # refuse WHY [CODE]
    echo "install: $1" >&2
    exit "${2:-1}"
}

install_this() {
    check
    settle # what a power cut left open
    account
    place "$name"
    install -d -m 755 /etc/edge-agent
    install -d -m 700 /etc/credstore
    link $home/current/bin/edge-agent /usr/local/bin/edge-agent
    if [ "$(target current)" != "$name" ]; then
        change_to "$name"
    else
        switch "$name" # whatever was taken away since is there again
    fi
    start_with_machine
    from_card
    if [ -n "$changed" ]; then say "$name is installed"; else say "$name was installed already: nothing is changed"; fi
    [ ! -e /etc/edge-agent/station.refused.txt ] ||
        refuse "but the configuration on the card is refused. $(cat /etc/edge-agent/station.refused.txt)"
}

# --- whether this bundle can be installed here; changes nothing -------------------------------------------------------

check() {
    [ -e "$here/SHA256SUMS" ] || refuse "there is no bundle in $here: ./dev bundle makes one, with this script in it"
    check_content
    name=$(word version)-$(sha256sum <"$here/SHA256SUMS" | cut -c1-8)
    check_machine
    check_tools
    check_python
    check_space
}

check_content() {
    wrong=$(cd "$here" && LC_ALL=C sha256sum --check --quiet --strict SHA256SUMS 2>&1) ||
        refuse "the bundle is not as it was made: $(echo "$wrong" | grep -v WARNING | head -3 | tr '\n' ' ')- copy it again"
    # Each file of units/ goes into the system: what the list does not name is no part of the bundle.
    added=$( (cd "$here" && find . ! -type d ! -path ./SHA256SUMS | cut -c3- && cut -c67- SHA256SUMS) | LC_ALL=C sort | uniq -u)
    [ -z "$added" ] ||
        refuse "the bundle is not as it was made: $(echo "$added" | head -3 | tr '\n' ' ')not in SHA256SUMS - unpack it again, into an empty folder"
}

check_machine() {
    [ "$(uname -m)" = "$(word machine)" ] ||
        refuse "this bundle is for $(word machine) and this machine is $(uname -m): take the bundle for $(uname -m)"
}

check_tools() { # every Debian with systemd has them
    for tool in useradd groupadd systemctl; do
        command -v $tool >/dev/null || refuse "$tool is missing: this is not a Raspberry Pi OS, nor a whole Debian"
    done
}

check_python() {
    wanted=$(word python)
    for python in "python$wanted" python3; do
        found=$("$python" -c 'import struct, sys, venv; print("%d.%d" % sys.version_info[:2], struct.calcsize("P") * 8)' \
            2>/dev/null) || continue
        [ "$found" != "$wanted 64" ] || return 0
    done
    case ${found:-} in
        "") refuse "this bundle is for Python $wanted and there is no Python here: apt-get install python3" ;;
        *" 32") refuse "this is a 32-bit system: write a 64-bit Raspberry Pi OS to the card" ;;
        *) refuse "this bundle is for Python $wanted and this system has ${found% *}: take the one for py$(
            echo "${found% *}" | tr -d .)" ;;
    esac
}

check_space() {
    for folder in $home /opt /; do [ ! -d "$folder" ] || break; done
    [ -w "$folder" ] || refuse "$folder is read-only: switch its write protection off first (raspi-config)"
    [ "$(stat -f -c %T "$folder")" != overlayfs ] ||
        refuse "$folder is an overlay in memory, gone with the next start: switch it off first (raspi-config)"
    needed_mb=$(word needs_mb)
    [ ! -e "$home/$name/complete" ] || return 0
    begun_mb=$(du -sm "$home/$name" 2>/dev/null | cut -f1) # what a power cut has left, and is made anew
    free_mb=$(($(df -Pk "$folder" | awk 'END { print $4 }') / 1024 + ${begun_mb:-0}))
    [ "$free_mb" -ge "$needed_mb" ] ||
        refuse "$folder has $free_mb MB free and $needed_mb are needed: take something away, or take a larger card"
}

word() { sed -n "s/^$1=//p" "${2:-$here}/BUNDLE"; }

# --- the version's own folder: complete, or nobody starts it ----------------------------------------------------------

account() {
    for group in gpio dialout edge-agent; do # cloud-init makes the groups of a card's users before this
        getent group $group >/dev/null || { groupadd --system $group && changed=yes; }
    done
    id edge-agent >/dev/null 2>&1 || {
        useradd --system --gid edge-agent --home-dir /var/lib/edge-agent --shell /usr/sbin/nologin edge-agent
        changed=yes
    }
}

place() { # place NAME
    [ ! -e "$home/$1/complete" ] || return 0
    changed=yes
    say "making $home/$1"
    rm -rf "${home:?}/$1" # what a power cut has left of it
    "$python" -m venv --without-pip "$home/$1"
    pip=$(echo "$here"/wheels/pip-*.whl)/pip # a wheel of pure Python can be run as it is
    "$home/$1/bin/python" "$pip" --isolated install --quiet --no-index --no-cache-dir \
        --find-links "$here/wheels" --require-hashes --requirement "$here/requirements.txt" ||
        refuse "the wheels cannot be installed, see above: copy the bundle again"
    # The units may not write there, and -OO reads files of its own.
    "$home/$1/bin/python" -OO -m compileall -q "$home/$1/lib"
    cp -r "$here/install.sh" "$here/BUNDLE" "$here/units" "$here/udev" "$home/$1"
    chmod 755 "$home/$1/install.sh"
    "$home/$1/bin/edge-agent" --version >/dev/null || refuse "what was installed does not start, see above"
    sync
    : >"$home/$1/complete"
    sync
}

# --- which version is started -----------------------------------------------------------------------------------------

change_to() { # change_to NAME: from now on this one; where it does not come up, the one of today again
    old=$(target current)
    units=$(running)
    accepts "$1"
    changed=yes
    if [ -n "$units" ]; then # a power cut from here on: edge-agent-settle looks at it after the start
        printf '%s\n' "$old" "$(target previous)" "$units" >$home/trial.part
        sync $home/trial.part
        mv $home/trial.part $home/trial
        sync
    fi
    [ -z "$old" ] || link "$old" $home/previous
    set_aside_newer "$1"
    switch "$1"
    restart
    settle
    forget_others
}

accepts() { # accepts NAME: it must take the configurations that run now
    for unit in $units; do
        case $unit in edge-agent-station@*) ;; *) continue ;; esac
        said=$("$home/$1/bin/edge-agent" check "$(config "$unit")" 2>&1) ||
            refuse "nothing is changed: $1 does not take what runs now. $said"
    done
}

switch() { # switch NAME: a power cut leaves the one or the other
    link "$1" $home/current
    for unit in "$home/$1"/units/*; do put "$unit" "$system/${unit##*/}"; done
    for rules in "$home/$1"/udev/*; do put "$rules" "/etc/udev/rules.d/${rules##*/}"; done
    [ -n "$changed" ] || return 0
    sync
    booted || return 0
    systemctl daemon-reload
    ! command -v udevadm >/dev/null || udevadm control --reload || return 0 # a container has none at work
    ! command -v udevadm >/dev/null || udevadm trigger --subsystem-match=gpio --subsystem-match=tty
}

settle() { # is the version of today well? Then it stays, else the one before is back
    [ -e $home/trial ] || return 0
    { read -r old && read -r earlier && read -r units; } <$home/trial || old=$(target current)
    new=$(target current)
    switch "$new"
    if [ "$old" = "$new" ]; then # the power went before the change, or on the way back
        forget_trial
        return 0
    fi
    why=$(unwell)
    if [ -z "$why" ]; then
        forget_trial
        say "$new runs"
        return 0
    fi
    set_aside_newer "$old"
    if [ -n "$earlier" ]; then link "$earlier" $home/previous; else rm -f $home/previous; fi
    switch "$old"
    forget_trial
    restart
    worse=$(unwell)
    forget_others
    [ -n "$worse" ] || refuse "$new does not come up ($why): back to $old, which runs"
    refuse "$new does not come up ($why), and $old, to which it is back, does not either ($worse)"
}

forget_trial() {
    rm -f $home/trial
    sync
}

back() {
    [ -e "$here/complete" ] || exec "$home/current/install.sh" --back
    settle
    before=$(target previous)
    if [ -z "$before" ] || ! [ -e "$home/$before/complete" ]; then
        refuse "there is no version before $(target current)"
    fi
    change_to "$before"
    say "back to $before"
}

set_aside_newer() { # set_aside_newer NAME: a journal that it cannot read would keep the lamp dark
    readable=$(word journal "$home/$1")
    for journal in /var/lib/edge-agent/*.db; do
        [ -e "$journal" ] || continue
        is=$("$home/$1/bin/python" -c "$schema" "$journal" 2>/dev/null) || continue
        [ "$is" -gt "$readable" ] || continue
        # shellcheck disable=SC2086 # several units
        [ -z "$units" ] || systemctl stop $units
        aside=$journal.schema$is-$(date +%s)
        for part in -wal -shm ""; do [ ! -e "$journal$part" ] || mv "$journal$part" "$aside$part"; done
        say "$1 cannot read $journal: set aside as $aside, with calls that are open and events not sent yet"
    done
}

forget_others() { # two versions are kept
    find $home -mindepth 1 -maxdepth 1 -type d | while read -r folder; do
        case ${folder##*/} in "$(target current)" | "$(target previous)") ;; *) rm -rf "$folder" ;; esac
    done
}

# --- what runs --------------------------------------------------------------------------------------------------------

booted() { [ -d /run/systemd/system ]; }

running() { # the units that are active, in one line
    booted || return 0
    systemctl list-units --plain --no-legend --no-pager --state=active 'edge-agent-station@*' 'edge-agent-uplink@*' |
        cut -d' ' -f1 | tr '\n' ' '
}

restart() {
    # shellcheck disable=SC2086 # several units
    [ -z "$units" ] || systemctl restart --no-block $units
}

config() { # config UNIT
    instance=${1#*@}
    echo "/etc/edge-agent/${instance%.service}.toml"
}

unwell() { # what of $units does not come up in time, or does not stay; nothing where all is well
    end_s=$(($(uptime_s) + patience_s))
    for unit in $units; do
        until answers "$unit"; do
            [ "$(systemctl show --value -p NRestarts "$unit")" -lt 3 ] || { ended "$unit" "ends again and again" && return; }
            [ "$(uptime_s)" -lt $end_s ] || { ended "$unit" "is not up after $patience_s s" && return; }
            sleep 1
        done
    done
    before=$(processes)
    sleep "$steady_s"
    [ "$before" = "$(processes)" ] || ended "${units%% *}" "does not stay up"
}

answers() { # answers UNIT: active, and the station says which version it is
    systemctl is-active --quiet "$1" || return 1
    case $1 in edge-agent-uplink@*) return 0 ;; esac
    timeout 30 $home/current/bin/edge-agent status "$(config "$1")" --json 2>/dev/null |
        grep -q "\"version\":\"$(word version $home/current)\""
}

ended() { # ended UNIT WHAT: with the last that says why
    echo "$1 $2: $(journalctl --no-pager -o cat -u "$1" -n 30 | grep -E '"level":"error"|Main process exited|Error' | tail -1)"
}

# shellcheck disable=SC2086 # several units
processes() { systemctl show --value -p MainPID $units | tr '\n' ' '; }

uptime_s() { cut -d. -f1 /proc/uptime; }

# --- small things -----------------------------------------------------------------------------------------------------

target() { readlink "$home/$1" || true; }

link() { # link TARGET PLACE: at once
    [ "$(readlink "$2")" != "$1" ] || return 0
    ln -sfn "$1" "$2.part"
    mv -T "$2.part" "$2"
    changed=yes
}

put() { # put FILE PLACE: at once, and only where it differs
    ! cmp -s "$1" "$2" || return 0
    install -D -m 644 "$1" "$2.part"
    sync "$2.part"
    mv "$2.part" "$2"
    changed=yes
}

start_with_machine() { # with the machine; a station that was enabled by hand stays the only one
    set -- edge-agent-card edge-agent-settle
    ls $system/multi-user.target.wants/edge-agent-station@*.service >/dev/null 2>&1 ||
        set -- "$@" edge-agent-station@station edge-agent-uplink@station
    for unit in "$@"; do
        [ -e "$system/multi-user.target.wants/$unit.service" ] || { systemctl enable --quiet "$unit" && changed=yes; }
    done
}

from_card() { # the configuration on the boot partition, if there is one that was not taken yet
    booted || return 0
    before=$(sha256sum /etc/edge-agent/station.toml 2>/dev/null || true)
    systemctl start edge-agent-card
    set -- edge-agent-station@station edge-agent-uplink@station
    [ "$before" = "$(sha256sum /etc/edge-agent/station.toml 2>/dev/null || true)" ] || {
        systemctl restart "$@"
        changed=yes
    }
    [ ! -e $system/multi-user.target.wants/edge-agent-station@station.service ] || systemctl start "$@"
}

main "$@"
