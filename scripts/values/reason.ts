import { textAt } from './json.ts';

/** Errors of fetch have the reason in their cause. */
export function reasonOf(error: unknown): string {
  const [message, cause] = [textAt(error, 'message') ?? String(error), textAt(error, 'cause', 'message') ?? textAt(error, 'cause', 'code')];
  return cause === undefined || cause === '' ? message : `${message}: ${cause}`;
}
