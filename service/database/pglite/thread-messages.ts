import type { MessagePort } from 'node:worker_threads';

/** `open` first; a connection answers PostgreSQL's protocol at its port. After `close` the thread ends. */
export type ToThread =
  | { readonly type: 'open'; readonly path: string }
  | { readonly type: 'connect'; readonly port: MessagePort }
  | { readonly type: 'close' };

/** The fields of an error that a message to another thread keeps. */
export interface ThreadError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly errno?: unknown;
}

/** `fatal`: the database is unusable, and its thread has stopped. */
export type FromThread =
  | { readonly type: 'opened' }
  | { readonly type: 'failed'; readonly error: ThreadError }
  | { readonly type: 'fatal'; readonly error: ThreadError };

export function toThreadError(error: unknown): ThreadError {
  if (typeof error !== 'object' || error === null) return { message: String(error) };
  const [name, message, code, errno] = (['name', 'message', 'code', 'errno'] as const).map((key) => Reflect.get(error, key));
  return { name, message, code, errno };
}

export const fromThreadError = (error: ThreadError): Error => Object.assign(new Error(String(error.message)), error);
