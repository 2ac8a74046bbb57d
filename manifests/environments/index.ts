import type { EnvironmentName } from '../../service/contract/product.ts';
import type { Environment } from './environment.ts';
import { local } from './local.ts';
import { production } from './production.ts';
import { staging } from './staging.ts';

export const environments: Readonly<Record<EnvironmentName, Environment>> = { local, staging, production };
