import type { AuditRule } from './audit.ts';
import type { FirewallRule } from './firewall.ts';
import type { HardwareLevel, HardwareNeeds } from './hardware.ts';

/** What sshd is told; the types hold nothing that would weaken a host (guide row SE-08). */
interface SshSettings {
  readonly PermitRootLogin: 'no';
  readonly PasswordAuthentication: 'no';
  readonly KbdInteractiveAuthentication: 'no';
  readonly PermitEmptyPasswords: 'no';
  readonly X11Forwarding: 'no';
  readonly MaxAuthTries: 3 | 4 | 5 | 6;
  /** Seconds until somebody has to have logged in. */
  readonly LoginGraceTime: number;
  /** Seconds of silence until sshd asks whether the client is still there. */
  readonly ClientAliveInterval: number;
  readonly ClientAliveCountMax: number;
}

/** A jail of fail2ban: who fails `maxRetry` times within `findSeconds` is banned for `banSeconds` (guide row SE-05). */
export interface Jail {
  readonly name: 'sshd' | 'recidive';
  readonly maxRetry: number;
  readonly findSeconds: number;
  readonly banSeconds: number;
}

/** The most open files and processes of a user or a service, soft and hard alike (guide row SE-07). */
interface Limits {
  readonly nofile: number;
  readonly nproc: number;
}

type SystemdUnit = `${string}.${'service' | 'socket' | 'path' | 'timer'}`;

/** A host that carries the service without Kubernetes: all that `security-hardening.sh` makes true of it. */
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
  /** Services that a server does not need (guide row SE-09). */
  readonly disabledServices: readonly SystemdUnit[];
}
