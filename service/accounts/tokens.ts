import { hkdfSync, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { product } from '../../contract/product.ts';
import type { Settings } from '../../contract/settings.ts';

type TokenSettings = Pick<Settings, 'JWT_ALGORITHM' | 'JWT_EXPIRATION_HOURS' | 'JWT_SECRET_KEY' | 'SECRET_KEY'>;

/** The claims of a token. Permissions are not among them: they are looked up, so that changes apply at once. */
export interface Claims {
  readonly userId: string;
  readonly sessionId: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}
const payload = z.object({ sub: z.uuid(), sid: z.uuid(), exp: z.number() });

/** As long as the hash of HS512 (RFC 7518, section 3.2), so that it is sufficient for every algorithm. */
const keyBytes = 64;

/** The signing key: JWT_SECRET_KEY, or derived from SECRET_KEY, or random per process. */
function keyOf({ JWT_SECRET_KEY, SECRET_KEY }: TokenSettings): Uint8Array {
  if (JWT_SECRET_KEY !== undefined) return Buffer.from(JWT_SECRET_KEY);
  if (SECRET_KEY === undefined) return randomBytes(keyBytes);
  return new Uint8Array(hkdfSync('sha512', SECRET_KEY, '', 'access tokens', keyBytes));
}

/** Whether a credential is a JWT: its first part is a JSON object in base64url. API keys do not have dots. */
export const isToken = (credential: string) => /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(credential);

/** Access tokens: JWTs that are signed and verified with one configured algorithm. */
export function createTokens(settings: TokenSettings) {
  const [key, alg, expiresIn] = [keyOf(settings), settings.JWT_ALGORITHM, settings.JWT_EXPIRATION_HOURS * 3600];
  const parties = { issuer: product.name, audience: product.name };
  return {
    /** Lifetime of a token in seconds. */
    expiresIn,
    async sign(userId: string, sessionId: string): Promise<string> {
      const { SignJWT } = await import('jose');
      return new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg, typ: 'JWT' })
        .setSubject(userId)
        .setIssuer(parties.issuer)
        .setAudience(parties.audience)
        .setIssuedAt()
        .setExpirationTime(`${expiresIn} s`)
        .sign(key);
    },
    /** The claims of a valid token; undefined if it is invalid or expired. */
    async read(token: string): Promise<Claims | undefined> {
      const { jwtVerify, errors } = await import('jose');
      try {
        const { sub, sid, exp } = payload.parse((await jwtVerify(token, key, { algorithms: [alg], ...parties })).payload);
        return { userId: sub, sessionId: sid, expiresAt: exp * 1000 };
      } catch (error) {
        if (error instanceof errors.JOSEError || error instanceof z.ZodError) return undefined;
        throw error;
      }
    },
  };
}
export type Tokens = ReturnType<typeof createTokens>;
