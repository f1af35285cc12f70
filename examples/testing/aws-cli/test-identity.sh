#!/usr/bin/env bash
# STS_MOCK is the command of the mock: npx @org/sts-mock
set -eu
settings="$(mktemp)"
# shellcheck disable=SC2086 -- the command has parameters
$STS_MOCK --port 0 --format env --log none >"$settings" &
mock=$!
trap 'kill "$mock"; rm -f "$settings"' EXIT
for _ in $(seq 100); do
  grep -q SECRET "$settings" && break
  sleep 0.1
done
. "$settings"
# A proxy that is not there, and no exception but this machine: nothing leaves it.
export HTTPS_PROXY=http://127.0.0.1:9 HTTP_PROXY=http://127.0.0.1:9 NO_PROXY=127.0.0.1

# The AWS CLI reads AWS_ENDPOINT_URL_STS from 2.13 (1.29) on; an older one asks the real STS without this option.
arn="$(aws sts get-caller-identity --endpoint-url "$AWS_ENDPOINT_URL_STS" --query Arn --output text)"
[ "$arn" = arn:aws:iam::123456789012:user/demo ] || { echo "the caller is $arn"; exit 1; }
echo "the caller is the demo user"
