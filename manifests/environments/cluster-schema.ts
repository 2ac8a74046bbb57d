import * as z from 'zod';
import { validateText } from '../kubernetes/text-formats.ts';
import { dnsServers, type ExpectedCluster, ipFamilies } from './cluster-properties.ts';
import { checked, checkedText, formatted, integer, labels, networks } from './field-schemas.ts';

const clusterParts: Readonly<Record<string, readonly [RegExp, string]>> = {
  host: [
    /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[1-9]\d{0,4})?(?:\/[\w.~/-]*[\w.~-])?$/,
    'HOST, HOST:PORT or HOST/PATH, as in the URL of the API server',
  ],
  caSha256: [/^[0-9a-f]{64}$/, '64 hex digits in lower case'],
  uid: [/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'the UID of kube-system, in lower case'],
};
const expectedCluster = checked<ExpectedCluster>((value, report) => {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
  if (entries.length !== 1) report([], 'must have exactly one of host, caSha256 and uid');
  for (const [name, text] of entries) {
    const [pattern, format] = clusterParts[name] ?? [];
    if (pattern === undefined) report([name], 'is none of host, caSha256 and uid: remove it');
    else if (typeof text !== 'string' || !pattern.test(text)) report([name], `is not valid: write ${format}`);
  }
});

/** A list of some of these values, each at most once. */
const someOf = <const T extends string>(values: readonly [T, ...T[]]) =>
  z
    .tuple([z.enum(values)], z.enum(values))
    .superRefine((list, context) => {
      if (new Set(list).size < list.length) context.addIssue({ code: 'custom', message: 'has a value twice: remove one' });
    })
    .readonly();

const repository = checkedText(
  (value) =>
    validateText('image', value) ?? (/[@:]/.test(value.slice(value.lastIndexOf('/') + 1)) ? 'has a tag or a digest: remove it' : undefined),
);

export const cluster = z
  .strictObject({
    identity: expectedCluster.exactOptional(),
    ipFamilies: someOf(ipFamilies).exactOptional(),
    dns: z
      .strictObject({ servers: someOf(dnsServers), networks: networks.exactOptional() })
      .readonly()
      .exactOptional(),
    apiServer: z.strictObject({ networks }).readonly().exactOptional(),
    mesh: z
      .strictObject({ images: z.tuple([repository], repository).readonly(), namespace: formatted('label') })
      .readonly()
      .exactOptional(),
    storageClass: formatted('subdomain').exactOptional(),
    imagePullSecrets: z
      .tuple([formatted('subdomain')], formatted('subdomain'))
      .readonly()
      .exactOptional(),
  })
  .readonly();

const port = integer(1, 65_535);
export const endpoint = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('in-cluster'),
      service: formatted('serviceName'),
      namespace: formatted('label'),
      labels,
      port,
      podPort: port.exactOptional(),
    })
    .readonly(),
  z.strictObject({ kind: z.literal('networks'), host: formatted('hostName'), port, networks }).readonly(),
]);
export const models = z.tuple([endpoint], endpoint).readonly();
