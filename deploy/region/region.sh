#!/usr/bin/env bash
# A region for trial on this machine's loopback: three nodes of RabbitMQ 4, two receivers, a simulated camera, with throwaway keys.
# README.md says what it shows, and how a real region differs.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
clone=$(cd "$here/../.." && pwd)
sealcam="$clone/sealcam"
root=${SEALCAM_REGION_ROOT:-$clone/node_modules/.cache/sealcam/region-root}
mirror=${SEALCAM_DEBIAN_MIRROR:-http://deb.debian.org/debian}
# The cameras' port; those of the nodes follow it.
port=${SEALCAM_REGION_PORT:-28830}
nodes=(1 2 3)
[[ ${SEALCAM_REGION_NODES:-3} != 1 ]] || nodes=(1)
receivers=(receiver-1 receiver-2)
parts=()

usage() {
  echo "region.sh root      makes a Debian 13 with RabbitMQ 4 in node_modules/.cache, once (minutes; needs root and debootstrap)
region.sh new DIR   makes an agency, a region, two receivers and a camera with throwaway keys in DIR
region.sh run DIR   runs nodes, the cameras' address and receivers until Ctrl-C
region.sh record DIR   records ten seconds with a simulated camera while the region runs
region.sh try DIR   all of it; then a receiver and a node are killed while a camera records
region.sh node DIR N, epmd DIR   one node (1 to 3), or Erlang's port mapper, in the foreground
region.sh ctl DIR N WORDS...     rabbitmqctl of a node that runs
region.sh nodes DIR              the nodes' folders, from DIR/region and what DIR/agency has issued
region.sh definitions DIR        who may do what, for RabbitMQ: from what the agency has issued" >&2
  exit 2
}

say() { printf '\n== %s\n' "$*"; }
fail() { echo "region.sh: $*" >&2; exit 1; }

mqtt() { echo $((port + $1)); }
amqp() { echo $((port + 10 + $1)); }
dist() { echo $((port + 20 + $1)); }

make_root() {
  [[ ! -e $root/usr/sbin/rabbitmqctl ]] || return 0
  [[ $(id -u) == 0 ]] || fail "making a Debian root needs root"
  command -v debootstrap >/dev/null || fail "debootstrap is not installed: apt-get install debootstrap"
  say "A Debian 13 with RabbitMQ 4 in $root"
  mkdir -p "$(dirname "$root")"
  rm -rf "$root.new"
  debootstrap --variant=minbase trixie "$root.new" "$mirror" >"$root.log" 2>&1 || fail "debootstrap failed: see $root.log"
  # Nothing is started when it is installed.
  printf '#!/bin/sh\nexit 101\n' >"$root.new/usr/sbin/policy-rc.d"
  chmod +x "$root.new/usr/sbin/policy-rc.d"
  chroot "$root.new" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends rabbitmq-server haproxy \
    >>"$root.log" 2>&1 || fail "RabbitMQ could not be installed: see $root.log"
  mv "$root.new" "$root"
}

in_root() { exec unshare --mount --pid --fork --kill-child=KILL sh "$here/in-root.sh" "$root" "$dir/nodes" "$@"; }

# The surroundings of RabbitMQ's programs for node N.
node_env() {
  local at=/region/node-$1
  echo "HOME=$at" "LANG=C.UTF-8" "PATH=/usr/sbin:/usr/bin:/sbin:/bin" "RABBITMQ_NODENAME=node-$1@localhost" "RABBITMQ_BASE=$at" \
    "RABBITMQ_CONFIG_FILE=$at/rabbitmq.conf" "RABBITMQ_MNESIA_BASE=$at/data" "RABBITMQ_LOG_BASE=$at/log" \
    "RABBITMQ_ENABLED_PLUGINS_FILE=$at/enabled_plugins" "RABBITMQ_PID_FILE=$at/pid" "RABBITMQ_DIST_PORT=$(dist "$1")" \
    "RABBITMQ_CTL_DIST_PORT_MIN=$(dist 4)" "RABBITMQ_CTL_DIST_PORT_MAX=$(dist 9)" \
    "ERL_EPMD_PORT=$(dist 0)" "ERL_EPMD_ADDRESS=127.0.0.1"
}

node() {
  # Nodes that share a machine must not spin while they wait.
  # shellcheck disable=SC2046
  in_root env -i $(node_env "$1") \
    "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none" \
    /usr/lib/rabbitmq/bin/rabbitmq-server
}

port_mapper() { in_root env -i PATH=/usr/bin:/bin epmd -port "$(dist 0)" -address 127.0.0.1; }

ctl() {
  local n=$1
  shift
  # shellcheck disable=SC2046
  in_root env -i $(node_env "$n") /usr/lib/rabbitmq/bin/rabbitmqctl "$@"
}

balancer() { in_root haproxy -f /region/haproxy.cfg; }

# Each camera that has a TLS certificate, and each receiver, is a user without a password: its certificate says who it is.
definitions() {
  local cameras camera users=() permissions=() topics=()
  cameras=$(for one in "$dir"/agency/issued/camera.*.tls-client.*.crt; do basename "$one"; done |
    sed -nE 's/^camera\.([A-Za-z0-9_-]+)\.tls-client\..*/\1/p' | sort -u)
  for camera in $cameras; do
    users+=("{\"name\":\"$camera\",\"password_hash\":\"\",\"tags\":[],\"limits\":{\"max-connections\":3}}")
    local own="mqtt-subscription-${camera}qos[01]"
    permissions+=("{\"user\":\"$camera\",\"vhost\":\"/\",\"configure\":\"^$own\$\",\"write\":\"^($own|sealcam)\$\",\"read\":\"^($own|sealcam)\$\"}")
    topics+=("{\"user\":\"$camera\",\"vhost\":\"/\",\"exchange\":\"sealcam\",\"write\":\"^sealcam[.]1[.]{username}[.]([0-9a-f]{32}[.](record|keys)|session[.](record|answer|echo))\$\",\"read\":\"^sealcam[.]1[.]{username}[.]\"}")
  done
  for receiver in "${receivers[@]}"; do
    users+=("{\"name\":\"$receiver\",\"password_hash\":\"\",\"tags\":[]}")
    permissions+=("{\"user\":\"$receiver\",\"vhost\":\"/\",\"configure\":\"^(sealcam|amq[.]gen)\",\"write\":\"^(sealcam|amq[.]gen)\",\"read\":\"^(sealcam|amq[.]gen)\"}")
  done
  local IFS=,
  echo "{\"vhosts\":[{\"name\":\"/\"}],\"users\":[${users[*]}],\"permissions\":[${permissions[*]}],\"topic_permissions\":[${topics[*]}],
\"exchanges\":[{\"name\":\"sealcam\",\"vhost\":\"/\",\"type\":\"topic\",\"durable\":true,\"auto_delete\":false,\"internal\":false,\"arguments\":{\"alternate-exchange\":\"sealcam.unbound\"}},
{\"name\":\"sealcam.unbound\",\"vhost\":\"/\",\"type\":\"topic\",\"durable\":true,\"auto_delete\":false,\"internal\":false,\"arguments\":{}}]}"
}

new() {
  say "An agency with a recipient, a roster, a region's vault key, two receivers and a camera"
  [[ ! -e $dir/agency ]] || fail "\"$dir\" has a region already: give another folder"
  "$sealcam" provision root --agency "$dir/agency" --name "Trial agency" --no-passphrase
  "$sealcam" provision recipient --out "$dir/alice" --label Alice --no-passphrase
  "$sealcam" provision roster --agency "$dir/agency" --role "evidence=$dir/alice.pub"
  "$sealcam" provision station --agency "$dir/agency" --id region --out "$dir/region"
  "$sealcam" provision camera --agency "$dir/agency" --id camera-1 --station region --out "$dir/camera-1"
  local receiver
  for receiver in "${receivers[@]}"; do
    "$sealcam" provision station --agency "$dir/agency" --id "$receiver" --out "$dir/$receiver"
    sed -e "s|@RECEIVER@|$receiver|g; s|@AMQP1@|$(amqp 1)|g; s|@AMQP2@|$(amqp 2)|g; s|@AMQP3@|$(amqp 3)|g" \
      "$here/receiver.yaml" >"$dir/$receiver.yaml"
  done
  sed -e "s|@PORT@|$port|g; s|@FOLDER@|$dir|g" "$here/camera.yaml" >"$dir/camera-1.yaml"
  nodes
}

nodes() {
  local n cookie at discovery=
  cookie=$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')
  for n in "${nodes[@]}"; do discovery+="cluster_formation.classic_config.nodes.$n = node-$n@localhost\\n"; done
  for n in "${nodes[@]}"; do
    at=$dir/nodes/node-$n
    mkdir -p "$at"
    cp "$dir/region/root.crt" "$dir/region/broker.crt" "$dir/region/broker.key" "$at/"
    definitions >"$at/definitions.json"
    sed -e "s|@FOLDER@|/region/node-$n|g; s|@ADDRESS@|127.0.0.1|g; s|@AMQP@|$(amqp "$n")|g; s|@MQTT@|$(mqtt "$n")|g; s|@NODES@|$discovery|g" \
      "$here/rabbitmq.conf" >"$at/rabbitmq.conf"
    echo '[rabbitmq_mqtt, rabbitmq_auth_mechanism_ssl].' >"$at/enabled_plugins"
    echo "$cookie" >"$at/.erlang.cookie"
    chmod 600 "$at/.erlang.cookie" "$at/broker.key"
  done
  sed -e "s|@PORT@|$port|g; s|@MQTT1@|$(mqtt 1)|g; s|@MQTT2@|$(mqtt 2)|g; s|@MQTT3@|$(mqtt 3)|g" "$here/haproxy.cfg" >"$dir/nodes/haproxy.cfg"
}

# How many lines of a log say it: 0 also if there is no log yet.
count() { if [[ -e $1 ]]; then grep -c -- "$2" "$1" || true; else echo 0; fi; }

# Waits until a log has a line so many times.
until_says() {
  for _ in $(seq 240); do
    (($(count "$1" "$2") >= $3)) && return
    sleep 1
  done
  fail "$1 does not say \"$2\""
}

# Starts a part in the background; its process is in `started`.
begin() {
  local log=$1
  shift
  "$@" >>"$log" 2>&1 &
  started=$!
  parts+=("$started")
}

begin_node() {
  local log=$dir/node-$1.log before
  before=$(count "$log" 'Server startup complete')
  begin "$log" "$here/region.sh" node "$dir" "$1"
  node_of[$1]=$started
  node_said[$1]=$((before + 1))
}

begin_receiver() {
  local before
  before=$(count "$dir/$1.log" 'Connected to the broker')
  begin "$dir/$1.log" "$sealcam" station --config "$dir/$1.yaml" --log-format text
  receiver_of[$1]=$started
  until_says "$dir/$1.log" 'Connected to the broker' $((before + 1))
}

declare -A node_of node_said receiver_of
start() {
  [[ -e $dir/nodes ]] || fail "\"$dir\" has no region: make one with \"region.sh new $dir\""
  [[ -e $root/usr/sbin/rabbitmqctl ]] || fail "there is no RabbitMQ: \"region.sh root\" makes one"
  say "Three nodes, the cameras' address localhost:$port, and two receivers; their logs are in $dir"
  begin "$dir/epmd.log" "$here/region.sh" epmd "$dir"
  local n
  for n in "${nodes[@]}"; do begin_node "$n"; done
  for n in "${nodes[@]}"; do until_says "$dir/node-$n.log" 'Server startup complete' "${node_said[$n]}"; done
  begin "$dir/haproxy.log" "$here/region.sh" balancer "$dir"
  local receiver
  for receiver in "${receivers[@]}"; do begin_receiver "$receiver"; done
}

inventory() {
  "$sealcam" inventory --store "$dir/evidence" --vault "$dir/vault" --trust "$dir/agency/root.crt" >"$dir/inventory" 2>&1 || true
}

press() { echo "{\"press\":\"$1\"}" >&9; }

# Starts the simulated camera, unless it runs.
camera() {
  [[ -z ${agent:-} ]] || return 0
  rm -f "$dir/orders"
  mkfifo "$dir/orders"
  "$sealcam" sim --link "$dir/camera-1.tty" <"$dir/orders" >"$dir/sim.log" 2>&1 &
  local sim=$!
  parts+=("$sim")
  exec 9>"$dir/orders"
  until [[ -e $dir/camera-1.tty ]]; do
    kill -0 "$sim" 2>/dev/null || fail "the simulator has ended: see $dir/sim.log"
    sleep 0.2
  done
  local before
  before=$(count "$dir/camera-1.log" 'onnected to the broker')
  begin "$dir/camera-1.log" "$sealcam" agent --config "$dir/camera-1.yaml" --log-format text
  agent=$started
  until_says "$dir/camera-1.log" 'onnected to the broker' $((before + 1))
}

# Waits until the inventory has one more complete recording than `complete`.
until_complete() {
  for _ in $(seq 120); do
    inventory
    (($(count "$dir/inventory" ': complete (') > complete)) && break
    sleep 1
  done
  cat "$dir/inventory"
  (($(count "$dir/inventory" ': complete (') > complete)) || fail "the recording did not become complete: see $dir/camera-1.log"
}

record() {
  local complete
  inventory
  complete=$(count "$dir/inventory" ': complete (')
  camera
  say "A simulated camera records ten seconds"
  press start
  sleep 10
  press stop
  say "The inventory, once a receiver has all of it"
  until_complete
}

killed() {
  local complete
  inventory
  complete=$(count "$dir/inventory" ': complete (')
  say "It records again; the receiver that has it is killed, then a node"
  press start
  sleep 5
  local has=receiver-1
  [[ $dir/receiver-2.log -nt $dir/receiver-1.log ]] && has=receiver-2
  kill -KILL "${receiver_of[$has]}"
  echo "killed $has"
  sleep 5
  kill -KILL "${node_of[1]}"
  echo "killed node-1"
  sleep 10
  press stop
  say "The inventory, once the other receiver has all of it"
  until_complete
}

stop() {
  trap - EXIT
  if ((${#parts[@]} > 0)); then
    kill "${parts[@]}" 2>/dev/null || true
    for _ in $(seq 50); do
      kill -0 "${parts[@]}" 2>/dev/null || break
      sleep 0.1
    done
    # unshare(1) lets no other signal through to what runs in the root.
    kill -KILL "${parts[@]}" 2>/dev/null || true
  fi
  wait || true
}

[[ ${1:-} != root ]] || { make_root; exit; }
[[ $# -ge 2 ]] || usage
dir=$(mkdir -p "$2" && cd "$2" && pwd)
case $1 in
  node) node "$3" ;;
  epmd) port_mapper ;;
  balancer) balancer ;;
  ctl) ctl "$3" "${@:4}" ;;
  definitions) definitions; exit ;;
  nodes) nodes; exit ;;
esac
trap stop EXIT
trap 'exit 130' INT TERM
case $1 in
  new) new ;;
  run) start; say "Running; end it with Ctrl-C"; wait ;;
  record) record ;;
  try) make_root; new; start; record; killed ;;
  *) usage ;;
esac
