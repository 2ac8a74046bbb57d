/** Why the database is temporarily unusable. */
export type OutageName =
  | 'unreachable'
  | 'restarting'
  | 'too_many_connections'
  | 'too_slow'
  | 'conflict'
  | 'disk_full'
  | 'out_of_memory'
  | 'out_of_resources'
  | 'read_only'
  | 'files_unusable';

export interface Outage {
  readonly name: OutageName;
  /** For the caller, without internals. */
  readonly detail: string;
  readonly retryAfterSeconds: number;
  /** For the operator. */
  readonly cause: string;
  readonly remedy: string;
}

interface Row extends Omit<Outage, 'name'> {
  /** SQLSTATEs (PostgreSQL manual, appendix A); two characters are a whole class. */
  readonly states?: readonly string[];
  /** Codes of Node's system errors. */
  readonly codes?: readonly string[];
  /** The same errors as WASI `errno`: the embedded database throws the numbers. */
  readonly numbers?: readonly number[];
  /** Messages of `pg` for errors without a code. */
  readonly messages?: RegExp;
}

const unavailable = 'The database is unavailable.';
const notWritable = 'The database cannot store data at the moment.';

const outages: Readonly<Record<OutageName, Row>> = {
  unreachable: {
    states: ['08'],
    codes: ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
    messages:
      /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed and is not queryable)/,
    detail: unavailable,
    retryAfterSeconds: 2,
    cause: 'the database cannot be reached',
    remedy: 'check that it runs, DATABASE_URL, and the network to it',
  },
  restarting: {
    states: ['57P01', '57P02', '57P03', '57P04', '57P05'],
    detail: unavailable,
    retryAfterSeconds: 2,
    cause: 'the database is starting or shutting down, or closed the connection',
    remedy: 'wait for it, or see its log',
  },
  too_many_connections: {
    states: ['53300'],
    detail: unavailable,
    retryAfterSeconds: 2,
    cause: 'the database has no connection left',
    remedy: 'raise its max_connections, or lower DATABASE_POOL_SIZE or the number of replicas',
  },
  too_slow: {
    states: ['57014', '55P03'],
    messages: /^Query read timeout/,
    detail: unavailable,
    retryAfterSeconds: 2,
    cause: 'the database did not answer a statement in time',
    remedy: 'see its load and its locks',
  },
  conflict: {
    states: ['40001', '40P01'],
    detail: 'The request conflicts with another one that changes the same data.',
    retryAfterSeconds: 1,
    cause: 'database transactions conflict',
    remedy: 'see which other transactions change the same rows',
  },
  disk_full: {
    states: ['53100'],
    codes: ['ENOSPC', 'EDQUOT'],
    numbers: [51, 19],
    detail: notWritable,
    retryAfterSeconds: 10,
    cause: "the database's disk is full",
    remedy: 'free space on it or enlarge it; no restart is needed',
  },
  out_of_memory: {
    states: ['53200'],
    codes: ['ENOMEM'],
    numbers: [48],
    detail: notWritable,
    retryAfterSeconds: 10,
    cause: 'the database is out of memory',
    remedy: 'give it more memory, or reduce its load',
  },
  out_of_resources: {
    states: ['53000', '53400'],
    codes: ['EMFILE', 'ENFILE'],
    numbers: [33, 41],
    detail: notWritable,
    retryAfterSeconds: 10,
    cause: 'the database has used up a resource, such as open files',
    remedy: 'raise the limit in the error message',
  },
  read_only: {
    states: ['25006'],
    codes: ['EROFS', 'EACCES', 'EPERM'],
    numbers: [69, 2, 63],
    detail: notWritable,
    retryAfterSeconds: 10,
    cause: 'the database is read-only',
    remedy: 'make it writable, or set DATABASE_URL to the primary',
  },
  files_unusable: {
    states: ['58', 'XX001', 'XX002'],
    codes: ['EIO'],
    numbers: [29],
    detail: notWritable,
    retryAfterSeconds: 10,
    cause: 'the database cannot read or write its files',
    remedy: 'see its log and its disk; restore a backup if the files are damaged',
  },
};

const isNamed = (name: string): name is OutageName => name in outages;
const rows = Object.entries(outages).flatMap(([name, row]) => (isNamed(name) ? [{ name, ...row }] : []));
/** Outages by SQLSTATE, system code, and `errno` as text. */
const byCode = new Map(
  rows.flatMap(({ states = [], codes = [], numbers = [], messages: _, ...outage }) =>
    [...states, ...codes, ...numbers.map(String)].map((code): [string, Outage] => [code, outage]),
  ),
);

function field(error: object, key: 'code' | 'errno' | 'name' | 'message' | 'cause'): unknown {
  return Reflect.get(error, key);
}

function outageOfOne(error: object): Outage | undefined {
  const [code, errno, message] = [field(error, 'code'), field(error, 'errno'), field(error, 'message')];
  if (typeof code === 'string') {
    const found = byCode.get(code) ?? (/^[0-9A-Z]{5}$/.test(code) ? byCode.get(code.slice(0, 2)) : undefined);
    if (found !== undefined) return found;
  }
  // Emscripten's errors are no instances of Error and have only the number.
  if (field(error, 'name') === 'ErrnoError' && typeof errno === 'number') return byCode.get(String(errno));
  return typeof message === 'string' ? rows.find(({ messages }) => messages?.test(message)) : undefined;
}

/** Levels of `cause` that are searched. */
const maxDepth = 5;

/**
 * The outage behind an error: a retry may succeed later. Undefined for any other error, such as one in a statement.
 */
export function outageOf(error: unknown): Outage | undefined {
  let current = error;
  for (let level = 0; level < maxDepth && typeof current === 'object' && current !== null; level++) {
    const outage = outageOfOne(current);
    if (outage !== undefined) return outage;
    current = field(current, 'cause');
  }
  return undefined;
}
