#!/bin/bash
# "start.sh COMMAND...": makes what Flink reads in a directory of this pod's memory and runs COMMAND through the
# image's entry point. No value of a variable becomes an argument of a process or a line of the log.
set -eu
: "${FLINK_HOME:=/opt/flink}"
from=$FLINK_HOME/conf run=${FLINK_RUN_DIR:-$FLINK_HOME/run} to=${FLINK_RUN_DIR:-$FLINK_HOME/run}/conf tls=$FLINK_HOME/tls

fail() {
  echo "flink_configuration: $1" >&2
  exit 1
}

# Sets $value to the variable $1 as it has to stand in the file $2.
written() {
  value=${!1}
  case $2 in
  config.yaml) # within double quotes
    value=${value//"$backslash"/"$backslash$backslash"}
    value=${value//"$quote"/"$backslash$quote"}
    value=${value//$'\n'/"${backslash}n"}
    value=${value//$'\r'/"${backslash}r"}
    value=${value//$'\t'/"${backslash}t"}
    ;;
  *) # as it is, to the end of the line or to a '#'
    case $value in
    *'#'* | *$'\n'* | *$'\r'* | [[:space:]]* | *[[:space:]])
      fail "the environment variable $1 has a line break, '#', or a blank at an end, which $2 cannot hold"
      ;;
    esac
    ;;
  esac
  case $value in *[$'\001'-$'\037']*) fail "the environment variable $1 has a control character" ;; esac
}

# Writes standard input with the environment's variables in place of ${NAME}; $1 is the file's name.
expanded() {
  local LC_ALL=C backslash='\' quote='"' line rest name value text
  while IFS= read -r rest || [ -n "$rest" ]; do
    line=
    while [[ $rest == *'${'* ]]; do
      line+=${rest%%'${'*}
      rest=${rest#*'${'}
      name=${rest%%'}'*}
      if [[ $rest == *'}'* && $name =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]]; then
        [ -n "${!name+set}" ] || fail "the environment variable $name is not set in this container"
        written "$name" "$1"
        line+=$value
        rest=${rest#*'}'}
      else
        line+='${'
      fi
    done
    printf '%s\n' "$line$rest"
  done
}

# A certificate and its key as files become the keystore that Java reads, with a password of this start alone.
keystore() {
  FLINK_REST_TLS_PASSWORD=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
  export FLINK_REST_TLS_PASSWORD
  command -v openssl >/dev/null || fail "rest.tls with a certificate in PEM form needs the program openssl in the image"
  rm -f "$run/keystore.p12" "$run/truststore.p12"
  openssl pkcs12 -export -name rest -in "$tls/tls.crt" -inkey "$tls/tls.key" \
    -passout env:FLINK_REST_TLS_PASSWORD -out "$run/keystore.p12"
  if [ -e "$tls/ca.crt" ]; then
    keytool -importcert -noprompt -alias ca -file "$tls/ca.crt" -storetype PKCS12 \
      -keystore "$run/truststore.p12" -storepass:env FLINK_REST_TLS_PASSWORD
  fi
  chmod 444 "$run"/*.p12
}

# The image's plugins, and those of $1 (jars of opt/, divided by ';'), where the image cannot be changed.
plugins() {
  local jar
  rm -rf "$run/plugins" && mkdir -p "$run/plugins"
  ln -s "$FLINK_HOME"/plugins/* "$run/plugins/"
  for jar in ${1//;/ }; do
    [ -e "$FLINK_HOME/opt/$jar" ] || fail "plugins: the image has no $FLINK_HOME/opt/$jar"
    mkdir -p "$run/plugins/${jar%.jar}"
    ln -sf "$FLINK_HOME/opt/$jar" "$run/plugins/${jar%.jar}/"
  done
  export FLINK_PLUGINS_DIR=$run/plugins
}

umask 022
mkdir -p "$to"
if [ -e "$tls/tls.key" ]; then keystore; fi
if [ -n "${FLINK_ENABLED_PLUGINS-}" ]; then plugins "$FLINK_ENABLED_PLUGINS"; fi
: "${FLINK_REST_TLS_PASSWORD=}" # only the JobManager has it
for file in "$from"/*; do
  name=${file##*/}
  rm -f "$to/$name"
  case $name in
  config.yaml | flink-conf.yaml) expanded "$name" <"$file" >"$to/$name" && chmod 444 "$to/$name" ;;
  *) ln -s "$file" "$to/$name" ;; # a link, so that a change of the logging reaches the running process
  esac
done
exec "${FLINK_ENTRYPOINT:-/docker-entrypoint.sh}" env "FLINK_CONF_DIR=$to" "$@"
