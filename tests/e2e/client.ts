import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { names } from '../../service/contract/product.ts';
import { apiKey, edgeNamespace, kubectl, namespace } from './cluster.ts';

const source = readFileSync(join(import.meta.dirname, 'client-program.js'), 'utf8');
const name = 'client';

/** A pod where the gateway stands, from which the Service is called. */
export async function startClient(image: string): Promise<void> {
  await kubectl(['create', 'namespace', edgeNamespace, '--dry-run=client', '-o', 'yaml']).then((text) =>
    kubectl(['apply', '-f', '-'], text),
  );
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: edgeNamespace },
    spec: {
      restartPolicy: 'Never',
      containers: [
        {
          name,
          image,
          command: ['node', '-e', source],
          env: [
            { name: 'TARGET', value: `http://${names.services.api}.${namespace}.svc.cluster.local` },
            { name: 'API_KEY', value: apiKey },
          ],
        },
      ],
    },
  };
  await kubectl(['delete', 'pod', name, '-n', edgeNamespace, '--ignore-not-found', '--grace-period=1']);
  await kubectl(['apply', '-f', '-'], JSON.stringify(pod));
  await kubectl(['wait', '-n', edgeNamespace, `pod/${name}`, '--for=condition=Ready', '--timeout=60s']);
}

/** Asks the client for one thing: `caption`, `load SECONDS`, `get PATH`. */
export async function ask(...words: string[]) {
  const program = `fetch('http://127.0.0.1:8099/' + ${JSON.stringify(words.join('/'))}).then((r) => r.text()).then((t) => process.stdout.write(t))`;
  return JSON.parse(await kubectl(['exec', '-n', edgeNamespace, name, '--', 'node', '-e', program]));
}
