#!/usr/bin/env bash
# gofmt, go vet and staticcheck over the modules: lint.sh STATICCHECK@VERSION MODULE...
# Shell scripts by shellcheck, where it is installed (apt-get install shellcheck).
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

tool=$1
shift
cd "$ROOT"

unformatted=$(git ls-files '*.go' | xargs gofmt -l)
[ -z "$unformatted" ] || die "gofmt would change: $unformatted"

if command -v shellcheck >/dev/null; then
  git ls-files .ci/run 'scripts/*.sh' | xargs shellcheck --external-sources --severity warning
else
  say "shellcheck isn't installed: shell scripts are not checked"
fi

binary=$CACHE/${tool##*/}
install_tool() { [ -x "$binary" ] || { GOBIN=$CACHE/bin go install "$tool" && mv "$CACHE/bin/staticcheck" "$binary"; }; }
locked staticcheck install_tool
for module; do
  say "$module"
  (cd "$module" && go vet ./... && "$binary" ./...)
done
