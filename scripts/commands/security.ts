import * as z from 'zod';
import { deploymentNames, deployments } from '../../manifests/environments/index.ts';
import { columns } from '../cli/columns.ts';
import { defineCommand } from '../cli/command.ts';
import { exitCodes } from '../cli/exit-codes.ts';

export const security = defineCommand({
  name: 'security',
  summary: 'compute the security score of an environment from its rendered manifests',
  args: { environment: { doc: 'environment or reference', choices: deploymentNames } },
  flags: {},
  description: [
    'Checks every control of scripts/security/controls.ts on the objects that synth renders. The score is 100 × the weights of the controls that are met / the weights of all controls. A control is met only if its check passes: what no code checks is not in the table.',
    'Weight 3: the control alone stops an attack from outside; 2: it limits one; 1: it helps to notice or to repair one. An environment that is exposed to the internet needs 95 %. It contacts no cluster; leyenda postflight adds the check that no object has changed since.',
  ],
  examples: [['leyenda security production', 'one line for each control, then the score']],
  exits: { different: 'the score of an exposed environment is below 95 %' },
  related: ['postflight', 'synth'],
  document: {
    environment: z.string().describe('environment or reference'),
    percent: z.number(),
    passed: z.boolean(),
    controls: z.array(
      z.strictObject({
        control: z.string(),
        weight: z.int(),
        item: z.string().optional().describe("item of the guides' checklist of ten"),
        met: z.boolean(),
        why: z.string().optional().describe('why it is not met'),
      }),
    ),
  },
  async run({ args }, { out }) {
    // It loads cdk8s, which takes long.
    const { securityScore } = await import('../security/score.ts');
    const { percent, passed, controls } = securityScore(deployments[args.environment]);
    const lines = controls.map(({ control, weight, met, why }) => [
      met ? 'met' : 'not met',
      String(weight),
      why === undefined ? control : `${control}: ${why}`,
    ]);
    out.result(`${columns(lines)}\nscore ${percent} %`, { environment: args.environment, percent, passed, controls: [...controls] });
    return passed ? exitCodes.ok : exitCodes.different;
  },
});
