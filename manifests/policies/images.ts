import { containersIn } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';

/** Images are pinned by digest or version, never by a moving tag. */
export const pinnedImages: Policy = (objects) =>
  containersIn(objects).flatMap(({ path, image }) => {
    if (/@sha256:[0-9a-f]{64}$/.test(image)) return [];
    const tag = /:([^/:]+)$/.exec(image)?.[1];
    return tag && /^v?\d+\.\d+/.test(tag) ? [] : [`${path} runs ${image || 'no image'}: name a version or a digest`];
  });
