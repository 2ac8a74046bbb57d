import { hardware } from './hardware.ts';
import type { Host } from './host.ts';

/** The network of the load balancer and of the product's other hosts. */
const internal = '10.0.0.0/8';

/** The host of guides G0 and G2, hardened. */
export const host: Host = {
  systems: ['ubuntu:22.04', 'ubuntu:24.04', 'debian:12'],
  hardware: hardware['instagram-captions'],
  ssh: {
    port: 22,
    settings: {
      PermitRootLogin: 'no',
      PasswordAuthentication: 'no',
      KbdInteractiveAuthentication: 'no',
      PermitEmptyPasswords: 'no',
      X11Forwarding: 'no',
      MaxAuthTries: 4,
      LoginGraceTime: 30,
      ClientAliveInterval: 300,
      ClientAliveCountMax: 2,
    },
  },
  firewall: [
    { port: 'ssh', limited: true, why: 'operators' },
    { port: 'service', why: 'HTTP, redirected to HTTPS' },
    { port: 'https', why: 'HTTPS' },
    { port: 'http', from: internal, why: 'the service, for the load balancer' },
  ],
  fail2ban: {
    jails: [
      { name: 'sshd', maxRetry: 5, findSeconds: 600, banSeconds: 3600 },
      { name: 'recidive', maxRetry: 3, findSeconds: 86_400, banSeconds: 604_800 },
    ],
    never: ['127.0.0.1/8', '::1', internal],
  },
  audit: [
    { key: 'identity', file: '/etc/passwd' },
    { key: 'identity', file: '/etc/shadow' },
    { key: 'identity', file: '/etc/group' },
    { key: 'identity', file: '/etc/gshadow' },
    { key: 'privileges', file: '/etc/sudoers' },
    { key: 'privileges', folder: '/etc/sudoers.d' },
    { key: 'ssh', folder: '/etc/ssh' },
    { key: 'audit', folder: '/etc/audit' },
    { key: 'clock', calls: ['adjtimex', 'settimeofday', 'clock_settime'] },
    { key: 'modules', calls: ['init_module', 'finit_module', 'delete_module'] },
  ],
  limits: { nofile: 65_536, nproc: 32_768 },
  // Containers need forwarding and reverse path filters as the system sets them.
  kernel: {
    'kernel.dmesg_restrict': 1,
    'kernel.kptr_restrict': 2,
    'kernel.yama.ptrace_scope': 1,
    'fs.protected_hardlinks': 1,
    'fs.protected_symlinks': 1,
    'net.core.somaxconn': 4096,
    'net.ipv4.tcp_syncookies': 1,
    'net.ipv4.conf.all.accept_redirects': 0,
    'net.ipv4.conf.default.accept_redirects': 0,
    'net.ipv4.conf.all.accept_source_route': 0,
    'net.ipv4.conf.all.send_redirects': 0,
    'net.ipv4.conf.default.send_redirects': 0,
    'net.ipv6.conf.all.accept_redirects': 0,
    'net.ipv6.conf.default.accept_redirects': 0,
  },
  // A socket or path unit would restart its service.
  disabledServices: ['bluetooth.service', 'cups.socket', 'cups.path', 'cups.service', 'cups-browsed.service'],
};
