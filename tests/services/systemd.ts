import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitUntil } from '../../service/testing/wait-until.ts';

const run = promisify(execFile);
const program = ['/usr/lib/systemd/systemd', '/lib/systemd/systemd'].find((path) => existsSync(path));
/** The root of cgroup v2: on hybrid machines it is below the others. */
const cgroups = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].find((path) => existsSync(join(path, 'cgroup.procs')));
const namespaces = ['--mount', '--pid', '--fork', '--cgroup', '--ipc', '--uts', '--mount-proc', '--kill-child'];

/** A systemd as process 1 of a container, with the network of the machine. */
export interface Systemd {
  /** A folder of this machine, which the container has as /srv. */
  readonly folder: string;
  systemctl(...args: readonly string[]): Promise<string>;
  end(): Promise<void>;
}

/** Targets on which units depend by default: those of Debian would set up the machine. */
const emptyTargets = ['sysinit', 'basic', 'timers', 'shutdown', 'network-online'];

/** /etc is a copy, so that nothing of the machine is changed; /tmp stays that of the machine. */
const start = (folder: string) => `set -eu
echo $$ > "$CGROUP/cgroup.procs"
exec unshare ${namespaces.join(' ')} sh -euc '
for path in /run /opt /srv; do mkdir -p $path; mount -t tmpfs tmpfs $path; done
mkdir -p /run/etc /run/work /opt/leyenda
mount -t overlay overlay -o lowerdir=/etc,upperdir=/run/etc,workdir=/run/work /etc
mount --bind "$PWD" /opt/leyenda
mount --bind ${folder} /srv
mount -t cgroup2 cgroup2 /sys/fs/cgroup
cp -r /srv/etc/. /etc/
mkdir -p /var/lib/systemd
mount --bind /srv/state /var/lib/systemd
export container=leyenda SYSTEMD_UNIT_PATH=/srv/units
exec ${program} --system --log-target=console --unit=basic.target
'`;

/** Why a container with systemd cannot be started here; undefined if it can. */
function missing(): string | undefined {
  if (program === undefined || cgroups === undefined) return 'there is no systemd, or no cgroup v2';
  if (process.getuid?.() !== 0) return 'a container with systemd needs root';
  const tried = spawnSync('unshare', [...namespaces, 'mount', '-t', 'tmpfs', 'tmpfs', '/srv']);
  return tried.status === 0 ? undefined : 'namespaces cannot be created here';
}

/**
 * Starts systemd with these units, and files of /etc and of its state, by path; /opt/leyenda is this checkout.
 * @returns undefined if it cannot be started here
 */
export async function startSystemd(
  files: Readonly<Record<'units' | 'etc' | 'state', Readonly<Record<string, string>>>>,
): Promise<Systemd | undefined> {
  const reason = missing();
  if (reason !== undefined) {
    console.error(`skipped: ${reason}`);
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-systemd-'));
  const targets = emptyTargets.map((name) => [`${name}.target`, '[Unit]\nDefaultDependencies=no\n'] as const);
  for (const [kind, texts] of Object.entries({ ...files, units: { ...Object.fromEntries(targets), ...files.units } })) {
    mkdirSync(join(folder, kind), { recursive: true });
    for (const [path, text] of Object.entries(texts)) {
      mkdirSync(join(folder, kind, path, '..'), { recursive: true });
      writeFileSync(join(folder, kind, path), text);
    }
  }
  const cgroup = mkdtempSync(join(cgroups ?? '', 'leyenda-'));
  const child = spawn('sh', ['-c', start(folder)], { env: { ...process.env, CGROUP: cgroup }, stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  /** The process of the shell is that of unshare; its child is process 1. */
  const first = () => readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
  const systemctl = async (...args: readonly string[]) =>
    (await run('nsenter', ['--target', first(), '--mount', '--pid', 'systemctl', ...args])).stdout;
  await waitUntil(async () => {
    if (child.exitCode !== null) throw new Error(`systemd ended: ${errors}`);
    return systemctl('is-active', 'basic.target').then(
      (state) => state.trim() === 'active',
      () => false,
    );
  });
  return {
    folder,
    systemctl,
    async end() {
      process.kill(Number(first()), 'SIGKILL');
      await exited;
      spawnSync('find', [cgroup, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';']);
      rmSync(folder, { recursive: true });
    },
  };
}
