import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { product } from '../../contract/product.ts';
import { testSettings } from '../testing/service.ts';
import { createTokens, isToken } from './tokens.ts';

const SECRET_KEY = 'a secret of the tests, long enough to be one';
const tokensOf = (environment = {}) => createTokens(testSettings({ SECRET_KEY, ...environment }));
const [userId, sessionId] = [randomUUID(), randomUUID()];

describe('An access token', () => {
  test.each(['HS256', 'HS384', 'HS512'])(
    'signed with %s is read by every process that has the secret, and by no other',
    async (algorithm) => {
      const token = await tokensOf({ JWT_ALGORITHM: algorithm }).sign(userId, sessionId);
      expect(isToken(token)).toBe(true);
      expect(token.length).toBeLessThan(512);
      const expiresAt = expect.any(Number);
      expect(await tokensOf({ JWT_ALGORITHM: algorithm }).read(token)).toEqual({ userId, sessionId, expiresAt });
      for (const other of [{ SECRET_KEY: SECRET_KEY.toUpperCase() }, { SECRET_KEY: undefined }, { JWT_SECRET_KEY: SECRET_KEY.repeat(2) }])
        expect(await tokensOf({ JWT_ALGORITHM: algorithm, ...other }).read(token)).toBeUndefined();
    },
  );

  test('is rejected with another algorithm, without a signature, of another issuer and when it has expired', async () => {
    const JWT_SECRET_KEY = SECRET_KEY.repeat(2);
    const tokens = tokensOf({ JWT_SECRET_KEY });
    const key = Buffer.from(JWT_SECRET_KEY);
    const parties = { iss: product.name, aud: product.name };
    const claims = { sub: userId, sid: sessionId, ...parties };
    const signed = (payload: object, alg = 'HS256', end = '1h') =>
      new SignJWT({ ...payload }).setProtectedHeader({ alg }).setExpirationTime(end).sign(key);
    expect(await tokens.read(await signed(claims))).toMatchObject({ sessionId });
    const forged = [
      await signed(claims, 'HS512'),
      new UnsecuredJWT(claims).setExpirationTime('1h').encode(),
      await signed({ ...claims, iss: 'another-issuer' }),
      await signed({ ...claims, sid: 'x' }),
      await signed(claims, 'HS256', '-1s'),
      'eyJ.eyJ.x',
    ];
    for (const token of forged) expect(await tokens.read(token)).toBeUndefined();
  });
});
