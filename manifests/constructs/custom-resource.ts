import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';

/** An object of the packages `@kubernetes-models/*`. */
interface Model {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: { readonly name?: string };
  /** @throws if a field does not match the schema of the kind */
  validate(): void;
}

/**
 * A custom resource, validated against the schema of its CRD.
 * @throws with the construct's path and the invalid field
 */
export function addCustomResource(scope: Construct, model: Model): ApiObject {
  const id = `${model.kind}-${model.metadata?.name}`;
  try {
    model.validate();
  } catch (error) {
    throw new Error(`${scope.node.path}/${id}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { apiVersion, kind, metadata, ...rest } = { ...model };
  return new ApiObject(scope, id, { apiVersion, kind, metadata: { ...metadata }, ...rest });
}
