export LC_ALL=C DEBIAN_FRONTEND=noninteractive
readonly backups=/var/backups/leyenda-host pending=/var/lib/leyenda-host/pending
root='' only_files='' dry_run='' force='' changes=0
stamp=$(date +%Y%m%d_%H%M%S)
declare -A touched=() # unit → a file of it changed in this run
written=()            # UNIT:PATH of every file that this run wrote
described=()          # rules of the firewall that belong there
present=()            # rules that it had before this run

warn() { printf 'warning: %s\n' "$*" >&2; }
fail() { # STATUS WORDS
  local status=$1
  shift
  printf 'security-hardening: %s\n' "$*" >&2
  exit "$status"
}
# Prints and counts a change; false in a dry run.
change() {
  changes=$((changes + 1))
  if [ -n "$dry_run" ]; then
    printf 'would %s\n' "$*"
    return 1
  fi
  printf '%s\n' "$*"
}
# Runs a command; what it says is shown where it fails.
quietly() {
  local output status=0
  output=$("$@" 2>&1) || status=$?
  if [ "$status" != 0 ]; then printf '%s\n' "$output" >&2; fi
  return "$status"
}
run() { quietly "$@" || fail "$EXIT_FAILED" "failed: $*; earlier changes stay, and the next run continues"; }
# Whether commands may act on this machine: not where another root is worked on.
acts() { [ -z "$only_files" ]; }
listed() { # WORD LIST...
  local word=$1 each
  shift
  for each in "$@"; do [ "$each" != "$word" ] || return 0; done
  return 1
}

supported() { # SYSTEM...
  local system
  system=$(sed -n 's/^ID=//p' "$root/etc/os-release" 2>/dev/null | tr -d '"'):$(sed -n 's/^VERSION_ID=//p' "$root/etc/os-release" 2>/dev/null | tr -d '"')
  listed "$system" "$@" || fail "$EXIT_UNSUPPORTED" "$system is not supported; supported are: $*"
}

hardware() { # LEVEL CORES MEMORY DISK (gigabytes): warns where this machine has less
  acts || return 0
  local cores memory disk
  cores=$(nproc)
  # The kernel keeps some memory to itself: rounded to whole gigabytes.
  memory=$(awk '/^MemTotal:/ { printf "%d", $2 / 1048576 + 0.5 }' "$root/proc/meminfo")
  disk=$(df --block-size=1000000000 --output=size / | tail -n 1 | tr -d ' ')
  if [ "$cores" -lt "$2" ]; then warn "$cores cores: $1 is $2"; fi
  if [ "$memory" -lt "$3" ]; then warn "$memory GB of memory: $1 is $3 GB"; fi
  if [ "$disk" -lt "$4" ]; then warn "$disk GB of disk: $1 is $4 GB"; fi
}

has_key() { # HOME UID: a key that sshd accepts; it takes none from where others own or may write
  local folder=$root$1
  local keys=$folder/.ssh/authorized_keys
  [ -f "$keys" ] && [ -z "$(find "$folder" "$folder/.ssh" "$keys" -maxdepth 0 \( -perm /022 -o ! \( -uid "$EUID" -o -uid "$2" \) \))" ] &&
    grep -Eq '^[^#]*(ssh-|ecdsa-|sk-)[a-z0-9@.-]+ AAAA' "$keys"
}
may_sudo() { # NAME GID
  awk -F: -v name="$1" -v gid="$2" '$1 == "sudo" && ($3 == gid || index("," $4 ",", "," name ",")) { found = 1 } END { exit !found }' "$root/etc/group" ||
    cat "$root"/etc/sudoers.d/* 2>/dev/null | awk -v name="$1" '$1 == name { found = 1 } END { exit !found }'
}
operators() {
  local name uid gid home shell
  while IFS=: read -r name _ uid gid _ home shell; do
    case $uid:$shell in 0:* | *:*/nologin | *:*/false) continue ;; esac
    if has_key "$home" "$uid" && may_sudo "$name" "$gid"; then printf '%s\n' "$name"; fi
  done <"$root/etc/passwd"
}
ssh_ports() { # every port that the configuration of sshd names; 22 where it names none
  local found
  found=$({ cat "$root"/etc/ssh/sshd_config "$root"/etc/ssh/sshd_config.d/*.conf 2>/dev/null || true; } |
    sed -nE -e 's/^\s*port[[:space:]=]+([0-9]+).*/\1/Ip' -e 's/^\s*listenaddress[[:space:]=]+([0-9.]+|\[.*\]):([0-9]+).*/\2/Ip')
  printf '%s\n' "${found:-22}"
}
lockout() { # MESSAGE: exits, unless --force
  if [ -n "$force" ]; then warn "$* (--force)"; else fail "$EXIT_LOCKOUT" "rejected, nothing was changed: $*. --force continues nevertheless"; fi
}
operator_stays() { # PORT
  local port
  [ -n "$(operators)" ] || lockout 'no user but root has both a key in ~/.ssh/authorized_keys and sudo: no login would be possible afterwards'
  for port in $(ssh_ports); do
    [ "$port" = "$1" ] || lockout "sshd listens on port $port, but the firewall will open port $1"
  done
}

packages() { # NAME...
  acts || return 0
  local installed missing=() name
  # shellcheck disable=SC2016 # variables of dpkg-query
  mapfile -t installed < <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null)
  for name in "$@"; do
    listed "$name installed" "${installed[@]}" || missing+=("$name")
  done
  [ "${#missing[@]}" != 0 ] || return 0
  if change "install ${missing[*]}"; then
    run apt-get -q update
    run apt-get -q install --yes --no-install-recommends "${missing[@]}"
  fi
}

keep() { # PATH UNIT: remembers how to put PATH back
  if [ -e "$root$1" ]; then
    mkdir -p "$root$backups/$stamp${1%/*}"
    chmod 700 "$root$backups"
    cp -p "$root$1" "$root$backups/$stamp$1"
    printf '  the former one is %s\n' "$backups/$stamp$1"
  fi
  written+=("$2:$1")
}
put_back() { # UNIT: what this run wrote of it; prints what became of its files
  local entry path outcome="an earlier run wrote them, and the previous files are below $backups"
  for entry in "${written[@]}"; do
    path=${entry#*:}
    if [ "${entry%%:*}" != "$1" ]; then continue; fi
    if [ -e "$root$backups/$stamp$path" ]; then cp -p "$root$backups/$stamp$path" "$root$path"; else rm -f "$root$path"; fi
    rm -f "$root$pending/$1"
    outcome='they were restored'
  done
  printf '%s\n' "$outcome"
}
touch_unit() { # UNIT: it is to be applied, by the next run if this one ends before it
  touched[$1]=1
  if [ -z "$dry_run" ] && acts; then
    mkdir -p "$root$pending"
    : >"$root$pending/$1"
  fi
}
file() { # PATH MODE UNIT < CONTENT
  local target=$root$1 content temporary
  content=$(</dev/stdin)
  if [ ! -f "$target" ] || [ "$content" != "$(<"$target")" ]; then
    touch_unit "$3"
    if ! change "write $1"; then
      if [ -f "$target" ]; then printf '%s\n' "$content" | diff -u "$target" - | sed 's/^/  /' || true; fi
      return 0
    fi
    keep "$1" "$3"
    mkdir -p "${target%/*}"
    temporary=$(mktemp "${target%/*}/.leyenda-XXXXXX")
    printf '%s\n' "$content" >"$temporary"
    chmod "$2" "$temporary"
    mv -fT "$temporary" "$target"
  elif [ "$(stat -c %a "$target")" != "$2" ]; then
    touch_unit "$3"
    if change "set mode $2 on $1"; then chmod "$2" "$target"; fi
  fi
}
first_line() { # PATH UNIT LINE: PATH has LINE, at its beginning where it was missing
  if [ ! -f "$root$1" ] || grep -qxF -- "$3" "$root$1"; then return 0; fi
  file "$1" "$(stat -c %a "$root$1")" "$2" < <(printf '%s\n' "$3" && cat "$root$1")
}

due() { acts && { [ -n "${touched[$1]:-}" ] || [ -e "$root$pending/$1" ]; }; }
check() { # UNIT COMMAND...: whether the files of UNIT are accepted; else they are put back
  local unit=$1
  shift
  if [ -n "$dry_run" ] || ! due "$unit"; then return 0; fi
  # sshd tests nothing without this folder, which its service has made only where it runs.
  mkdir -p "$root/run/sshd"
  quietly "$@" || fail "$EXIT_FAILED" "$* rejects the files of $unit: $(put_back "$unit")"
}
apply() { # UNIT COMMAND...
  local unit=$1
  shift
  due "$unit" || return 0
  if change "run $*"; then
    run "$@"
    rm -f "$root$pending/$unit"
  fi
}
sshd_says() { # SETTING...: what sshd makes of all its files; each "name value"
  acts || return 0
  if [ -n "$dry_run" ] && { due ssh || ! command -v sshd >/dev/null || [ ! -d "$root/run/sshd" ]; }; then return 0; fi
  local effective setting
  effective=$(sshd -T -C user=root,host=localhost,addr=127.0.0.1) || fail "$EXIT_FAILED" 'sshd -T failed'
  for setting in "$@"; do
    if ! grep -qixF -- "$setting" <<<"$effective"; then
      fail "$EXIT_FAILED" "sshd does not use \"$setting\": another value is before its Include or in a Match block. The files of ssh: $(put_back ssh)"
    fi
  done
}

firewall_rules() { # fills `present`: the words of each rule, as ufw shows them, without comments
  mapfile -t present < <(if command -v ufw >/dev/null; then ufw show added | sed -n -e "s/ comment '.*'\$//" -e 's/^ufw //p'; fi)
}
firewall_rule() { # COMMENT WORDS...
  acts || return 0
  local comment=$1
  shift
  if [ "${#described[@]}" = 0 ]; then firewall_rules; fi
  described+=("$*")
  if listed "$*" "${present[@]}"; then return 0; fi
  if change "add to the firewall: $*"; then run ufw "$@" comment "$comment"; fi
}
firewall_default() { # incoming|outgoing deny|allow
  acts || return 0
  local chain=INPUT target=DROP
  [ "$1" = incoming ] || chain=OUTPUT
  [ "$2" = deny ] || target=ACCEPT
  if grep -qsx "DEFAULT_${chain}_POLICY=\"$target\"" "$root/etc/default/ufw"; then return 0; fi
  if change "set the firewall's default: $2 $1"; then run ufw default "$2" "$1"; fi
}
firewall_on() {
  acts || return 0
  local rule
  for rule in "${present[@]}"; do
    listed "$rule" "${described[@]}" || warn "the firewall has a rule that is not described: $rule"
  done
  if command -v ufw >/dev/null && ufw status | grep '^Status: active' >/dev/null; then return 0; fi
  if change 'turn the firewall on'; then run ufw --force enable; fi
}

kernel() { # KEY VALUE: of the running kernel; its file keeps it over a restart
  acts || return 0
  local now
  if [ ! -f "$root/proc/sys/${1//.//}" ]; then
    warn "this kernel has no $1"
    return 0
  fi
  now=$(<"$root/proc/sys/${1//.//}")
  if [ "$now" != "$2" ] && change "set $1 to $2, was $now"; then run sysctl -w "$1=$2"; fi
}
on() { # SYSTEMD UNIT
  acts || return 0
  if systemctl is-enabled --quiet "$1" 2>/dev/null && systemctl is-active --quiet "$1" 2>/dev/null; then return 0; fi
  if change "enable $1"; then run systemctl enable --now "$1"; fi
}
off() { # SYSTEMD UNIT
  acts || return 0
  case $(systemctl is-enabled "$1" 2>/dev/null) in
    enabled*) ;;
    *) if ! systemctl is-active --quiet "$1" 2>/dev/null; then return 0; fi ;;
  esac
  if change "disable $1"; then run systemctl disable --now "$1"; fi
}

main() {
  while [ $# -gt 0 ]; do
    case $1 in
      --dry-run) dry_run=1 ;;
      --force) force=1 ;;
      --root)
        [ -d "${2:-}" ] || fail "$EXIT_USAGE" '--root needs a folder'
        root=$(cd "$2" && pwd) only_files=1
        root=${root%/}
        shift
        ;;
      -h | --help)
        usage
        exit "$EXIT_DONE"
        ;;
      *)
        usage >&2
        fail "$EXIT_USAGE" "unknown argument $1"
        ;;
    esac
    shift
  done
  if [ -z "$only_files" ] && [ "$EUID" != 0 ]; then fail "$EXIT_USAGE" 'must run as root'; fi
  describe
  if [ "$changes" = 0 ]; then
    printf 'unchanged\n'
  elif [ -n "$dry_run" ]; then
    printf '%s changes to make\n' "$changes"
    exit "$EXIT_DIFFERS"
  else
    printf '%s changes made\n' "$changes"
  fi
  if [ -z "$dry_run" ]; then rm -rf "$root$pending"; fi
  exit "$EXIT_DONE"
}
