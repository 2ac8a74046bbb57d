import { join } from 'node:path';
import * as z from 'zod';
import { deploymentNames } from '../../manifests/environments/index.ts';
import { defineCommand } from '../cli/command.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { assertDigest } from '../cli/image.ts';
import { environment, image } from '../cli/options.ts';

export const synth = defineCommand({
  name: 'synth',
  summary: 'write the Kubernetes manifests of one or all environments and references',
  args: { environment: { ...environment, choices: [...deploymentNames, 'all'], default: 'all' } },
  flags: { image, out: { type: 'string', doc: 'output folder', default: 'dist' } },
  description: [
    'Writes one YAML file for each chart of each environment, after every policy accepted all objects. It contacts no cluster and no network; the same source produces the same bytes.',
    'Fields of environments and objects are checked as the API server checks them. A mistake ends with exit code 2: one line for each, with the field or construct path, the value and the fix; nothing is written.',
  ],
  examples: [
    ['leyenda synth', 'all environments and references, to dist/'],
    ['leyenda synth staging --image NAME@sha256:… --out /tmp/manifests', 'one environment, with the image of a release'],
  ],
  exits: {},
  related: ['diff', 'deploy'],
  document: { files: z.array(z.strictObject({ file: z.string(), objects: z.int().describe('number of objects in the file') })) },
  async run({ args, flags }, { out }) {
    const names = args.environment === 'all' ? deploymentNames : [args.environment];
    const image = flags.image === undefined ? undefined : assertDigest(flags.image);
    // cdk8s takes long to load: only commands that synthesize import it, and only when their arguments are valid.
    const { writeManifests } = await import('../../manifests/main.ts');
    const files = writeManifests(flags.out, names, { image }).map(({ file, objects }) => ({
      file: join(flags.out, file),
      objects: objects.length,
    }));
    out.result(files.map(({ file, objects }) => `${file}: ${objects} objects`).join('\n'), { files });
    return exitCodes.ok;
  },
});
