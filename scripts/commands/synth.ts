import { join } from 'node:path';
import { deploymentNames } from '../../contract/product.ts';
import { writeManifests } from '../../manifests/main.ts';
import type { Handlers } from '../cli/context.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { assertDigest } from '../cli/image.ts';

/** Writes the manifests; prints the files. */
export const synthCommand: Handlers['synth'] = async ({ args, flags }, { out }) => {
  const wanted = args.environment === 'all' ? deploymentNames : [args.environment];
  const image = flags.image === undefined ? undefined : assertDigest(flags.image);
  const files = writeManifests(flags.out, wanted, { image }).map(({ file, objects }) => ({
    file: join(flags.out, file),
    objects: objects.length,
  }));
  out.result(files.map(({ file, objects }) => `${file}: ${objects} objects`).join('\n'), { files });
  return exitCodes.ok;
};
