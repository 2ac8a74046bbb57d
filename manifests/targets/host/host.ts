import type { AuditRule } from './audit.ts';
import type { FirewallRule } from './firewall.ts';
import type { HardwareLevel, HardwareNeeds } from './hardware.ts';

/** Settings of sshd; the types exclude values that weaken the host. */
interface SshSettings {
  readonly PermitRootLogin: 'no';
  readonly PasswordAuthentication: 'no';
  readonly KbdInteractiveAuthentication: 'no';
  readonly PermitEmptyPasswords: 'no';
  readonly X11Forwarding: 'no';
  readonly MaxAuthTries: 3 | 4 | 5 | 6;
  /** Seconds until a login must be complete. */
  readonly LoginGraceTime: number;
  /** Seconds without data until sshd checks whether the client is alive. */
  readonly ClientAliveInterval: number;
  readonly ClientAliveCountMax: number;
}

/** A jail of fail2ban: after `maxRetry` failures within `findSeconds` it bans the address for `banSeconds`. */
export interface Jail {
  readonly name: 'sshd' | 'recidive';
  readonly maxRetry: number;
  readonly findSeconds: number;
  readonly banSeconds: number;
}

/** Soft and hard limits of open files and processes, for users and services. */
interface Limits {
  readonly nofile: number;
  readonly nproc: number;
}

type SystemdUnit = `${string}.${'service' | 'socket' | 'path' | 'timer'}`;

/** The desired state of a host without Kubernetes, which `security-hardening.sh` establishes. */
export interface Host {
  readonly systems: readonly `${'ubuntu' | 'debian'}:${number}`[];
  readonly hardware: Readonly<Record<HardwareLevel, HardwareNeeds>>;
  readonly ssh: { readonly port: number; readonly settings: SshSettings };
  readonly firewall: readonly FirewallRule[];
  /** Jails, and networks that are never banned. */
  readonly fail2ban: { readonly jails: readonly Jail[]; readonly never: readonly string[] };
  readonly audit: readonly AuditRule[];
  readonly limits: Limits;
  readonly kernel: Readonly<Record<string, number>>;
  /** Services that a server does not need. */
  readonly disabledServices: readonly SystemdUnit[];
}
