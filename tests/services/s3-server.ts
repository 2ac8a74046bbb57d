import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsClient } from 'aws4fetch';
import { createServerProcess, findOnPath, freePort, type OwnServer } from './servers.ts';

const bin = findOnPath('versitygw', `${process.env.PATH}:${join(homedir(), 'go/bin')}`);
const credentials = { accessKeyId: 'tests', secretAccessKey: 'a-secret-of-the-tests' } as const;

/** An object store that checks signatures. */
export interface S3Server {
  readonly server: OwnServer;
  /** Settings of the service for a bucket, which exists. */
  readonly settings: Readonly<Record<'S3_ENDPOINT' | 'S3_REGION' | 'S3_ACCESS_KEY_ID' | 'S3_SECRET_ACCESS_KEY', string>> & {
    readonly bucket: string;
  };
  /** Requests an object of the bucket, or the bucket with an empty path, as its owner. */
  request(method: string, path: string, body?: string): Promise<string>;
}

/** Starts versitygw (https://github.com/versity/versitygw) over an empty folder; undefined if it is not installed. */
export async function startS3(): Promise<S3Server | undefined> {
  if (bin === undefined) {
    console.error('skipped: no versitygw; install it with go install github.com/versity/versitygw/cmd/versitygw@v1.8.0');
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-s3-'));
  const [data, metadata] = ['data', 'metadata'].map((name) => join(folder, name));
  for (const each of [data, metadata]) mkdirSync(String(each));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { accessKeyId, secretAccessKey } = credentials;
  const options = ['--access', accessKeyId, '--secret', secretAccessKey, '--port', `127.0.0.1:${port}`];
  const launch = () => spawn(bin, [...options, 'posix', '--sidecar', String(metadata), String(data)], { stdio: 'ignore' });
  const server = createServerProcess(url, { folder, port, stopSignal: 'SIGTERM', launch, isReady: async () => true });
  await server.start();
  const client = new AwsClient({ ...credentials, service: 's3', region: 'us-east-1' });
  const bucket = 'exports';
  async function request(method: string, path: string, body?: string): Promise<string> {
    const response = await client.fetch(`${url}/${bucket}${path}`, { method, ...(body !== undefined && { body }) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.text();
  }
  await request('PUT', '');
  const settings = {
    bucket,
    S3_ENDPOINT: url,
    S3_REGION: 'us-east-1',
    S3_ACCESS_KEY_ID: accessKeyId,
    S3_SECRET_ACCESS_KEY: secretAccessKey,
  };
  return { server, settings, request };
}
