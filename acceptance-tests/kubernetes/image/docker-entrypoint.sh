#!/bin/bash
# Entry point of the test images; keeps the contract that is documented for the public Flink image:
#   jobmanager | standalone-job | taskmanager | history-server [ARGUMENT...]   that process, in the foreground
#   help                                                                        says so
#   anything else                                                               is executed as it is
# FLINK_PROPERTIES: lines `key: value` that win over the configuration file, whose ${NAME} are replaced from the
# environment; JOB_MANAGER_RPC_ADDRESS; TASK_MANAGER_NUMBER_OF_TASK_SLOTS; ENABLE_BUILT_IN_PLUGINS: jars of opt/,
# split by ';', that become plugins. A configuration that is mounted read-only is left as it is.
export FLINK_HOME=${FLINK_HOME:-/opt/flink}
folder=${FLINK_CONF_DIR:-$FLINK_HOME/conf}
file=$folder/config.yaml
[ ! -e "$folder/flink-conf.yaml" ] || file=$folder/flink-conf.yaml

as_flink=()
if [ "$(id -u)" = 0 ]; then
  as_flink=(setpriv --reuid=flink --regid=flink --init-groups --)
  export HOME=/opt/flink USER=flink
fi

enable_plugins() {
  local jar
  for jar in ${ENABLE_BUILT_IN_PLUGINS//;/ }; do
    if [ ! -e "$FLINK_HOME/opt/$jar" ]; then
      echo "Plugin $FLINK_HOME/opt/$jar does not exist. Exiting." >&2
      exit 1
    fi
    mkdir -p "$FLINK_HOME/plugins/${jar%.jar}"
    ln -fs "$FLINK_HOME/opt/$jar" "$FLINK_HOME/plugins/${jar%.jar}/"
    echo "Successfully enabled $jar"
  done
}

configure() {
  local set configuration
  [ -w "$file" ] || return 0
  set="jobmanager.rpc.address: ${JOB_MANAGER_RPC_ADDRESS:-$(hostname -f 2>/dev/null || hostname)}
blob.server.port: 6124
query.server.port: 6125"
  [ -z "${TASK_MANAGER_NUMBER_OF_TASK_SLOTS:-}" ] || set+="
taskmanager.numberOfTaskSlots: $TASK_MANAGER_NUMBER_OF_TASK_SLOTS"
  # The last word for a key wins: the newer files may hold each key once only.
  configuration=$(printf '%s\n' "$set" "${FLINK_PROPERTIES:-}" | cat "$file" - | awk '
    /^[ \t]*(#|$)/ { next }
    { key = $0; sub(/[ \t]*:([ \t].*)?$/, "", key); gsub(/^[ \t]+/, "", key)
      if (!(key in line)) order[++count] = key
      line[key] = $0 }
    END { for (i = 1; i <= count; i++) print line[order[i]] }' | envsubst)
  printf '%s\n' "$configuration" >"$file"
}

enable_plugins
configure
case ${1:-help} in
  help)
    echo "Usage: docker-entrypoint.sh (jobmanager|standalone-job|taskmanager|history-server|help)"
    exit 0
    ;;
  jobmanager | standalone-job | taskmanager)
    command=$1
    shift
    exec "${as_flink[@]}" "$FLINK_HOME/bin/$command.sh" start-foreground "$@"
    ;;
  history-server)
    shift
    exec "${as_flink[@]}" "$FLINK_HOME/bin/historyserver.sh" start-foreground "$@"
    ;;
esac
exec "${as_flink[@]}" "$@"
