import * as z from 'zod';
import { defineCommand } from '../cli/command.ts';
import { exitCodes } from '../cli/exit-codes.ts';

export const checkImage = defineCommand({
  name: 'check-image',
  summary: 'check with Docker what an image runs as, what it may change, and that it starts read-only',
  args: { image: { doc: 'image that is on this host: by digest, tag or id' } },
  flags: {},
  description: [
    'Makes six checks: the process has no root; it may change no file of its own code; the labels name the product, its version, license, source, revision and maintainer; no secret is in a variable; the image has a health check; and all roles start in one container with a read-only root, without capabilities and without a network, and become healthy.',
    'The containers are removed afterwards. It scans for no vulnerabilities: trivy image IMAGE does, and the release workflow does it for each release.',
  ],
  examples: [
    ['leyenda check-image NAME@sha256:…', 'an image that was pulled'],
    ['docker build --tag captions . && leyenda check-image captions', 'one that was built here'],
  ],
  exits: { different: 'a check failed; one line for each check', rejected: 'Docker is not installed' },
  related: ['verify-image', 'compose'],
  document: {
    image: z.string(),
    passed: z.boolean(),
    checks: z.array(z.strictObject({ check: z.string(), passed: z.boolean(), detail: z.string() })),
  },
  async run({ args }, context) {
    // It loads cdk8s, which takes long.
    const { checkImage: runChecks } = await import('../compose/check-image.ts');
    const checks = await runChecks(args.image, context);
    const passed = checks.every((each) => each.passed);
    const lines = checks.map(({ check, passed, detail }) => `${passed ? 'ok' : 'failed'} ${check}: ${detail}`);
    context.out.result(lines.join('\n'), { image: args.image, passed, checks });
    return passed ? exitCodes.ok : exitCodes.different;
  },
});
