import type { User } from '@kubernetes/client-node';
import { redact } from '../../contract/redact.ts';
import { causesOf, textAt } from '../values/json.ts';

/** No response of the API server: a network error, a TLS error or a timeout. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  /** Error code of Node or OpenSSL. */
  readonly code: string;
  readonly remedy: string;
  constructor(server: string | undefined, code: string, { text, remedy }: Problem, cause: unknown) {
    super(`the API server ${server === undefined ? '' : `${server} `}${text}`, { cause });
    this.code = code;
    this.remedy = remedy;
  }
}

interface Problem {
  readonly text: string;
  readonly remedy: string;
}

const address = 'check the server address in KUBECONFIG and that the cluster runs';
const network = 'check the network, VPN and firewall, and the server address in KUBECONFIG';
const authority = 'set certificate-authority-data of the cluster in KUBECONFIG to the CA that signed it';
const handshake = 'check the server address, and that the credentials in KUBECONFIG belong to this cluster';

const problems: Readonly<Record<string, Problem>> = {
  ECONNREFUSED: { text: 'refused the connection', remedy: address },
  ECONNRESET: { text: 'closed the connection', remedy: address },
  EPIPE: { text: 'closed the connection', remedy: address },
  ENOTFOUND: { text: 'has an unknown host name', remedy: 'correct the server address in KUBECONFIG, or check DNS and VPN' },
  EAI_AGAIN: { text: 'has a host name that cannot be resolved now', remedy: 'check DNS and the network' },
  ETIMEDOUT: { text: 'timed out', remedy: network },
  EHOSTUNREACH: { text: 'cannot be reached', remedy: network },
  ENETUNREACH: { text: 'cannot be reached', remedy: network },
  CERT_HAS_EXPIRED: { text: 'has an expired certificate', remedy: 'have a cluster administrator renew it' },
  CERT_NOT_YET_VALID: { text: 'has a certificate that is not valid yet', remedy: 'check the clock of this machine' },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    text: 'has a certificate for another host name',
    remedy: 'use a host name of the certificate as server in KUBECONFIG, or set tls-server-name',
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: { text: 'has a certificate that is not trusted', remedy: authority },
  SELF_SIGNED_CERT_IN_CHAIN: { text: 'has a certificate that is not trusted', remedy: authority },
  UNABLE_TO_GET_ISSUER_CERT: { text: 'has a certificate that is not trusted', remedy: authority },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: { text: 'has a certificate that is not trusted', remedy: authority },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: { text: 'has a certificate that is not trusted', remedy: authority },
  CERT_SIGNATURE_FAILURE: { text: 'has a certificate that is not trusted', remedy: authority },
};

/** Adds the server and a remedy to an error of Node; an abort by the caller is returned unchanged. */
export function connectionError(server: string | undefined, error: unknown): unknown {
  const causes = causesOf(error);
  const isTimeout = causes.some((cause) => textAt(cause, 'name') === 'TimeoutError');
  if (!isTimeout && textAt(error, 'name') === 'AbortError') return error;
  const code = isTimeout ? 'ETIMEDOUT' : (causes.map((cause) => textAt(cause, 'code')).find((each) => each !== undefined) ?? '');
  return new ConnectionError(server, code, problems[code] ?? unknownProblem(code, error), error);
}

function unknownProblem(code: string, error: unknown): Problem {
  if (/^(EPROTO|ERR_SSL_)/.test(code)) return { text: `fails the TLS handshake (${code})`, remedy: handshake };
  if (code.startsWith('HPE_')) return { text: 'does not speak HTTP', remedy: address };
  return { text: `is not reachable: ${textAt(error, 'message') || code || String(error)}`, remedy: network };
}

/** The credentials of the kubeconfig's user are not available: its plugin is missing or fails, or its token file is unreadable. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError';
  readonly remedy: string;
  constructor(message: string, remedy: string, cause: unknown) {
    super(message, { cause });
    this.remedy = remedy;
  }
}

/** Adds the user and a remedy to an error of the Kubernetes client. */
export function credentialError(user: User | null, error: unknown): CredentialError {
  const name = user?.name ?? 'of the current context';
  const command = textAt(user?.exec, 'command');
  if (command === undefined)
    return new CredentialError(`the credentials of user ${name} cannot be read: ${firstLine(error)}`, 'renew them in KUBECONFIG', error);
  const hint = textAt(user?.exec, 'installHint')?.trim().split('\n')[0];
  if (textAt(error, 'code') === 'ENOENT')
    return new CredentialError(
      `the credential plugin ${command} of user ${name} is not installed`,
      hint === undefined || hint === '' ? `install ${command}, or put it on the PATH` : hint,
      error,
    );
  return new CredentialError(`the credential plugin ${command} of user ${name} failed: ${firstLine(error)}`, 'log in again with it', error);
}

/** If a plugin prints no credential, the client throws an internal error. */
function firstLine(error: unknown): string {
  if (error instanceof SyntaxError || error instanceof TypeError) return 'it printed no ExecCredential';
  const [line = ''] = redact(textAt(error, 'message') ?? String(error))
    .trim()
    .split('\n');
  return line === '' ? 'it gave no reason' : line;
}
