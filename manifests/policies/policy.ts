import type { Environment } from '../environments/environment.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';

/** A rule over all objects of an environment. Returns one sentence per violation, with the expected and the actual value. */
export type Policy = (objects: readonly KubernetesObject[], environment: Environment) => readonly string[];
