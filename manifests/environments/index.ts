import type { Environment } from './environment.ts';
import { local } from './local.ts';
import { production } from './production.ts';
import { capibara6 } from './reference-capibara6.ts';
import { fastapiStack } from './reference-fastapi-stack.ts';
import { instagramCaptions } from './reference-instagram-captions.ts';
import { preventia } from './reference-preventia.ts';
import { staging } from './staging.ts';

/** The environments that the release tool deploys. */
const environments = { local, staging, production } as const satisfies Record<string, Environment>;
export type EnvironmentName = keyof typeof environments;

/** The deployments that the four guides describe. They are synthesized for comparison and never deployed. */
const references = {
  'instagram-captions': instagramCaptions,
  capibara6,
  preventia,
  'fastapi-stack': fastapiStack,
} as const satisfies Record<string, Environment>;
export type ReferenceName = keyof typeof references;

/** Everything that is synthesized. */
export const deployments: Readonly<Record<EnvironmentName | ReferenceName, Environment>> = { ...environments, ...references };
export type DeploymentName = keyof typeof deployments;

const namesIn = <Name extends string>(record: Readonly<Record<Name, Environment>>): readonly Name[] =>
  Object.keys(record).filter((name): name is Name => name in record);
export const environmentNames = namesIn(environments);
export const referenceNames = namesIn(references);
export const deploymentNames = namesIn(deployments);
