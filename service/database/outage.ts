/** Why the database cannot be used for now. */
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
  /** For the caller: what does not work, without internals. */
  readonly detail: string;
  readonly retryAfterSeconds: number;
  /** For the operator: what is wrong, and what to do. */
  readonly cause: string;
  readonly remedy: string;
}

interface Row extends Omit<Outage, 'name'> {
  /** SQLSTATEs (appendix A of PostgreSQL's manual); two characters name a whole class. */
  readonly states?: readonly string[];
  /** Codes of the system's errors, as Node names them. */
  readonly codes?: readonly string[];
  /** Numbers of the same errors in WebAssembly (WASI, `errno`): the embedded database throws them bare. */
  readonly numbers?: readonly number[];
  /** What `pg` says where it gives no code. */
  readonly messages?: RegExp;
}

const away = 'The database is away.';
const notStored = 'The database cannot store anything now.';

const outages: Readonly<Record<OutageName, Row>> = {
  unreachable: {
    states: ['08'],
    codes: ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
    messages:
      /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed and is not queryable)/,
    detail: away,
    retryAfterSeconds: 2,
    cause: 'the database cannot be reached',
    remedy: 'check that it runs and that DATABASE_URL and the network lead to it',
  },
  restarting: {
    states: ['57P01', '57P02', '57P03', '57P04', '57P05'],
    detail: away,
    retryAfterSeconds: 2,
    cause: 'the database is starting or shutting down, or has ended the connection',
    remedy: 'wait for it, or see its log',
  },
  too_many_connections: {
    states: ['53300'],
    detail: away,
    retryAfterSeconds: 2,
    cause: 'the database has no connection left',
    remedy: 'raise its max_connections, or lower DATABASE_POOL_SIZE or the number of replicas',
  },
  too_slow: {
    states: ['57014', '55P03'],
    messages: /^Query read timeout/,
    detail: away,
    retryAfterSeconds: 2,
    cause: 'the database did not answer a statement in time',
    remedy: 'see its load and its locks',
  },
  conflict: {
    states: ['40001', '40P01'],
    detail: 'The request met another one that changes the same.',
    retryAfterSeconds: 1,
    cause: 'transactions of the database conflict with each other',
    remedy: 'see what else changes the same rows',
  },
  disk_full: {
    states: ['53100'],
    codes: ['ENOSPC', 'EDQUOT'],
    numbers: [51, 19],
    detail: notStored,
    retryAfterSeconds: 10,
    cause: "the database's disk is full",
    remedy: 'free space on it or enlarge it; nothing has to be restarted',
  },
  out_of_memory: {
    states: ['53200'],
    codes: ['ENOMEM'],
    numbers: [48],
    detail: notStored,
    retryAfterSeconds: 10,
    cause: 'the database is out of memory',
    remedy: 'give it more memory, or less work',
  },
  out_of_resources: {
    states: ['53000', '53400'],
    codes: ['EMFILE', 'ENFILE'],
    numbers: [33, 41],
    detail: notStored,
    retryAfterSeconds: 10,
    cause: 'the database has used up a resource, such as open files',
    remedy: "raise the limit that the error's text names",
  },
  read_only: {
    states: ['25006'],
    codes: ['EROFS', 'EACCES', 'EPERM'],
    numbers: [69, 2, 63],
    detail: notStored,
    retryAfterSeconds: 10,
    cause: 'the database is read-only',
    remedy: 'make it writable, or point DATABASE_URL to the primary',
  },
  files_unusable: {
    states: ['58', 'XX001', 'XX002'],
    codes: ['EIO'],
    numbers: [29],
    detail: notStored,
    retryAfterSeconds: 10,
    cause: 'the database cannot read or write its files',
    remedy: 'see its log and its disk; restore a backup if the files are damaged',
  },
};

const isNamed = (name: string): name is OutageName => name in outages;
const rows = Object.entries(outages).flatMap(([name, row]) => (isNamed(name) ? [{ name, ...row }] : []));
/** Of SQLSTATEs, system codes, and numbers as text. */
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
  // Emscripten's: not an Error, with nothing but the number.
  if (field(error, 'name') === 'ErrnoError' && typeof errno === 'number') return byCode.get(String(errno));
  return typeof message === 'string' ? rows.find(({ messages }) => messages?.test(message)) : undefined;
}

/** How deep an error is looked for that others wrap. */
const depth = 5;

/**
 * Why the database cannot be used for now, if that is why something failed: the same may work later. Undefined for any other error,
 * such as a statement that is wrong.
 */
export function outageOf(error: unknown): Outage | undefined {
  let each = error;
  for (let level = 0; level < depth && typeof each === 'object' && each !== null; level++) {
    const outage = outageOfOne(each);
    if (outage !== undefined) return outage;
    each = field(each, 'cause');
  }
  return undefined;
}
