import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { createCluster } from '../cluster/create-cluster.ts';
import type { KubeObject } from '../cluster/objects.ts';
import { createFakeApi } from '../cluster/testing/fake-api.ts';
import { findReadyPod, runInPod } from './pod.ts';

/** Channels of v4.channel.k8s.io, the exec protocol of the API server. */
const channels = { stdout: 1, stderr: 2, status: 3 } as const;

/** A frame of RFC 6455 with the bytes of a channel. */
function frame(channel: keyof typeof channels, text: string): Buffer {
  const payload = Buffer.concat([Buffer.from([channels[channel]]), Buffer.from(text)]);
  const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from([0x82, ...length]), payload]);
}
/** The bytes of a short masked frame. */
function unmasked(bytes: Buffer): Buffer {
  const length = (bytes[1] ?? 0) & 0x7f;
  return Buffer.from(bytes.subarray(6, 6 + length).map((byte, i) => byte ^ (bytes[2 + (i % 4)] ?? 0)));
}

interface ExecRequest {
  readonly path: string;
  readonly command: readonly string[];
  stdin: string;
}
/** A pod that sends frames, at once or after it received input. */
type Pod = { readonly needsInput: boolean; readonly frames: readonly Buffer[] };

describe('runInPod', () => {
  let pod: Pod;
  let received: ExecRequest | undefined;
  let isForbidden = false;
  const server = createServer();
  const config = new KubeConfig();
  const sockets = new Set<Duplex>();

  function accept(request: IncomingMessage, socket: Duplex): void {
    if (isForbidden) {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const url = new URL(request.url ?? '', 'http://x');
    const exec: ExecRequest = { path: url.pathname, command: url.searchParams.getAll('command'), stdin: '' };
    received = exec;
    const key = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\nSec-WebSocket-Protocol: v4.channel.k8s.io\r\n\r\n`,
    );
    const respond = () => {
      for (const bytes of pod.frames) socket.write(bytes);
    };
    sockets.add(socket);
    socket.on('error', () => {});
    if (!pod.needsInput) respond();
    socket.on('data', (bytes: Buffer) => {
      const message = unmasked(bytes);
      if (message[0] !== 0 || !pod.needsInput) return;
      exec.stdin += message.subarray(1).toString();
      respond();
    });
  }
  beforeAll(async () => {
    server.on('upgrade', accept).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = Object(server.address());
    config.loadFromClusterAndUser({ name: 'c', server: `http://127.0.0.1:${port}`, skipTLSVerify: true }, { name: 'u' });
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'api-1' };

  test('runs in the API container and returns output and exit code', async () => {
    const document = '{"user":"admin","password":"new","sessions_ended":1}\n';
    pod = { needsInput: false, frames: [frame('stdout', document), frame('status', '{"metadata":{},"status":"Success"}')] };
    expect(await runInPod(config, ref, ['reset-password', '--', 'admin'], undefined)).toEqual({ code: 0, stdout: document, stderr: '' });
    expect(received).toMatchObject({
      path: '/api/v1/namespaces/shop/pods/api-1/exec',
      command: ['node', '/app/admin.js', 'reset-password', '--', 'admin'],
    });
  });

  test('receives the password on standard input, not on its command line', async () => {
    pod = { needsInput: true, frames: [frame('stdout', '{}'), frame('status', '{"status":"Success"}')] };
    await runInPod(config, ref, ['reset-password', '--password-stdin', '--', 'admin'], 'a-long-password');
    expect(received?.stdin).toBe('a-long-password\n');
    expect(received?.command.join(' ')).not.toContain('a-long-password');
  });

  test('returns exit code and standard error when it fails', async () => {
    const status = { status: 'Failure', reason: 'NonZeroExitCode', details: { causes: [{ reason: 'ExitCode', message: '1' }] } };
    pod = { needsInput: false, frames: [frame('stderr', 'There is no active user bob.\n'), frame('status', JSON.stringify(status))] };
    expect(await runInPod(config, ref, [], undefined)).toEqual({ code: 1, stdout: '', stderr: 'There is no active user bob.\n' });
  });

  test('throws an error with the missing permission when exec is forbidden', async () => {
    isForbidden = true;
    await expect(runInPod(config, ref, [], undefined)).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('pods/exec'),
    });
    isForbidden = false;
  });
});

describe('findReadyPod', () => {
  const fake = createFakeApi();
  const cluster = createCluster(fake.transport, () => Promise.reject(new Error('no port-forward here')));
  const put = (name: string, status: object, metadata: object = {}) => {
    const labels = { 'app.kubernetes.io/component': 'api' };
    const object: KubeObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'shop', uid: name, labels, ...metadata },
      status,
    };
    fake.objects.set(`/api/v1/namespaces/shop/pods/${name}`, object);
  };
  const ready = (is: boolean) => ({ phase: 'Running', containerStatuses: [{ name: 'api', ready: is }] });

  test('returns a ready pod of the API that is not terminating', async () => {
    await expect(findReadyPod(cluster, 'shop')).rejects.toThrow('no pod of the API is ready in namespace shop');
    put('ending', ready(true), { deletionTimestamp: '2026-01-01T00:00:00Z' });
    put('starting', ready(false));
    put('pending', { phase: 'Pending' });
    await expect(findReadyPod(cluster, 'shop')).rejects.toThrow('no pod of the API is ready');
    put('serving', ready(true));
    expect(await findReadyPod(cluster, 'shop')).toMatchObject({ name: 'serving', namespace: 'shop' });
  });
});
