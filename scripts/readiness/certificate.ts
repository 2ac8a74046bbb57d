import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { hostOf } from '../validate/checked-url.ts';
import { failed } from './checklist.ts';

/** A certificate that expires sooner fails: renewal is overdue. */
const minimumDays = 14;

/** @throws {Failure} if the certificate is not of the host, or expires soon */
export function certificateDetail(certificate: X509Certificate, host: string, now: number): string {
  const days = Math.floor((Date.parse(certificate.validTo) - now) / 86_400_000);
  const covered = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host);
  if (covered === undefined)
    throw failed(`the certificate is not for ${host}: ${certificate.subjectAltName ?? certificate.subject}`, `request one for ${host}`);
  if (days < minimumDays)
    throw failed(
      days < 0 ? `the certificate expired on ${certificate.validTo}` : `the certificate expires in ${days} days`,
      'renew it: docs/edge.md',
    );
  return `for ${host}, valid for ${days} days`;
}

/** Completes a TLS handshake. @throws {Failure} also if the certificate is not trusted */
export async function certificateAt(url: URL, host: string, signal: AbortSignal): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  // RFC 6066, section 3: no address is sent as a server name.
  const servername = isIP(host) === 0 ? host : '';
  const port = Number(url.port || 443);
  const socket = connect({ host: hostOf(url), port, servername, rejectUnauthorized: false }, () => resolve(socket));
  socket.once('error', reject);
  const abort = () => socket.destroy(new Error('no TLS handshake in time'));
  signal.addEventListener('abort', abort);
  try {
    const { authorizationError } = await promise;
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) throw failed('the server sent no certificate', 'configure one: docs/edge.md');
    const detail = certificateDetail(certificate, host, Date.now());
    if (authorizationError)
      throw failed(
        `the certificate is not trusted: ${String(authorizationError)}`,
        'use one of a public authority, or set NODE_EXTRA_CA_CERTS',
      );
    return detail;
  } finally {
    signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}
