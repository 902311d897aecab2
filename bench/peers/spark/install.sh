#!/usr/bin/env bash
# Installs Spark (from its Python package, which holds the whole of it) into a private folder, for side-by-side benchmarks.
# Usage: bench/peers/spark/install.sh [FOLDER]   (default: .peers/spark below the project; it needs python3, Java 17 and 1 GB)
set -euo pipefail
folder=${1:-"$(cd "$(dirname "$0")/../../.." && pwd)/.peers/spark"}
if [ ! -x "$folder/bin/python" ]; then
  python3 -m venv "$folder"
fi
"$folder/bin/pip" install --quiet --disable-pip-version-check 'pyspark==4.3.0'
echo "SPARK_HOME=$("$folder/bin/python" -c 'import pyspark, os; print(os.path.dirname(pyspark.__file__))')"
