import * as z from 'zod';
import { monitoringRetentionDays } from '../../contract/monitoring.ts';
import { ports } from '../../contract/ports.ts';
import { isSecret, settingNames } from '../../contract/settings.ts';
import { storeSecrets } from '../../contract/stores.ts';
import type { SecretName } from './environment.ts';
import { checkedText, formatted, integer, labels, matching, quantity } from './field-schemas.ts';

const secretNames: ReadonlySet<string> = new Set([...settingNames.filter(isSecret), ...Object.keys(storeSecrets)]);
const secretName = z.custom<SecretName>((name) => secretNames.has(String(name)), 'is no secret of the contract');

export const secrets = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('by-hand') }).readonly(),
  z
    .strictObject({
      kind: z.literal('external-secrets'),
      store: formatted('subdomain'),
      path: matching(/^[\w.-]+(?:\/[\w.-]+)*$/, 'parts of letters, digits, "-", "_" and ".", joined by "/"'),
      refresh: matching<`${number}${'m' | 'h'}`>(/^[1-9]\d{0,4}[mh]$/, 'a number from 1 on and m or h, such as 1h'),
      also: z.array(secretName).readonly(),
    })
    .readonly(),
]);

const tls = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cert-manager'), issuer: formatted('subdomain') }).readonly(),
  z.strictObject({ kind: z.literal('by-hand') }).readonly(),
]);
const anyEdge = { host: formatted('hostName'), namespace: formatted('label'), tls };
export const edge = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('gateway'),
      ...anyEdge,
      gatewayClass: formatted('subdomain'),
      limits: z.literal('traefik').exactOptional(),
    })
    .readonly(),
  z.strictObject({ kind: z.literal('ingress'), ...anyEdge, className: formatted('subdomain') }).readonly(),
]);

const address = matching(/^[^\s@<>]+@[^\s@<>]+$/, 'an e-mail address');
const smarthost = checkedText<`${string}:${typeof ports.smtp}`>((value) =>
  new RegExp(`^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?:${ports.smtp}$`).test(value)
    ? undefined
    : `is not valid: write HOST:${ports.smtp}`,
);
const noReceiver = 'is not set: add a receiver of the kind pagerduty, webhook, slack, email or heartbeat';
const receiver = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('webhook') }).readonly(),
    z.strictObject({ kind: z.literal('heartbeat') }).readonly(),
    z.strictObject({ kind: z.literal('slack'), channel: matching(/^[#@]?[\w.-]{1,80}$/, '#CHANNEL') }).readonly(),
    z.strictObject({ kind: z.literal('pagerduty') }).readonly(),
    z.strictObject({ kind: z.literal('email'), to: address, from: address, smarthost, user: matching(/^\S+$/, 'a user name') }).readonly(),
  ],
  { error: ({ input }) => (input === undefined ? noReceiver : undefined) },
);
export const receivers = z.tuple([receiver], receiver, noReceiver).readonly();
const notify = z.strictObject({ critical: receivers, warning: receivers, heartbeat: receivers }).readonly();

const contactForm = 'write a phone number such as +1-555-0123, an e-mail address or an https URL';
const contact = z
  .string(`is not set: ${contactForm}`)
  .regex(/^(?:\+[1-9][\d ().-]{5,24}|[\w.+-]+@[a-z0-9.-]+|https:\/\/[^\s<>"@]+)$/i, `is not valid: ${contactForm}`);
export const contacts = z
  .strictObject(
    { onCall: contact, operations: contact, security: contact },
    { error: ({ code }) => (code === 'invalid_type' ? 'is not set: add onCall, operations and security' : undefined) },
  )
  .readonly();

const page = matching(/^https?:\/\/[^\s<>"@]+[^\s<>"@/]$/, 'a URL without "/" at its end');
export const links = z.strictObject({ runbooks: page.exactOptional(), grafana: page.exactOptional() }).readonly();

export const monitoring = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('operator'),
      namespace: formatted('label'),
      prometheusPod: formatted('subdomain'),
      labels: labels.exactOptional(),
      notify,
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('bundled'),
      namespace: formatted('label'),
      // Objectives count so many days.
      retentionDays: integer(monitoringRetentionDays, 3650),
      storage: quantity('storage'),
      notify,
    })
    .readonly(),
]);

export const logs = z
  .strictObject({
    kind: z.literal('fluent-bit'),
    namespace: formatted('label'),
    elasticsearch: z.strictObject({ service: formatted('serviceName'), namespace: formatted('label') }).readonly(),
    index: matching(/^(?![-_+.])[a-z0-9._+-]{1,255}$/, 'lower-case letters, digits, "-", "_" and ".", beginning with a letter or digit'),
  })
  .readonly();
