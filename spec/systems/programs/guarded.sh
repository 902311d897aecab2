#!/bin/sh
# guarded.sh FOLDER COMMAND...: becomes COMMAND, beside a watcher that ends it and removes FOLDER when descriptor 3, a pipe
# from the specs' process, closes before a line was written to it: when that process died, however it died.
folder=$1
shift
program=$$
(
  trap '' INT TERM HUP
  ( read -r line <&3 || { kill -9 "$program"; sleep 0.3; rm -rf "$folder"; } ) </dev/null >/dev/null 2>&1 &
)
exec 3<&-
exec "$@"
