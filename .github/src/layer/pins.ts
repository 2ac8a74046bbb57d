import { actions } from './actions.ts';
import { type Pin, parsePins } from './parse-pins.ts';
import { pinsFile } from './pins-file.ts';

export type PinnedAction = keyof typeof actions;
type Pins = Readonly<Record<PinnedAction, Pin>>;

function describedPins(parsed: ReadonlyMap<string, Pin>): Pins {
  const pins = Object.fromEntries(parsed);
  if (!isComplete(pins) || parsed.size !== Object.keys(actions).length)
    throw new Error(
      '.github/pins/action.yml and .github/src/layer/actions.ts have different actions: run node .github/src/describe-actions.ts',
    );
  return pins;
}
const isComplete = (pins: Readonly<Record<string, Pin>>): pins is Pins => Object.keys(actions).every((name) => name in pins);

/** The actions that workflows may use; the rules compare the generated files with this table. */
export const pins = describedPins(parsePins(pinsFile));

/** Exact versions of the tools that actions install: a rerun of an old commit uses the same tools. */
export const tools = {
  buildx: 'v0.35.0',
  /** The release that belongs to the pinned commit of the action. */
  codeql: 'linked',
  cosign: 'v3.0.6',
  kind: 'v0.31.0',
  kubectl: 'v1.35.0',
  node: '26.10.0',
  trivy: 'v0.74.0',
  zizmor: '1.32.0',
} as const;

/** The label of every runner, with a version, because `ubuntu-latest` changes. */
export const runner = 'ubuntu-24.04';
