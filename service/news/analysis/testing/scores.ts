/** Precision, recall and F1 of one class, and its number of samples. */
export interface ClassScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly samples: number;
}

/** Expected and predicted classes of each sample, one or several. */
export interface Judged {
  readonly expected: readonly string[];
  readonly predicted: readonly string[];
}

const ratio = (part: number, all: number) => (all === 0 ? 0 : part / all);

function scoresOf(name: string, judged: readonly Judged[]): ClassScores {
  const samples = judged.filter(({ expected }) => expected.includes(name)).length;
  const found = judged.filter(({ predicted }) => predicted.includes(name)).length;
  const right = judged.filter(({ expected, predicted }) => expected.includes(name) && predicted.includes(name)).length;
  const [precision, recall] = [ratio(right, found), ratio(right, samples)];
  return { precision, recall, f1: ratio(2 * precision * recall, precision + recall), samples };
}

/** The scores of each class, and `macro`: their mean. */
export function classScores(judged: readonly Judged[]): Readonly<Record<string, ClassScores>> & { readonly macro: ClassScores } {
  const names = [...new Set(judged.flatMap(({ expected }) => expected))].sort();
  const scores = names.map((name) => [name, scoresOf(name, judged)] as const);
  const mean = (field: keyof ClassScores) =>
    ratio(
      scores.reduce((sum, [, one]) => sum + one[field], 0),
      scores.length,
    );
  const macro = { precision: mean('precision'), recall: mean('recall'), f1: mean('f1'), samples: judged.length };
  return { ...Object.fromEntries(scores), macro };
}
