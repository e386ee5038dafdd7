#!/bin/sh
# build.sh FLINK_LIB_DIR [JAR]
#
# Builds the scout's jar from its source against the flink-dist in FLINK_LIB_DIR,
# which must be the oldest version supported (1.18.1). The same source and the
# same JDK give the same bytes: fixed times, fixed order, no compression (which
# differs between JDKs). The manifest names the sources by their hash.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
lib=$1
jar=${2:-$here/scout.jar}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C

javac --release 8 -nowarn -Xlint:-options -g:none -encoding UTF-8 \
    -cp "$(echo "$lib"/flink-dist-*.jar)" -d "$work/classes" "$here"/src/scout/*.java
cat > "$work/MANIFEST.MF" <<END
Manifest-Version: 1.0
Created-By: terraform-provider-flink
Main-Class: scout.Scout
Sources-Sha256: $(cat "$here"/src/scout/*.java | sha256sum | cut -c1-64)
END
cd "$work/classes"
jar --create --no-compress --date=1980-01-01T00:00:02Z --file "$jar" \
    --manifest "$work/MANIFEST.MF" $(find scout -name '*.class' | sort)
