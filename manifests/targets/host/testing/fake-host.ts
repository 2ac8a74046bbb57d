import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const script = join(import.meta.dirname, '../../../../scripts/host/security-hardening.sh');
const recorded = join(import.meta.dirname, 'recorded-commands.sh');
const commands = [
  'apt-config',
  'apt-get',
  'augenrules',
  'df',
  'dpkg-query',
  'fail2ban-client',
  'nproc',
  'sshd',
  'sysctl',
  'systemctl',
  'ufw',
];
/** Calls that change nothing. */
const readOnlyCalls = /^(dpkg-query|df|nproc|ufw (status|show)|systemctl is-|sshd -T)/;

const debian: Readonly<Record<string, string>> = {
  'etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n',
  'etc/passwd':
    'root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\noperator:x:1000:1000::/home/operator:/bin/bash\n',
  'etc/group': 'root:x:0:\nsudo:x:27:operator\noperator:x:1000:\n',
  'etc/ssh/sshd_config': 'Include /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\nPermitRootLogin yes\n',
  'etc/default/ufw': 'IPV6=yes\nDEFAULT_INPUT_POLICY="ACCEPT"\nDEFAULT_OUTPUT_POLICY="ACCEPT"\n',
  'home/operator/.ssh/authorized_keys': '# laptop\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAA operator\n',
  'proc/sys/net/ipv4/tcp_syncookies': '1\n',
  'proc/sys/net/core/somaxconn': '128\n',
  'proc/meminfo': 'MemTotal:        8039244 kB\n',
};
const state: Readonly<Record<string, string>> = {
  calls: '',
  fails: '',
  packages: 'openssh-server\nsudo\n',
  cores: '4\n',
  disk: '53\n',
  rules: '',
  services: 'apt-daily.timer\nbluetooth.service\ncups.socket\n',
  sshd: 'port 22\n',
};

/** The files of a Debian system in a temporary folder, and commands that record their calls. */
export function createFakeHost(changes: Readonly<Record<string, string | undefined>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-host-'));
  const [root, kept, bin] = [join(folder, 'root'), join(folder, 'state'), join(folder, 'bin')];
  const write = (path: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode });
  };
  for (const [path, text] of Object.entries({ ...debian, ...changes })) if (text !== undefined) write(join(root, path), text);
  for (const [path, text] of Object.entries(state)) write(join(kept, path), text);
  mkdirSync(bin);
  for (const name of commands) symlinkSync(recorded, join(bin, name));

  const bash = (...args: readonly string[]) => {
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, HOST: root, STATE: kept };
    const { status, stdout, stderr } = spawnSync('bash', args, { encoding: 'utf8', env });
    return { status, stdout, stderr };
  };
  return {
    root,
    /** Runs the script on the files only. */
    onFiles: (...args: readonly string[]) => bash(script, '--root', root, ...args),
    /** Runs the script with all steps; its commands are the recorded ones. */
    whole: (...args: readonly string[]) =>
      bash('-c', 'source "$1"; acts() { true; }; shift; main "$@"', 'test', script, '--root', root, ...args),
    read: (path: string) => readFileSync(join(root, path), 'utf8'),
    write: (path: string, text: string) => write(join(root, path), text),
    /** Sets the state that a recorded command reads. */
    remember: (name: string, text: string) => write(join(kept, name), text),
    /** Calls since the last time, without read-only ones. */
    calls: () => {
      const lines = readFileSync(join(kept, 'calls'), 'utf8').split('\n').filter(Boolean);
      writeFileSync(join(kept, 'calls'), '');
      return lines.filter((line) => !readOnlyCalls.test(line));
    },
    /** Every file below the root: its mode and content. */
    files: () =>
      Object.fromEntries(
        readdirSync(root, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .map((path) => [path.slice(root.length), `${(statSync(path).mode & 0o777).toString(8)} ${readFileSync(path, 'utf8')}`]),
      ),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
