/** Ticks of an axis from 0 to at least `max`, at steps of 1, 2 or 5 times a power of ten. @param minStep the smallest step that labels show */
export function ticksOf(max: number, minStep = 1, count = 4): number[] {
  const rough = Math.max(max, minStep) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const nice = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  const step = Math.max(nice, minStep);
  return Array.from({ length: Math.max(1, Math.ceil(max / step)) + 1 }, (_, index) => index * step);
}

/** Every how many bars a label fits. */
export const labelStep = (bars: number, width: number, labelWidth: number): number =>
  Math.max(1, Math.ceil((bars * labelWidth) / Math.max(1, width)));
