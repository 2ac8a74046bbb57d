import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { makeCertificate } from './api-server.ts';

/** An OIDC provider on loopback that says of jobs what GitHub's says. */
export interface OidcIssuer {
  readonly url: string;
  /** PEM of the authority that signed its certificate. */
  readonly certificateAuthority: string;
  /** A token with these claims, over those that every token has; `foreign`: signed by a key that the provider does not publish. */
  token(claims: JWTPayload, options?: { readonly foreign?: boolean }): Promise<string>;
  stop(): Promise<void>;
}

const algorithm = 'RS256';
const keyId = 'one';
const lifetimeSeconds = 300;

export async function startIssuer(): Promise<OidcIssuer> {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-issuer-'));
  const own = await makeCertificate(folder, 'issuer');
  const [published, other] = [await generateKeyPair(algorithm), await generateKeyPair(algorithm)];
  const keys = [{ ...(await exportJWK(published.publicKey)), kid: keyId, alg: algorithm, use: 'sig' }];
  let url = '';
  const documents = (): Readonly<Record<string, object>> => ({
    '/.well-known/openid-configuration': {
      issuer: url,
      jwks_uri: `${url}/jwks`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [algorithm],
    },
    '/jwks': { keys },
  });
  const server = createServer({ key: readFileSync(own.key), cert: readFileSync(own.certificate) }, ({ url: path = '' }, response) => {
    const document = documents()[path];
    response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(document ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the issuer has no port');
  url = `https://127.0.0.1:${address.port}`;
  return {
    url,
    certificateAuthority: readFileSync(own.certificate, 'utf8'),
    token: (claims, { foreign = false } = {}) => {
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({ iss: url, iat: now, nbf: now, exp: now + lifetimeSeconds, ...claims })
        .setProtectedHeader({ alg: algorithm, kid: keyId })
        .sign(foreign ? other.privateKey : published.privateKey);
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}
