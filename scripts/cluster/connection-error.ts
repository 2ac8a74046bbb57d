import { causesOf, textAt } from '../values/json.ts';

/** No answer of the API server: the network, TLS, or a time limit. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  /** Of Node or OpenSSL. */
  readonly code: string;
  readonly remedy: string;
  constructor(server: string | undefined, code: string, { says, remedy }: Problem, cause: unknown) {
    super(`the API server ${server === undefined ? '' : `${server} `}${says}`, { cause });
    this.code = code;
    this.remedy = remedy;
  }
}

interface Problem {
  readonly says: string;
  readonly remedy: string;
}

const address = 'check the server address in KUBECONFIG and that the cluster runs';
const network = 'check the network, VPN and firewall, and the server address in KUBECONFIG';
const authority = 'set certificate-authority-data of the cluster in KUBECONFIG to the CA that signed it';
const handshake = 'check the server address, and that the credentials in KUBECONFIG belong to this cluster';

const problems: Readonly<Record<string, Problem>> = {
  ECONNREFUSED: { says: 'refuses connections', remedy: address },
  ECONNRESET: { says: 'closed the connection', remedy: address },
  EPIPE: { says: 'closed the connection', remedy: address },
  ENOTFOUND: { says: 'has an unknown host name', remedy: 'correct the server address in KUBECONFIG, or check DNS and VPN' },
  EAI_AGAIN: { says: 'has a host name that cannot be resolved now', remedy: 'check DNS and the network' },
  ETIMEDOUT: { says: 'does not answer in time', remedy: network },
  EHOSTUNREACH: { says: 'cannot be reached', remedy: network },
  ENETUNREACH: { says: 'cannot be reached', remedy: network },
  CERT_HAS_EXPIRED: { says: 'has an expired certificate', remedy: 'let an administrator of the cluster renew it' },
  CERT_NOT_YET_VALID: { says: 'has a certificate that is not valid yet', remedy: 'check the clock of this machine' },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    says: 'has a certificate for another host name',
    remedy: 'use a host name of the certificate as server in KUBECONFIG, or set tls-server-name',
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: { says: 'has a certificate that is not trusted', remedy: authority },
  SELF_SIGNED_CERT_IN_CHAIN: { says: 'has a certificate that is not trusted', remedy: authority },
  UNABLE_TO_GET_ISSUER_CERT: { says: 'has a certificate that is not trusted', remedy: authority },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: { says: 'has a certificate that is not trusted', remedy: authority },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: { says: 'has a certificate that is not trusted', remedy: authority },
  CERT_SIGNATURE_FAILURE: { says: 'has a certificate that is not trusted', remedy: authority },
};

/** What Node threw, in words that say which server and what to do; a call that the caller ended remains as it is. */
export function connectionError(server: string | undefined, error: unknown): unknown {
  const causes = causesOf(error);
  const isLate = causes.some((cause) => textAt(cause, 'name') === 'TimeoutError');
  if (!isLate && textAt(error, 'name') === 'AbortError') return error;
  const code = isLate ? 'ETIMEDOUT' : (causes.map((cause) => textAt(cause, 'code')).find((each) => each !== undefined) ?? '');
  return new ConnectionError(server, code, problems[code] ?? unknownProblem(code, error), error);
}

function unknownProblem(code: string, error: unknown): Problem {
  if (/^(EPROTO|ERR_SSL_)/.test(code)) return { says: `fails the TLS handshake (${code})`, remedy: handshake };
  if (code.startsWith('HPE_')) return { says: 'does not speak HTTP', remedy: address };
  return { says: `cannot be asked: ${textAt(error, 'message') || code || String(error)}`, remedy: network };
}
