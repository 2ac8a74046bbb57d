#!/usr/bin/env bash
# Replaces each command that the script calls in a test: records the call, and keeps the state of the host.
# HOST is the root of the fake host, STATE a folder of its own. A call whose name is in $STATE/fails fails.
name=${0##*/}
has() { [[ $'\n'$(<"$STATE/$1")$'\n' == *$'\n'"$2"$'\n'* ]]; }
printf '%s\n' "$name $*" >>"$STATE/calls"
if has fails "$name $*"; then exit 1; fi
case "$name $*" in
  'dpkg-query '*) sed 's/$/ installed/' "$STATE/packages" ;;
  'apt-get -q install '*) printf '%s\n' "${@:5}" >>"$STATE/packages" ;;
  'nproc ') echo "$(<"$STATE/cores")" ;;
  'df '*) printf ' 1GB-blocks\n %s\n' "$(<"$STATE/disk")" ;;
  'ufw status') if [ -e "$STATE/firewall" ]; then echo 'Status: active'; else echo 'Status: inactive'; fi ;;
  'ufw show added') printf "Added user rules (see 'ufw status' for running firewall):\n" && cat "$STATE/rules" ;;
  'ufw --force enable') touch "$STATE/firewall" ;;
  'ufw default deny incoming') sed -i 's/^DEFAULT_INPUT_POLICY=.*/DEFAULT_INPUT_POLICY="DROP"/' "$HOST/etc/default/ufw" ;;
  'ufw '*) printf "ufw %s comment '%s'\n" "${*:1:$#-2}" "${!#}" >>"$STATE/rules" ;;
  'systemctl is-enabled '* | 'systemctl is-active '*) has services "${!#}" && if [ "$2" != --quiet ]; then echo enabled; fi ;;
  'systemctl enable '*) echo "${!#}" >>"$STATE/services" ;;
  'systemctl disable '*) sed -i "/^${!#}\$/d" "$STATE/services" ;;
  'sysctl -w '*) key=${2%%=*} && echo "${2#*=}" >"$HOST/proc/sys/${key//.//}" ;;
  'sshd -T '*) cat "$STATE/sshd" "$HOST"/etc/ssh/sshd_config.d/*.conf | tr '[:upper:]' '[:lower:]' | awk '!seen[$1]++' ;;
esac
