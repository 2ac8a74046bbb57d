import * as z from 'zod';
import { columns } from '../cli/columns.ts';
import { defineCommand } from '../cli/command.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { lookUp, type PinReport, pinStatuses } from '../images/look-up.ts';
import { type PinUpdate, readPins, writePins } from '../images/pins.ts';

const pin = z.strictObject({
  name: z.string(),
  file: z.string().describe('file with the pin'),
  reference: z.string().describe('the pin'),
  status: z.enum(pinStatuses),
  latest: z.string().describe('newest tag of the same variant and major version that is old enough'),
  next: z.string().describe('reference by tag and digest that update writes'),
  ageDays: z.int().nullable().describe('age of the image behind the pinned tag; null if the registry has no time'),
  cause: z.string().optional().describe('why the status is unknown'),
});

/** A pin in this state no longer describes the image that a registry serves. */
const failing: readonly PinReport['status'][] = ['moved', 'missing', 'unknown'];

export const images = defineCommand({
  name: 'images',
  summary: 'compare the pinned third-party and base images with their registries, or update the pins',
  args: { action: { doc: 'action', choices: ['check', 'update'], default: 'check' } },
  flags: { 'min-age': { type: 'integer', doc: 'days since the build of an image before it is proposed', default: 7 } },
  description: [
    'Reads the pins in manifests/components/third-party-images.ts and the bases in the Dockerfile, and looks each one up in its registry, without credentials: the digest of the pinned tag, and newer tags of the same variant and major version. check prints a table and never writes.',
    'update replaces each pin by the newest accepted version with its digest. Then regenerate the files that contain pins: npm run format && npm run workflows && npm run docs.',
  ],
  examples: [
    ['leyenda images', 'every night'],
    ['leyenda images update', 'pin the newest versions by digest'],
  ],
  exits: { different: 'a pinned tag has another digest or does not exist, or a registry could not be read' },
  related: ['workflows'],
  document: { images: z.array(pin), written: z.array(z.string()).optional().describe('update: changed files') },
  async run({ args, flags }, { out, signal }) {
    const options = { minAgeDays: flags['min-age'], now: new Date(), signal };
    const reports = await Promise.all((await readPins('.')).map((pin) => lookUp(pin, options)));
    const updates = args.action === 'update' ? reports.filter(isUpdate) : [];
    const written = args.action === 'update' ? await writePins('.', updates) : undefined;
    const header = ['IMAGE', 'PINNED', 'LATEST', 'AGE', 'STATUS'];
    const lines = [columns([header, ...reports.map(row)]), ...updates.map(({ reference, next }) => `${reference} → ${next}`)];
    const images = reports.map((report) => ({ ...report, ageDays: report.ageDays ?? null }));
    out.result(lines.join('\n'), { images, ...(written === undefined ? {} : { written }) });
    const failed = reports.filter((report) => failing.includes(report.status) && !updates.includes(report));
    return failed.length === 0 ? exitCodes.ok : exitCodes.different;
  },
});

const isUpdate = (report: PinReport): report is PinReport & PinUpdate => report.next !== report.reference;

const row = ({ name, reference, latest, ageDays, status, cause }: PinReport): string[] => [
  name,
  reference.replace(/^.*\//, '').replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1'),
  latest,
  ageDays === undefined ? '–' : `${ageDays} d`,
  cause === undefined ? status : `${status}: ${cause}`,
];
