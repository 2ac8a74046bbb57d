/** The release of an action, and the commit of its tag at the time of the pin. */
export interface Pin {
  readonly version: string;
  readonly sha: string;
}

/** The pins in the text of `.github/pins/action.yml`. @throws unless each `uses` is a commit with its version as a comment */
export function parsePins(text: string): ReadonlyMap<string, Pin> {
  const lines = text.split('\n').filter((line) => line.includes('uses:'));
  const pins = lines.map((line): [string, Pin] => {
    const [, name, sha = '', version = ''] = /^ {4}- uses: (\w[\w./-]*)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`.github/pins/action.yml: write "- uses: ACTION@COMMIT # VERSION", not "${line.trim()}"`);
    return [name, { sha, version }];
  });
  return new Map(pins);
}
