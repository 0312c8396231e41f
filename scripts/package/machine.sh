# What try-roots.sh and scripts/update/try-updates.sh have in common: a booted root ($machine), the simulated sensor and the station
# outside ($work, $suite). To be read by them.

fail() { echo "FAILED $suite: $*" >&2; exit 1; }
ok() { echo "ok   $suite: $*"; }

finish() {
  trap - EXIT
  [[ -z $machine ]] || kill -KILL "$machine" 2>/dev/null || true
  ((${#parts[@]} == 0)) || kill "${parts[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

# Runs a command in the booted root.
inside() { nsenter -t "$machine" -m -p -u -i -C -r -w -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }
as_sealcam() { inside setpriv --reuid=sealcam --regid=sealcam --clear-groups "$@"; }

# Waits until a command succeeds; the limit only ends a try that hangs.
until_true() {
  local what=$1
  shift
  for _ in $(seq 600); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.5
  done
  inside journalctl -u sealcam-agent --no-pager -n 30 -o cat >&2 || true
  fail "in vain waited until $what"
}

# boot_machine ROOT [MORE]: starts systemd in ROOT, of which $outside is the process that ends with it; MORE: see boot-root.sh.
boot_machine() {
  mkdir -p "$work/$suite/copy"
  setsid unshare --mount --pid --uts --ipc --cgroup --fork --kill-child=KILL \
    sh "$here/scripts/package/boot-root.sh" "$1" "$work/$suite/copy" "$work" "${2:-}" >"$work/$suite/boot.log" 2>&1 </dev/null &
  outside=$!
  parts+=("$outside")
  local child=
  for _ in $(seq 200); do
    child=$(pgrep -P "$outside" -f 'systemd --unit=multi-user' || true)
    [[ -z $child ]] || break
    sleep 0.2
  done
  machine=$child
  [[ -n $machine ]] || fail "systemd did not start: $(tail -n 3 "$work/$suite/boot.log")"
}

agency() {
  local a=$work/agency
  "$sealcam" provision root --agency "$a" --name Try --no-passphrase
  "$sealcam" provision recipient --out "$work/alice" --label Alice --no-passphrase
  "$sealcam" provision roster --agency "$a" --role "evidence=$work/alice.pub"
  "$sealcam" provision station --agency "$a" --id station-1 --out "$work/station-1"
} >/dev/null

# The station and its agency, at a port that is free.
station_of_try() {
  port=$(node -e "const s=require('net').createServer().listen(0,'127.0.0.1',()=>{console.log(s.address().port);s.close()})")
  agency
  printf 'station: station-1\nstore: evidence\nvault: vault\nbroker: {embedded: {host: 127.0.0.1, port: %s}}\n' "$port" >"$work/station.yaml"
}

station_on() {
  "$sealcam" station --config "$work/station.yaml" >>"$work/station.log" 2>&1 &
  station=$!
  parts+=("$station")
}
station_off() { kill "$station" && wait "$station" || true; }

press() { echo "{\"press\":\"$1\"}" >&9; }

# What the agent has said so many times, since it was installed.
said() { [[ $(inside journalctl -u sealcam-agent --no-pager -o cat | grep -c "\"event\":\"$1\"") -ge $2 ]]; }
has_receipts() { said recording.receipted "$1"; }
in_spool() { inside sh -c 'ls /var/lib/sealcam/spool | grep -c "\.seal$"' || true; }
spool_has() { [[ $(in_spool) -ge 1 ]]; }
spool_empty() { [[ $(in_spool) == 0 ]]; }
is_active() { [[ $(inside systemctl is-active sealcam-agent) == active ]]; }
# The lamp as the simulated sensor shows it.
lamp_is() { [[ $(grep '"event":"lamp"' "$work/$suite/sim.log" | tail -n 1) == *"\"state\":\"$1\""* ]]; }

# record [COMMAND]: a recording; COMMAND succeeds when something of it is in the camera's spool.
record() {
  until_true "the lamp shows standby" lamp_is standby
  press start
  until_true "it records" lamp_is recording
  until_true "something is in the spool" "${1:-spool_has}"
  sleep 2
  press stop
  until_true "it stopped" lamp_is standby
}

# The camera's keys, made on it, and its papers from the agency.
make_keys() {
  as_sealcam sealcam provision camera --id "camera-$suite" --out /var/lib/sealcam/camera >"$work/$suite/keys"
  inside cp -r /var/lib/sealcam/camera/. "/try/$suite/request"
  mapfile -t ids < <(grep -oE '[0-9a-f]{64}' "$work/$suite/keys")
  "$sealcam" provision sign --agency "$work/agency" --request "$work/$suite/request" --id "camera-$suite" \
    --key-id "${ids[0]}" --key-id "${ids[1]}" --station station-1 --out "$work/$suite/papers" >/dev/null
  chmod -R a+rX "$work/$suite"
  chmod a+rx "$work"
  as_sealcam sealcam provision take --camera /var/lib/sealcam/camera --from "/try/$suite/papers" >/dev/null
}

sensor_on() {
  mkfifo "$work/$suite/orders"
  "$sealcam" sim --link "$work/$suite/tty" <"$work/$suite/orders" >"$work/$suite/sim.log" 2>&1 &
  parts+=($!)
  exec 9>"$work/$suite/orders"
  until_true "the simulator is there" test -e "$work/$suite/tty"
  chmod 666 "$(readlink -f "$work/$suite/tty")"
}

configure() {
  inside sed -i -e "s#/dev/sealcam-sensor#/try/$suite/tty#" -e "s#station.example:8883#127.0.0.1:$port#" /etc/sealcam/agent.yaml
}
