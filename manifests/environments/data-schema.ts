import * as z from 'zod';
import { checkedText, formatted, integer, matching, networks, quantity, schedule } from './field-schemas.ts';
import { resources } from './resources-schema.ts';

const own = { storage: quantity('storage'), resources };
const external = z.strictObject({ kind: z.literal('external'), networks }).readonly();

const statefulDatabase = z
  .strictObject({
    kind: z.literal('stateful-set'),
    ...own,
    backups: z
      .strictObject({
        schedule: schedule(false),
        keep: integer(1, 1000),
        storage: quantity('storage'),
        recipient: matching(/^(?:age1[a-z0-9]+|none)$/, 'a recipient of age (age1…), or none'),
      })
      .readonly()
      .exactOptional(),
  })
  .readonly();

const archive = matching(/^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?$/, 'letters, digits, "-", "_" and "."');
const instant = checkedText<`${number}-${number}-${number}T${number}:${number}:${number}Z`>((value) => {
  const time = Date.parse(value);
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) &&
    !Number.isNaN(time) &&
    new Date(time).toISOString().startsWith(value.slice(0, 19))
    ? undefined
    : 'is no time: write YYYY-MM-DDTHH:MM:SSZ';
});

const backups = z
  .strictObject({
    schedule: schedule(true),
    destination: matching<`s3://${string}`>(
      /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[\w./-]*)?$/,
      's3://BUCKET/FOLDER, the bucket in lower case',
    ),
    retention: matching<`${number}${'d' | 'w' | 'm'}`>(/^[1-9]\d{0,3}[dwm]$/, 'a number from 1 on and d, w or m, such as 30d'),
    archive: archive.exactOptional(),
    recovery: z.strictObject({ archive, at: instant }).readonly().exactOptional(),
  })
  .readonly();

/** An identifier that PostgreSQL takes without quotes. */
const databaseName = matching(/^[a-z_][a-z0-9_]{0,62}$/, 'lower-case letters, digits and "_", beginning with a letter');

const operatedDatabase = z
  .strictObject({
    kind: z.literal('cloudnative-pg'),
    ...own,
    instances: integer(1, 100),
    synchronousReplicas: integer(1, 99).exactOptional(),
    pooler: z
      .strictObject({ instances: integer(1, 100), connections: integer(1, 10_000), resources })
      .readonly()
      .exactOptional(),
    backups: backups.exactOptional(),
    names: z.strictObject({ database: databaseName, user: databaseName }).readonly().exactOptional(),
    operator: z.strictObject({ namespace: formatted('label') }).readonly(),
  })
  .superRefine(({ instances, synchronousReplicas }, context) => {
    if (synchronousReplicas === undefined || synchronousReplicas < instances) return;
    const message = `needs more than instances (${instances}) has: lower it to ${instances - 1}, or add instances`;
    context.addIssue({ code: 'custom', path: ['synchronousReplicas'], message });
  })
  .readonly();

export const database = z.discriminatedUnion('kind', [statefulDatabase, operatedDatabase, external]);

const memory = matching<`${number}mb`>(/^[1-9]\d{0,6}mb$/, 'a whole number of mebibytes and mb, such as 256mb');
export const cache = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('in-cluster'), memory, resources }).readonly(),
  external,
]);
