import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ports } from '../../../contract/ports.ts';
import { shellQuote } from '../shell-quote.ts';
import type { FirewallRule } from './firewall.ts';
import { ufwRule } from './firewall.ts';
import { host } from './hardened.ts';
import { hardware } from './hardware.ts';
import type { Host } from './host.ts';
import { hostResources } from './resources.ts';
import { hardeningScript } from './script.ts';

const ssh: FirewallRule = { port: 'ssh', limited: true, why: 'operators' };
const resultOf = (changes: Partial<Host>) => {
  try {
    hostResources({ ...host, ...changes });
    return 'accepted';
  } catch (error) {
    return String(error);
  }
};
const firewall = (...rules: readonly FirewallRule[]) => resultOf({ firewall: rules });
const [jail] = host.fail2ban.jails;
if (!jail) throw new Error('no jail is described');

describe('The description of a host', () => {
  test('opens ssh, HTTP and HTTPS to the internet, and the service to the internal network only', () => {
    expect(host.firewall.map((rule) => ufwRule(rule, host.ssh.port))).toEqual([
      'limit 22/tcp',
      'allow 80/tcp',
      'allow 443/tcp',
      `allow from 10.0.0.0/8 to any port ${ports.http} proto tcp`,
    ]);
  });

  test('denies what comes in by default, after the rules and before the firewall is turned on', () => {
    const kinds = hostResources(host).flatMap((resource) =>
      resource.kind === 'default'
        ? [`${resource.action} ${resource.direction}`]
        : ['rule', 'firewall'].includes(resource.kind)
          ? [resource.kind]
          : [],
    );
    expect(kinds).toEqual(['rule', 'rule', 'rule', 'rule', 'deny incoming', 'allow outgoing', 'firewall']);
  });

  test.each<[string, string, RegExp]>([
    ['no rule opens ssh', firewall({ port: 'https', why: 'HTTPS' }), /sshd listens on port 22, but no rule opens it/],
    [
      'the service is open to the world',
      firewall(ssh, { port: 'http', from: '0.0.0.0/0', why: 'x' }),
      /port 8080 \(http\) is internal, but open to 0\.0\.0\.0\/0/,
    ],
    [
      'a database is open to a public network',
      firewall(ssh, { port: 'postgres', from: '203.0.113.0/24', why: 'x' }),
      /port 5432 \(postgres\) is internal, but open to 203/,
    ],
    [
      'a network is wider than the private one',
      firewall(ssh, { port: 'redis', from: '10.0.0.0/7', why: 'x' }),
      /port 6379 \(redis\) is internal, but open to 10\.0\.0\.0\/7/,
    ],
    ['an IPv6 network is public', firewall(ssh, { port: 'metrics', from: '2001:db8::/32', why: 'x' }), /port 9090 \(metrics\) is internal/],
    ['a network is invalid', firewall(ssh, { port: 'http', from: '10.0.0.0', why: 'x' }), /"10\.0\.0\.0", which is no network/],
    ['a prefix is too long', firewall(ssh, { port: 'http', from: '10.0.0.0/33', why: 'x' }), /"10\.0\.0\.0\/33", which is no network/],
    [
      'two rules for a port contradict each other',
      firewall(ssh, { port: 'ssh', why: 'x' }),
      /two rules for port 22: "limit 22\/tcp" and "allow 22\/tcp"/,
    ],
    [
      'ssh has the port of HTTPS',
      resultOf({ ssh: { ...host.ssh, port: ports.https } }),
      /two rules for port 443: "limit 443\/tcp" and "allow 443\/tcp"/,
    ],
    [
      'one rule for a port makes the other idle',
      firewall(ssh, { port: 'https', why: 'x' }, { port: 'https', from: '10.0.0.0/8', why: 'x' }),
      /two rules for port 443/,
    ],
    ['a comment has an apostrophe', firewall({ ...ssh, why: "the operator's" }), /no comment with an apostrophe: the operator's/],
    ['there are duplicate audit rules', resultOf({ audit: [...host.audit, ...host.audit.slice(0, 1)] }), /duplicate rule: .*\/etc\/passwd/],
    ['an audit key is invalid', resultOf({ audit: [{ key: 'two words', file: '/etc/hosts' }] }), /"two words" is no key/],
    ['a limit is no whole number', resultOf({ limits: { nofile: Number.NaN, nproc: 1 } }), /limits\.nofile is NaN/],
    [
      'a ban is shorter than the time it counts',
      resultOf({ fail2ban: { jails: [{ ...jail, banSeconds: 1 }], never: [] } }),
      /bans for 1 s, shorter than the 600 s/,
    ],
    ['there are duplicate jails', resultOf({ fail2ban: { jails: [jail, jail], never: [] } }), /sshd is described twice/],
    [
      'the minimum is above the recommendation',
      resultOf({ hardware: { ...host.hardware, minimum: hardware.preventia.enterprise } }),
      /hardware\.minimum\.cores \(16\) is more than hardware\.recommended\.cores \(4\)/,
    ],
  ])('is rejected if %s', (_, says, expected) => expect(says).toMatch(expected));

  test('may open a port to several networks', () => {
    expect(firewall(ssh, { port: 'http', from: '10.0.0.0/8', why: 'x' }, { port: 'http', from: 'fd00::/8', why: 'x' })).toBe('accepted');
  });

  test('does not compile where an internal port has no network, or where ssh lets root in', () => {
    // @ts-expect-error an internal port needs `from`
    const open: FirewallRule = { port: 'postgres', why: 'x' };
    // @ts-expect-error 'yes' is no value
    const weak: Host['ssh']['settings'] = { ...host.ssh.settings, PermitRootLogin: 'yes' };
    expect(firewall(ssh, open)).toMatch(/port 5432 \(postgres\) is internal, but open to anywhere/);
    expect(weak.PermitRootLogin).not.toBe(host.ssh.settings.PermitRootLogin);
  });

  test.each(Object.entries(hardware))('of %s needs no more at a lower level', (_, levels) => {
    expect(resultOf({ hardware: levels })).toBe('accepted');
  });
});

describe('The script', () => {
  test('is the same text each time, and holds what its description says', () => {
    expect(hardeningScript(host, 'runtime')).toBe(hardeningScript(host, 'runtime'));
    const other = hardeningScript({ ...host, ssh: { ...host.ssh, port: 2222 } }, 'runtime');
    expect(other).toContain('\noperator_stays 2222\n');
    expect(other).toContain('\nfirewall_rule operators limit 2222/tcp\n');
    expect(other).toContain('\nport = 2222\n');
  });

  test('quotes any word so that bash reads that word', () => {
    const text = fc.array(
      fc.string({ unit: 'grapheme' }).map((word) => word.replaceAll('\0', '')),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(text, (list) => {
        const { stdout } = spawnSync('bash', ['-c', `printf '%s\\0' ${list.map(shellQuote).join(' ')}`], { encoding: 'utf8' });
        expect(stdout.split('\0').slice(0, -1)).toEqual(list);
      }),
      { numRuns: 20 },
    );
  });
});
