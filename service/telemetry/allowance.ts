/** Grants up to `burst` at once, and `perSecond` in the long run. */
interface Allowance {
  readonly burst: number;
  readonly perSecond: number;
  readonly now?: () => number;
}

/** Whether one more is granted now. */
export function createAllowance({ burst, perSecond, now = () => performance.now() }: Allowance): () => boolean {
  let left = burst;
  let filledAt = now();
  return () => {
    const elapsedSeconds = (now() - filledAt) / 1000;
    filledAt = now();
    left = Math.min(burst, left + elapsedSeconds * perSecond);
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
