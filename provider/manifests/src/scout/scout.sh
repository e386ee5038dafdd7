# scout JAR CLASSPATHS UPLOADS COMMAND...: puts JAR where uploaded jars lie and runs COMMAND, a JobManager, with the
# image's other jars of usrlib/ on the program's class path, as an application's JobManager has them.
set -eu
jar=$1 classpaths=$2 uploads=$3
shift 3
if [ ! -r "$jar" ]; then
  echo "Error: the image has no $jar that can be read" >&2
  exit 1
fi
mkdir -p "$uploads/flink-web-upload"
ln -sf "$jar" "$uploads/flink-web-upload/application.jar"
for other in "${FLINK_HOME:-/opt/flink}"/usrlib/*.jar; do
  if [ -e "$other" ] && [ ! "$other" -ef "$jar" ]; then
    classpaths=${classpaths:+$classpaths;}file://$other
  fi
done
exec "$@" -D "web.upload.dir=$uploads" ${classpaths:+-D "pipeline.classpaths=$classpaths"}
