import type { DeploymentName } from '../../contract/product.ts';
import type { Environment } from './environment.ts';
import { local } from './local.ts';
import { production } from './production.ts';
import { capibara6 } from './references/capibara6.ts';
import { fastapiStack } from './references/fastapi-stack.ts';
import { instagramCaptions } from './references/instagram-captions.ts';
import { preventia } from './references/preventia.ts';
import { staging } from './staging.ts';

/** Every environment, and the guides' own deployments. */
export const deployments: Readonly<Record<DeploymentName, Environment>> = {
  local,
  staging,
  production,
  'instagram-captions': instagramCaptions,
  capibara6,
  preventia,
  'fastapi-stack': fastapiStack,
};
