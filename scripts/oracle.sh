#!/usr/bin/env bash
# The filter's detectors on thousands of labelled texts, generated anew by Faker, python-stdnum, phonenumbers and others.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

need_uv
go test -count=1 -tags oracle -run '^TestOracle$' "$@" ./internal/filter
