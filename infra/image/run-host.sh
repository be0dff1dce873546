#!/usr/bin/env bash
# Runs the Functions host and passes SIGTERM on to it, which gives the messages in hand back to the queue.
#
# What the host has fetched and not started when it stops would lie for ten minutes. So the app is told before, by the file
# <scratch>/stopping: it withholds its answers from then on, and while an answer is due the host fetches nothing.
#
# A host that ends by itself, as after the third crash of its worker, does so with code 0. The container then ends with another, so
# that the platform starts it again whatever its policy.
#
# A process of an earlier task that cannot be killed is written down by the app in <scratch>/unkillable, as `<pid> <start
# time>`. To replace the worker is no help against it: when it stays, the host is stopped and the container ends, so that the
# platform replaces the instance.
#
# run-host.sh [<host> <argument>…]
set -uo pipefail

list=${MODELOPS_SCRATCH_DIR:?}/unkillable
told=$MODELOPS_SCRATCH_DIR/stopping
# Longer than a worker that is being replaced takes, so that what was fetched meanwhile is started.
tell_before=${TELL_BEFORE_SECONDS:-2}
look_every=${LOOK_EVERY_SECONDS:-5}
looks_before_end=6
stop_within=${STOP_WITHIN_SECONDS:-40}
certificates=${INSTALL_CA_CERTIFICATES:-/opt/startup/install_ca_certificates.sh}
ended_for_leftover=70
ended_by_itself=71

# The fields behind the name of the command, which may hold anything: the state is the first, the start time the twentieth.
still_there() {
  local pid=$1 start_time=$2 stat
  stat=$(cat "/proc/$pid/stat" 2>/dev/null) || return 1
  read -ra fields <<<"${stat##*) }"
  [[ ${fields[0]} != [ZX] && ${fields[19]} == "$start_time" ]]
}

leftover() {
  local pid start_time
  [[ -s $list ]] || return 1
  while read -r pid start_time; do
    if still_there "$pid" "$start_time"; then
      echo "$pid"
      return 0
    fi
  done <"$list"
  return 1
}

stop_host() {
  touch "$told" 2>/dev/null
  sleep "$tell_before"
  kill -TERM "$host" 2>/dev/null
}

end_when_stuck() {
  local seen=0 pid
  while sleep "$look_every"; do
    if ! pid=$(leftover); then
      seen=0
    elif ((++seen >= looks_before_end)); then
      echo "Process $pid of an earlier task could not be killed: this container ends, so that the instance is replaced." >&2
      stop_host
      sleep "$stop_within"
      kill -KILL "$host" 2>/dev/null
      return
    fi
  done
}

if [[ $# -eq 0 ]]; then
  set -- /azure-functions-host/Microsoft.Azure.WebJobs.Script.WebHost
  [[ -x $1 ]] || set -- dotnet "$1.dll"
fi
if [[ -n ${PORT:-} ]]; then export ASPNETCORE_URLS=http://+:$PORT; fi
# The base image's own, in a shell of its own: it reads variables that are set on some platforms only, which would end this script.
if [[ -f $certificates ]]; then bash "$certificates"; fi

# Before the host is started: an order to stop that comes meanwhile must not end this script alone.
host='' stopping='' interrupted=''
stop() {
  stopping=1 interrupted=1
  # Not waited for: what ended in the meantime would not be noticed.
  if [[ -n $host ]]; then stop_host & fi
}
trap stop TERM INT
rm -f "$told"
"$@" &
host=$!
if [[ -n $stopping ]]; then stop; fi
end_when_stuck &
watch=$!

# A signal ends the wait early: then the host is waited for again, unless it has ended meanwhile, as it was told to.
for (( ; ; )); do
  interrupted=''
  wait "$host"
  code=$?
  if [[ -z $interrupted ]]; then break; fi
  code=0
  kill -0 "$host" 2>/dev/null || break
done
if leftover >/dev/null; then
  code=$ended_for_leftover
elif [[ $code -eq 0 && -z $stopping ]]; then
  echo "The Functions host ended by itself, though nobody had asked for that: this container ends as a failure, so that it is started again." >&2
  code=$ended_by_itself
fi
kill "$watch" 2>/dev/null
exit "$code"
