# Makes the project runnable on a machine that has only Node (any version) and npm: installs the locked packages once per
# lock file and puts the project's own Node first on PATH. Sourced by ./run and ./test from the project's root.
set -eu

say() { printf '%s\n' "$*" >&2; }

if ! command -v npm >/dev/null 2>&1; then
  say "Platen needs Node.js and npm to start (any version from 20 on)."
  say "On Debian:  apt-get install nodejs npm   - then run this command again."
  exit 69
fi

lock=$(cksum < package-lock.json)
if [ "$(cat node_modules/.platen-lock 2>/dev/null || true)" != "$lock" ]; then
  say "Installing Platen's packages (about a minute, once) ..."
  log=$(mktemp)
  if ! npm ci --ignore-scripts --no-audit --no-fund --loglevel=error > "$log" 2>&1; then
    cat "$log" >&2
    say "The packages could not be installed. The lines above say why; nothing else was changed. Run this command again when it is mended."
    rm -f "$log"
    exit 69
  fi
  rm -f "$log"
  printf '%s' "$lock" > node_modules/.platen-lock
fi
PATH=$PWD/node_modules/.bin:$PATH
export PATH

# Only Linux on x64 gets Node from a package; elsewhere the machine's own must be new enough to run TypeScript.
major=$(node -p 'process.versions.node.split(".")[0]')
if [ "$major" -lt 24 ]; then
  say "Platen needs Node 24 or newer here; found $(node --version). Install it and run this command again."
  exit 69
fi

# Reading printers takes a third of the CPU where a C compiler can build the small native part; without one all works the same.
node packages/snmp/src/native/build.ts
