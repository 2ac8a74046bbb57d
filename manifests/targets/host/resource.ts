import { shellQuote } from '../shell-quote.ts';

/** What belongs together: its files are checked and taken into use by the same commands. */
export type ConfigGroup = 'limits' | 'kernel' | 'updates' | 'audit' | 'ssh' | 'bans';

/** One thing that is to be true of a host; the script makes it so where it is not. */
export type Resource =
  | { readonly kind: 'packages'; readonly names: readonly string[] }
  | {
      readonly kind: 'file';
      readonly path: `/${string}`;
      readonly mode: '600' | '640' | '644';
      readonly unit: ConfigGroup;
      readonly content: string;
    }
  /** A line that a file of the system has to have; where it is missing it becomes the first. */
  | { readonly kind: 'line'; readonly path: `/${string}`; readonly unit: ConfigGroup; readonly line: string }
  /** Accepts the unit's files, or they are put back. */
  | { readonly kind: 'check'; readonly unit: ConfigGroup; readonly command: readonly string[] }
  /** Takes the unit's files into use. */
  | { readonly kind: 'apply'; readonly unit: ConfigGroup; readonly command: readonly string[] }
  /** Settings that sshd must show when it has read all of its files. */
  | { readonly kind: 'sshd'; readonly settings: readonly string[] }
  | { readonly kind: 'rule'; readonly words: string; readonly why: string }
  | { readonly kind: 'default'; readonly direction: 'incoming' | 'outgoing'; readonly action: 'deny' | 'allow' }
  | { readonly kind: 'firewall' }
  | { readonly kind: 'kernel'; readonly key: string; readonly value: number }
  | { readonly kind: 'service'; readonly name: string; readonly state: 'on' | 'off' };

const call = (...words: readonly string[]) => words.map(shellQuote).join(' ');

/** The call of runtime.sh that makes it true. */
export function renderResource(resource: Resource): string {
  switch (resource.kind) {
    case 'packages':
      return call('packages', ...resource.names);
    case 'file':
      return `${call('file', resource.path, resource.mode, resource.unit)} <<'END'\n${resource.content}\nEND`;
    case 'line':
      return call('first_line', resource.path, resource.unit, resource.line);
    case 'check':
    case 'apply':
      return call(resource.kind, resource.unit, ...resource.command);
    case 'sshd':
      return call('sshd_says', ...resource.settings);
    case 'rule':
      return call('firewall_rule', resource.why, ...resource.words.split(' '));
    case 'default':
      return call('firewall_default', resource.direction, resource.action);
    case 'firewall':
      return call('firewall_on');
    case 'kernel':
      return call('kernel', resource.key, String(resource.value));
    case 'service':
      return call(resource.state, resource.name);
  }
}
