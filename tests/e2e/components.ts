import { metadataKeys } from '../../contract/product.ts';
import { getJson } from './cluster.ts';

interface PodObject {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly phase: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** The pods of a component that are ready and stay. */
export async function readyPods(namespace: string, component: string): Promise<PodObject[]> {
  const { items }: { items: PodObject[] } = await getJson('pods', '-n', namespace, '-l', `${metadataKeys.component}=${component}`);
  return items.filter(
    ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined && status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
  );
}

/** One of them. @throws where there is none */
export async function readyPod(namespace: string, component: string): Promise<PodObject> {
  const [pod] = await readyPods(namespace, component);
  if (!pod) throw new Error(`no pod of ${component} is ready in ${namespace}`);
  return pod;
}
