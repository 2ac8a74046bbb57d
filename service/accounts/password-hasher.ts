import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { unavailable } from '../http/problem.ts';
import { FairLimiter } from '../runtime/fair-limiter.ts';

interface Cost {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}
/** OWASP's Password Storage Cheat Sheet, first choice for Argon2id (RFC 9106). */
const recommended: Cost = { memory: 19_456, passes: 2, parallelism: 1 };
const [saltBytes, tagLength] = [16, 32];

/** Half of the threads of Node's pool: the others remain for files and compression. */
const concurrency = 2;
/** Maximum queue length: about one second of work. */
const maxQueue = 32;

const derive = promisify(argon2);
const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/={1,2}$/, '');

/** PHC string format. */
const phc = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/;
function parse(text: string) {
  const [, memory, passes, parallelism, salt = '', tag = ''] = phc.exec(text) ?? [];
  if (memory === undefined) throw new Error('a stored password is not in PHC format with Argon2id');
  const read: Cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  return { cost: read, nonce: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') };
}

/**
 * Hashes passwords with Argon2id off the event loop.
 * @throws {Problem} unavailable if the queue is full, so that a flood of logins takes neither memory nor all threads
 */
export function createPasswordHasher(cost: Cost = recommended) {
  const limiter = new FairLimiter({ concurrency, queue: maxQueue }, () => unavailable('Too many passwords are being checked.', 1));
  const bounded = async <T>(work: () => Promise<T>): Promise<T> => {
    // One queue for all: the caller of a login is not known yet.
    const release = await limiter.acquire('');
    try {
      return await work();
    } finally {
      release();
    }
  };
  const tagOf = (password: string, nonce: Buffer, { memory, passes, parallelism }: Cost, length: number) =>
    bounded(() => derive('argon2id', { message: password.normalize('NFKC'), nonce, memory, passes, parallelism, tagLength: length }));

  return {
    async hash(password: string): Promise<string> {
      const nonce = randomBytes(saltBytes);
      const tag = await tagOf(password, nonce, cost, tagLength);
      return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${base64(nonce)}$${base64(tag)}`;
    },
    /** Whether the password matches the hash. Without a hash, returns false after the same work. */
    async verify(password: string, stored: string | null): Promise<boolean> {
      if (stored === null) {
        await tagOf(password, randomBytes(saltBytes), cost, tagLength);
        return false;
      }
      const { cost: used, nonce, tag } = parse(stored);
      return timingSafeEqual(await tagOf(password, nonce, used, tag.length), tag);
    },
  };
}
export type PasswordHasher = ReturnType<typeof createPasswordHasher>;
