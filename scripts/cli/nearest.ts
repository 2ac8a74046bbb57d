import leven from 'leven';

/** The most similar candidate, or undefined if none is similar: `prod` → production, `stagin` → staging. */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  const wanted = text.toLowerCase();
  if (wanted === '') return undefined;
  const [best] = candidates
    .map((candidate) => ({ candidate, ...distance(wanted, candidate.toLowerCase()) }))
    .toSorted((one, other) => one.edits - other.edits || one.whole - other.whole || Number(one.differs) - Number(other.differs));
  return best !== undefined && best.edits <= Math.max(1, Math.floor(Math.min(wanted.length, best.candidate.length) / 2))
    ? best.candidate
    : undefined;
}

/** Users shorten names, so missing characters at the end cost nothing. */
function distance(wanted: string, candidate: string) {
  const whole = leven(wanted, candidate);
  return { edits: Math.min(whole, leven(wanted, candidate.slice(0, wanted.length))), whole, differs: wanted[0] !== candidate[0] };
}
