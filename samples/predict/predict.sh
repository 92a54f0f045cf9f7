#!/usr/bin/env bash
# Asks for predictions with curl: predict.sh FILE [URL]
set -euo pipefail
file=${1:?the file, such as samples/flight.json}
url=${2:-http://localhost:8080/predict}

case $file in
  *.json) type=application/json ;;
  *.ndjson) type=application/x-ndjson ;;
  *.csv) type=text/csv ;;
  *.form) type=application/x-www-form-urlencoded ;;
  *) echo "The file is $file: expected .json, .ndjson, .csv or .form." >&2; exit 2 ;;
esac

# a private function asks for an identity token
curl --silent --show-error --fail-with-body "$url" --header "Content-Type: $type" \
  ${TOKEN:+--header "Authorization: Bearer $TOKEN"} --data-binary "@$file"
