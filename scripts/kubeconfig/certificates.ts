import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Cluster, User } from '@kubernetes/client-node';
import { Failure } from '../cli/failure.ts';
import { textAt } from '../values/json.ts';

/** @throws {Failure} `usage` unless the client certificate is readable, valid now, and matches its key */
export function assertClientCertificate({ name, certData, certFile, keyData, keyFile }: User): void {
  const pem = pemOf(`the client certificate of user ${name}`, certData, certFile);
  if (pem === undefined) return;
  const certificate = parsed(`the client certificate of user ${name}`, () => new X509Certificate(pem));
  const now = Date.now();
  if (Date.parse(certificate.validTo) < now)
    throw unusable(`the client certificate of user ${name} expired on ${day(certificate.validTo)}`, 'renew the credentials in KUBECONFIG');
  if (Date.parse(certificate.validFrom) > now)
    throw unusable(
      `the client certificate of user ${name} is valid from ${day(certificate.validFrom)} only`,
      'check the clock of this machine',
    );
  const keyPem = pemOf(`the client key of user ${name}`, keyData, keyFile);
  if (keyPem === undefined) throw unusable(`user ${name} has a client certificate but no client key`, 'add client-key-data in KUBECONFIG');
  const key = parsed(`the client key of user ${name}`, () => createPrivateKey(keyPem));
  if (!certificate.checkPrivateKey(key))
    throw unusable(`the client key of user ${name} does not belong to its client certificate`, 'renew the credentials in KUBECONFIG');
}

/** @throws {Failure} `usage` if the cluster has an unreadable certificate authority */
export function assertAuthority({ name, caData, caFile }: Cluster): void {
  const what = `the certificate authority of cluster ${name}`;
  const pem = pemOf(what, caData, caFile);
  if (pem !== undefined) parsed(what, () => new X509Certificate(pem));
}

function pemOf(what: string, data: string | undefined, file: string | undefined): Buffer | undefined {
  if (data) return Buffer.from(data, 'base64');
  if (!file) return undefined;
  try {
    return readFileSync(file);
  } catch (error) {
    throw unusable(
      `${what}, ${file}, cannot be read (${textAt(error, 'code') ?? 'unknown error'})`,
      'correct its path in KUBECONFIG',
      error,
    );
  }
}

function parsed<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw unusable(`${what} is not valid PEM`, 'renew it in KUBECONFIG', error);
  }
}

const day = (date: string): string => new Date(date).toISOString().slice(0, 10);
const unusable = (cause: string, remedy: string, error?: unknown): Failure => new Failure('usage', cause, remedy, { cause: error });
