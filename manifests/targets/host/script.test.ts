import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { host } from './hardened.ts';
import { hostResources } from './resources.ts';
import { hostExitCodes } from './script.ts';
import { createFakeHost } from './testing/fake-host.ts';

const path = join(import.meta.dirname, '../../../scripts/host/security-hardening.sh');
const code = (name: keyof typeof hostExitCodes) => hostExitCodes[name][0];
const described = Object.fromEntries(
  hostResources(host).flatMap((resource) => (resource.kind === 'file' ? [[resource.path, `${resource.mode} ${resource.content}\n`]] : [])),
);
const hosts: ReturnType<typeof createFakeHost>[] = [];
function given(...args: Parameters<typeof createFakeHost>) {
  const made = createFakeHost(...args);
  hosts.push(made);
  return made;
}
afterEach(() => {
  for (const made of hosts.splice(0)) made.remove();
});

describe('security-hardening.sh on files alone', () => {
  test('a dry run changes nothing, prints the diff of each file, and exits with the code for differences', () => {
    const { files, onFiles } = given({ 'etc/sysctl.d/90-leyenda.conf': 'kernel.dmesg_restrict = 0\n' });
    const before = files();
    const { status, stdout } = onFiles('--dry-run');
    expect(status).toBe(code('differs'));
    expect(files()).toEqual(before);
    for (const file of Object.keys(described)) expect(stdout).toContain(`would write ${file}\n`);
    expect(stdout).toContain('  -kernel.dmesg_restrict = 0\n');
    expect(stdout).toMatch(/^7 changes to make$/m);
  });

  test('the first run writes exactly the files described, with their modes, and the second nothing', () => {
    const { files, onFiles } = given();
    const before = files();
    expect(onFiles()).toMatchObject({ status: 0, stderr: '' });
    expect(files()).toEqual({ ...before, ...described });
    expect(onFiles()).toEqual({ status: 0, stdout: 'unchanged\n', stderr: '' });
    expect(onFiles('--dry-run')).toMatchObject({ status: 0, stdout: 'unchanged\n' });
  });

  test('a file changed by hand is kept before it is replaced, and a wrong mode is set right', () => {
    const { files, onFiles, read, write, root } = given();
    onFiles();
    write('etc/ssh/sshd_config.d/00-leyenda.conf', 'PermitRootLogin yes\n');
    chmodSync(join(root, 'etc/audit/rules.d/50-leyenda.rules'), 0o644);
    const { stdout } = onFiles();
    const kept = /the former one is (\S+)/.exec(stdout)?.[1] ?? '';
    expect(kept).toMatch(/^\/var\/backups\/leyenda-host\/\d{8}_\d{6}\/etc\/ssh\/sshd_config.d\/00-leyenda.conf$/);
    expect(read(kept)).toBe('PermitRootLogin yes\n');
    expect(stdout).toContain('set mode 640 on /etc/audit/rules.d/50-leyenda.rules');
    expect(files()).toMatchObject(described);
  });

  test('sshd is made to read its drop-ins before anything else', () => {
    const { onFiles, read } = given({ 'etc/ssh/sshd_config': 'PermitRootLogin yes\n' });
    onFiles();
    expect(read('etc/ssh/sshd_config')).toBe('Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin yes\n');
    expect(onFiles().stdout).toBe('unchanged\n');
  });
});

describe('security-hardening.sh exits without changes for', () => {
  const key = 'home/operator/.ssh/authorized_keys';
  const passwd = 'root:x:0:0:root:/root:/bin/bash\noperator:x:1000:1000::/home/operator:';
  test.each<[string, Record<string, string | undefined>, keyof typeof hostExitCodes, RegExp]>([
    ['a host where no user has a key', { [key]: undefined }, 'lockout', /no login would be possible/],
    ['a key that is commented out', { [key]: '# ssh-ed25519 AAAAC3Nza operator\n' }, 'lockout', /no login would be possible/],
    ['a user with a key but without sudo', { 'etc/group': 'sudo:x:27:\n' }, 'lockout', /no login would be possible/],
    ['a user with a key who has no shell', { 'etc/passwd': `${passwd}/usr/sbin/nologin\n` }, 'lockout', /no login would be possible/],
    ['an sshd on a port that the firewall closes', { 'etc/ssh/sshd_config': 'Port 2222\n' }, 'lockout', /port 2222.*port 22/],
    ['an sshd that listens elsewhere', { 'etc/ssh/sshd_config.d/a.conf': 'ListenAddress 0.0.0.0:2022' }, 'lockout', /port 2022.*port 22/],
    ['another system', { 'etc/os-release': 'ID=fedora\nVERSION_ID=43\n' }, 'unsupported', /fedora:43 is not supported.*debian:12/],
    ['an older Ubuntu', { 'etc/os-release': 'ID=ubuntu\nVERSION_ID="20.04"\n' }, 'unsupported', /ubuntu:20\.04 is not supported/],
  ])('%s', (_, changes, exit, says) => {
    const { files, onFiles } = given(changes);
    const before = files();
    const { status, stderr } = onFiles();
    expect(status).toBe(code(exit));
    expect(stderr).toMatch(says);
    expect(files()).toEqual(before);
  });

  test('a key in a file that others may write, which sshd would not take', () => {
    const { onFiles, root } = given();
    chmodSync(join(root, key), 0o664);
    expect(onFiles()).toMatchObject({ status: code('lockout'), stderr: expect.stringContaining('no login would be possible') });
  });

  const asRoot = process.getuid?.() === 0;
  (asRoot ? test : test.skip)('a key in a file of another user, which sshd would not take', () => {
    const { onFiles, root } = given();
    chownSync(join(root, key), 33, 33);
    expect(onFiles()).toMatchObject({ status: code('lockout'), stderr: expect.stringContaining('no login would be possible') });
    chownSync(join(root, key), 1000, 1000);
    expect(onFiles()).toMatchObject({ status: 0 });
  });

  test('unless it is forced', () => {
    const { files, onFiles } = given({ [key]: undefined });
    const { status, stderr } = onFiles('--force');
    expect(status).toBe(0);
    expect(stderr).toMatch(/^warning: .*no login would be possible.*\(--force\)$/m);
    expect(files()).toMatchObject(described);
  });

  test('arguments that it does not know', () => {
    const { onFiles } = given();
    expect(onFiles('--verbose')).toMatchObject({ status: code('usage'), stderr: expect.stringContaining('unknown argument --verbose') });
    expect(onFiles('--root')).toMatchObject({ status: code('usage') });
  });

  test.each(['ubuntu:22.04', 'ubuntu:24.04'])('but not %s, nor a user whose sudo is a rule of its own', (system) => {
    const [id, version] = system.split(':');
    const { onFiles } = given({
      'etc/os-release': `ID=${id}\nVERSION_ID="${version}"\n`,
      'etc/group': 'sudo:x:27:\n',
      'etc/sudoers.d/90-cloud-init-users': 'operator ALL=(ALL) NOPASSWD:ALL\n',
    });
    expect(onFiles().status).toBe(0);
  });
});

describe('security-hardening.sh with its commands', () => {
  test('does nothing in a dry run', () => {
    const { calls, files, whole } = given();
    const before = files();
    expect(whole('--dry-run')).toMatchObject({ status: code('differs') });
    expect(calls()).toEqual([]);
    expect(files()).toEqual(before);
  });

  test('calls each, nothing before it is there and ssh let in before all else is denied, and in a second run none', () => {
    const { calls, files, read, whole } = given();
    expect(whole()).toMatchObject({ status: 0 });
    expect(calls()).toEqual([
      'apt-get -q update',
      'apt-get -q install --yes --no-install-recommends ufw fail2ban python3-systemd auditd unattended-upgrades',
      'sshd -t',
      'systemctl try-reload-or-restart ssh.service',
      'ufw limit 22/tcp comment operators',
      'ufw allow 80/tcp comment HTTP, redirected to HTTPS',
      'ufw allow 443/tcp comment HTTPS',
      'ufw allow from 10.0.0.0/8 to any port 8080 proto tcp comment the service, for the load balancer',
      'ufw default deny incoming',
      'ufw --force enable',
      'fail2ban-client -t',
      'systemctl enable --now fail2ban.service',
      'systemctl restart fail2ban.service',
      'systemctl disable --now bluetooth.service',
      'systemctl disable --now cups.socket',
      'apt-config dump',
      'systemctl enable --now apt-daily-upgrade.timer',
      'systemctl enable --now unattended-upgrades.service',
      'systemctl daemon-reexec',
      'sysctl -w net.core.somaxconn=4096',
      'systemctl enable --now auditd.service',
      'augenrules --load',
    ]);
    expect(read('proc/sys/net/core/somaxconn')).toBe('4096\n');
    const after = files();
    expect(whole()).toMatchObject({ status: 0, stdout: 'unchanged\n' });
    expect(calls()).toEqual([]);
    expect(files()).toEqual(after);
  });

  test('restores files that sshd rejects, without a reload', () => {
    const { calls, files, remember, whole } = given();
    remember('fails', 'sshd -t\n');
    expect(whole()).toMatchObject({ status: code('failed'), stderr: expect.stringContaining('sshd -t rejects the files of ssh') });
    expect(Object.keys(files())).not.toContain('/etc/ssh/sshd_config.d/00-leyenda.conf');
    expect(calls().filter((call) => /ssh.service|^ufw/.test(call))).toEqual([]);
  });

  test('restores files without effect because sshd read another value earlier', () => {
    const { calls, files, remember, whole } = given();
    remember('sshd', 'PermitRootLogin yes\n');
    expect(whole()).toMatchObject({ status: code('failed'), stderr: expect.stringContaining('sshd does not use "PermitRootLogin no"') });
    expect(Object.keys(files())).not.toContain('/etc/ssh/sshd_config.d/00-leyenda.conf');
    expect(calls().filter((call) => /ssh.service/.test(call))).toEqual([]);
  });

  test('applies files that an interrupted run wrote', () => {
    const { calls, remember, whole } = given();
    remember('fails', 'systemctl try-reload-or-restart ssh.service\n');
    expect(whole()).toMatchObject({ status: code('failed') });
    remember('fails', '');
    calls();
    expect(whole()).toMatchObject({ status: 0 });
    expect(calls()).toContain('systemctl try-reload-or-restart ssh.service');
  });

  test('does not claim to restore files of an earlier run, and checks them again', () => {
    const { calls, files, remember, whole } = given();
    remember('fails', 'systemctl try-reload-or-restart ssh.service\n');
    whole();
    remember('fails', 'sshd -t\n');
    for (const _ of [1, 2]) {
      const { status, stderr } = whole();
      expect([status, stderr]).toEqual([
        code('failed'),
        expect.stringMatching(/sshd -t rejects the files of ssh: an earlier run wrote them/),
      ]);
    }
    expect(Object.keys(files())).toContain('/etc/ssh/sshd_config.d/00-leyenda.conf');
    expect(calls().filter((call) => call === 'sshd -t')).toHaveLength(3);
  });

  test('warns about a firewall rule that is not described, and about insufficient hardware', () => {
    const { remember, whole } = given({ 'proc/meminfo': 'MemTotal: 3900000 kB\n' });
    remember('rules', 'ufw allow 3306/tcp\n');
    remember('cores', '1\n');
    remember('disk', '19\n');
    expect(
      whole()
        .stderr.split('\n')
        .filter((line) => !line.includes('this kernel has no')),
    ).toEqual([
      'warning: 1 cores: the minimum is 2',
      'warning: 19 GB of disk: the minimum is 20 GB',
      'warning: 1 cores: the recommended is 4',
      'warning: 4 GB of memory: the recommended is 8 GB',
      'warning: 19 GB of disk: the recommended is 50 GB',
      'warning: the firewall has a rule that is not described: allow 3306/tcp',
      '',
    ]);
  });
});

describe('security-hardening.sh', () => {
  const shellcheck = spawnSync('shellcheck', ['--version']).status === 0;
  (shellcheck ? test : test.skip)('has nothing that shellcheck finds', () => {
    expect(spawnSync('shellcheck', [path], { encoding: 'utf8' }).stdout).toBe('');
  });
  test('says how it is used', () => {
    const { onFiles } = given();
    const { status, stdout } = onFiles('--help');
    expect(status).toBe(0);
    for (const [number, meaning] of Object.values(hostExitCodes)) expect(stdout).toContain(`  ${number}  ${meaning}`);
  });
});
