import { auditLines } from './audit.ts';
import type { Host } from './host.ts';

const source = '# Written by security-hardening.sh of Leyenda, which replaces it; change manifests/targets/host/hardened.ts instead.';
const text = (...lines: readonly string[]) => [source, ...lines].join('\n');
const pairs = (values: object, between: string) => Object.entries(values).map(([name, value]) => `${name}${between}${value}`);

/** The first drop-in, because sshd uses the first value that it reads. */
export const sshd = ({ ssh }: Host) => text(...pairs(ssh.settings, ' '));

/** fail2ban reads it after jail.conf and jail.local, which stay the operator's. */
export function jails({ fail2ban: bans, ssh }: Host): string {
  const jail = ({ name, maxRetry, findSeconds, banSeconds }: Host['fail2ban']['jails'][number]) => [
    '',
    `[${name}]`,
    'enabled = true',
    ...(name === 'sshd' ? [`port = ${ssh.port}`, '# The journal: Debian 12 writes no auth.log.', 'backend = systemd'] : []),
    `maxretry = ${maxRetry}`,
    `findtime = ${findSeconds}`,
    `bantime = ${banSeconds}`,
  ];
  return text(
    '[DEFAULT]',
    '# iptables comes with ufw, whose rules stay those that are described.',
    'banaction = iptables-multiport',
    'banaction_allports = iptables-allports',
    `ignoreip = ${bans.never.join(' ')}`,
    ...bans.jails.flatMap(jail),
  );
}

/** For augenrules. */
export const auditRules = ({ audit }: Host) => text(...auditLines(audit));

/** For sessions; `*` does not include root. */
export const sessionLimits = ({ limits }: Host) =>
  text(...['*', 'root'].flatMap((who) => ['soft', 'hard'].flatMap((kind) => pairs(limits, ' ').map((limit) => `${who} ${kind} ${limit}`))));

/** For services, to which the limits of sessions do not apply. */
export const serviceLimits = ({ limits }: Host) =>
  text('[Manager]', `DefaultLimitNOFILE=${limits.nofile}`, `DefaultLimitNPROC=${limits.nproc}`);

export const kernel = ({ kernel: values }: Host) => text(...pairs(values, ' = '));

/** Installs the distribution's security updates daily. */
export const updates = () =>
  [
    source.replace('#', '//'),
    'APT::Periodic::Update-Package-Lists "1";',
    'APT::Periodic::Unattended-Upgrade "1";',
    'APT::Periodic::AutocleanInterval "7";',
    'Unattended-Upgrade::Remove-Unused-Dependencies "true";',
    '// An operator restarts the host when it suits.',
    'Unattended-Upgrade::Automatic-Reboot "false";',
  ].join('\n');
