import type { ImagePin } from './pins.ts';
import { parseReference, referenceText } from './reference.ts';
import { createRepositoryClient, type RegistryImage, type RepositoryClient } from './registry.ts';
import { newerTags } from './version.ts';

/**
 * `outdated`: a newer version exists; `unpinned`: no digest is pinned; `moved`: the tag has another digest than the pinned one;
 * `missing`: the tag does not exist; `unknown`: the registry could not be read.
 */
export const pinStatuses = ['current', 'outdated', 'unpinned', 'moved', 'missing', 'unknown'] as const;

export interface PinReport extends ImagePin {
  readonly status: (typeof pinStatuses)[number];
  /** Newest tag that the policy accepts; the pinned one if there is none. */
  readonly latest: string;
  /** Reference to replace the pin with; the pin itself if there is none. */
  readonly next: string;
  /** Age of the pinned image in days, if the registry has its time. */
  readonly ageDays: number | undefined;
  /** Why the status is `unknown`. */
  readonly cause?: string;
}

export interface LookUpOptions {
  /** Younger images are not proposed: a compromised release is mostly found within days. */
  readonly minAgeDays: number;
  readonly now: Date;
  readonly signal: AbortSignal;
}

const dayMs = 24 * 60 * 60 * 1000;

/** Compares a pin with its registry. Registries and tags that cannot be read are reported, not thrown. */
export async function lookUp(pin: ImagePin, { minAgeDays, now, signal }: LookUpOptions): Promise<PinReport> {
  const pinned = parseReference(pin.reference);
  const ageOf = ({ createdAt }: RegistryImage) => createdAt && Math.floor((now.getTime() - createdAt.getTime()) / dayMs);
  const isOldEnough = (image: RegistryImage) => (ageOf(image) ?? Number.POSITIVE_INFINITY) >= minAgeDays;
  const client = createRepositoryClient(pinned.host, pinned.repository, signal);
  const unchanged = { ...pin, latest: pinned.tag, next: pin.reference, ageDays: undefined };
  try {
    const current = await client.findImage(pinned.tag);
    const newer = await newestImage(client, newerTags(pinned.tag, await client.listTags()), isOldEnough);
    const target =
      newer ?? (current && (pinned.digest === undefined || isOldEnough(current)) ? { tag: pinned.tag, image: current } : undefined);
    return {
      ...unchanged,
      status: statusOf(pinned.digest, current, newer !== undefined),
      latest: newer?.tag ?? pinned.tag,
      next: target === undefined ? pin.reference : referenceText({ ...pinned, tag: target.tag, digest: target.image.digest }),
      ageDays: current && ageOf(current),
    };
  } catch (error) {
    signal.throwIfAborted();
    return { ...unchanged, status: 'unknown', cause: causeOf(error) };
  }
}

function statusOf(digest: string | undefined, current: RegistryImage | undefined, hasNewer: boolean): PinReport['status'] {
  if (current === undefined) return 'missing';
  if (digest !== undefined && digest !== current.digest) return 'moved';
  if (hasNewer) return 'outdated';
  return digest === undefined ? 'unpinned' : 'current';
}

async function newestImage(client: RepositoryClient, tags: readonly string[], accepts: (image: RegistryImage) => boolean) {
  for (const tag of tags) {
    const image = await client.findImage(tag);
    if (image !== undefined && accepts(image)) return { tag, image };
  }
  return undefined;
}

/** fetch() reports the reason of a failed connection as the cause of its error. */
const causeOf = (error: unknown): string => {
  const { cause } = Object(error);
  return cause instanceof Error ? cause.message : error instanceof Error ? error.message : String(error);
};
