import { createCipheriv, createDecipheriv, createHmac, hash, hkdfSync, randomBytes } from 'node:crypto';

/** A caller's key for one endpoint, and the request that it was sent with. */
export interface IdempotencyKey {
  readonly callerId: string;
  readonly endpoint: string;
  readonly keyHash: string;
  /** MAC of everything that makes it the same request: a plain hash of a body would let the password in it be guessed. */
  readonly fingerprint: string;
  /** What the answer is encrypted with: it follows from the key, which is stored nowhere. */
  readonly secret: Uint8Array;
}

interface Request {
  readonly callerId: string;
  readonly endpoint: string;
  readonly key: string;
  /** Everything besides the body that changes the answer. */
  readonly about: readonly string[];
  readonly body: Uint8Array;
}

export function createIdempotencyKey({ callerId, endpoint, key, about, body }: Request): IdempotencyKey {
  const secret = new Uint8Array(hkdfSync('sha256', key, `${callerId}\n${endpoint}`, 'idempotency', 32));
  return {
    callerId,
    endpoint,
    keyHash: hash('sha256', key),
    fingerprint: createHmac('sha256', secret)
      .update(`${JSON.stringify(about)}\n`)
      .update(body)
      .digest('hex'),
    secret,
  };
}

const algorithm = 'aes-256-gcm';
const [ivBytes, tagBytes] = [12, 16];

/** Encrypts an answer: it may hold an API key, which is stored nowhere in the clear (guide row AUTH-03). */
export function seal({ secret }: IdempotencyKey, plain: Uint8Array): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, secret, iv);
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]);
}

/** Throws where the bytes are not what `seal` made for this slot. */
export function unseal({ secret }: IdempotencyKey, sealed: Uint8Array): Buffer {
  const decipher = createDecipheriv(algorithm, secret, sealed.subarray(0, ivBytes), { authTagLength: tagBytes });
  decipher.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()]);
}
