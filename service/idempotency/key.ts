import { createCipheriv, createDecipheriv, createHmac, hash, hkdfSync, randomBytes } from 'node:crypto';

/** An idempotency key of a caller and endpoint, and the request that it belongs to. */
export interface IdempotencyKey {
  readonly callerId: string;
  readonly endpoint: string;
  readonly keyHash: string;
  /** MAC of the request: with a plain hash of the body, a password in it could be guessed. */
  readonly fingerprint: string;
  /** Encrypts the response. It is derived from the key, which is stored nowhere. */
  readonly secret: Uint8Array;
}

interface Request {
  readonly callerId: string;
  readonly endpoint: string;
  readonly key: string;
  /** Everything other than the body that changes the response. */
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

/** Encrypts a response: it may contain an API key, which must not be stored in plain text. */
export function seal({ secret }: IdempotencyKey, plain: Uint8Array): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, secret, iv);
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]);
}

/** Decrypts a response. Throws if it was not sealed for this key. */
export function unseal({ secret }: IdempotencyKey, sealed: Uint8Array): Buffer {
  const decipher = createDecipheriv(algorithm, secret, sealed.subarray(0, ivBytes), { authTagLength: tagBytes });
  decipher.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()]);
}
