import { auditViolations } from './audit.ts';
import * as files from './files.ts';
import { firewallViolations, ufwRule } from './firewall.ts';
import { hardwareViolations } from './hardware.ts';
import type { Host } from './host.ts';
import type { ConfigGroup, Resource } from './resource.ts';

const packageNames = ['openssh-server', 'sudo', 'ufw', 'fail2ban', 'python3-systemd', 'auditd', 'unattended-upgrades'] as const;
const file = (unit: ConfigGroup, path: `/${string}`, content: string, mode: '600' | '640' | '644' = '644'): Resource => ({
  kind: 'file',
  path,
  mode,
  unit,
  content,
});
const apply = (unit: ConfigGroup, command: string): Resource => ({ kind: 'apply', unit, command: command.split(' ') });
const check = (unit: ConfigGroup, command: string): Resource => ({ kind: 'check', unit, command: command.split(' ') });
const service = (name: string, state: 'on' | 'off' = 'on'): Resource => ({ kind: 'service', name, state });

/**
 * The desired state of the host in the order in which it is established: packages before their use, the firewall's ssh rule before its
 * default policy, and access control before steps that may fail in a virtual machine.
 * @throws Error with every contradiction of the description
 */
export function hostResources(host: Host): Resource[] {
  const violations = [
    ...firewallViolations(host.firewall, host.ssh.port),
    ...auditViolations(host.audit),
    ...hardwareViolations(host.hardware),
    ...figureViolations(host),
  ];
  if (violations.length > 0) throw new Error(`the description of the host contradicts itself:\n${violations.join('\n')}`);
  return [
    { kind: 'packages', names: packageNames },
    ...ssh(host),
    ...firewall(host),
    ...bans(host),
    ...host.disabledServices.map((name) => service(name, 'off')),
    ...updates(),
    ...limits(host),
    ...kernel(host),
    ...audit(host),
  ];
}

function figureViolations({ limits: { nofile, nproc }, kernel: values, fail2ban: { jails } }: Host): string[] {
  const numbers = { 'limits.nofile': nofile, 'limits.nproc': nproc, ...values };
  const found = Object.entries(numbers).filter(([, value]) => !Number.isSafeInteger(value) || value < 0);
  const names = jails.map(({ name }) => name);
  return [
    ...found.map(([name, value]) => `${name} is ${value}: a whole number is needed`),
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `bans.jails: ${name} is described twice`),
    ...jails
      .filter(({ findSeconds, banSeconds }) => banSeconds < findSeconds)
      .map(
        ({ name, findSeconds, banSeconds }) =>
          `bans.jails: ${name} bans for ${banSeconds} s, shorter than the ${findSeconds} s in which it counts`,
      ),
  ];
}

const limits = (host: Host): Resource[] => [
  file('limits', '/etc/security/limits.d/90-leyenda.conf', files.sessionLimits(host)),
  file('limits', '/etc/systemd/system.conf.d/90-leyenda.conf', files.serviceLimits(host)),
  apply('limits', 'systemctl daemon-reexec'),
];

const kernel = (host: Host): Resource[] => [
  file('kernel', '/etc/sysctl.d/90-leyenda.conf', files.kernel(host)),
  ...Object.entries(host.kernel).map(([key, value]) => ({ kind: 'kernel', key, value }) as const),
];

const updates = (): Resource[] => [
  file('updates', '/etc/apt/apt.conf.d/52leyenda', files.updates()),
  check('updates', 'apt-config dump'),
  ...['apt-daily.timer', 'apt-daily-upgrade.timer', 'unattended-upgrades.service'].map((name) => service(name)),
];

const audit = (host: Host): Resource[] => [
  file('audit', '/etc/audit/rules.d/50-leyenda.rules', files.auditRules(host), '640'),
  service('auditd.service'),
  apply('audit', 'augenrules --load'),
];

const ssh = (host: Host): Resource[] => [
  { kind: 'line', path: '/etc/ssh/sshd_config', unit: 'ssh', line: 'Include /etc/ssh/sshd_config.d/*.conf' },
  file('ssh', '/etc/ssh/sshd_config.d/00-leyenda.conf', files.sshd(host), '600'),
  check('ssh', 'sshd -t'),
  { kind: 'sshd', settings: Object.entries(host.ssh.settings).map(([name, value]) => `${name} ${value}`) },
  apply('ssh', 'systemctl try-reload-or-restart ssh.service'),
];

const firewall = (host: Host): Resource[] => [
  ...host.firewall.map((rule) => ({ kind: 'rule', words: ufwRule(rule, host.ssh.port), why: rule.why }) as const),
  { kind: 'default', direction: 'incoming', action: 'deny' },
  { kind: 'default', direction: 'outgoing', action: 'allow' },
  { kind: 'firewall' },
];

const bans = (host: Host): Resource[] => [
  file('bans', '/etc/fail2ban/jail.d/leyenda.local', files.jails(host)),
  check('bans', 'fail2ban-client -t'),
  service('fail2ban.service'),
  apply('bans', 'systemctl restart fail2ban.service'),
];
