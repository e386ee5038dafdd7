#!/bin/sh
# build.sh FLINK_LIB_DIR OUT_DIR
# Compiles the test jobs with nothing but a JDK against one Flink (the jars run
# on 1.18 to 2.3) and packs them: count-v1.jar, count-v2.jar,
# count-changed-uid.jar and count-no-main.jar. The same sources give the same
# bytes: entries are sorted and carry one fixed date.
set -eu
sources=$(cd "$(dirname "$0")" && pwd)/src
lib=$1
out=$2
classpath=$(find "$lib" -name 'flink-dist-*.jar' -o -name 'flink-runtime-*.jar' | sort | tr '\n' ':')
classes=$(mktemp -d)
trap 'rm -rf "$classes"' EXIT
javac --release 11 -nowarn -classpath "$classpath" -d "$classes" "$sources"/jobs/*.java
mkdir -p "$out"

pack() {
    jar_file=$1
    shift
    # shellcheck disable=SC2046 # class files have no spaces in their names
    jar --create --file "$out/$jar_file" --date 2000-01-01T00:00:00Z "$@" \
        $(cd "$classes" && find jobs -name '*.class' | LC_ALL=C sort | sed "s|^|-C $classes |")
}

pack count-v1.jar --main-class jobs.CountJob
pack count-v2.jar --main-class jobs.CountJobV2
pack count-changed-uid.jar --main-class jobs.CountJobChangedUid
pack count-no-main.jar
