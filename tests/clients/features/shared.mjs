/** What every JavaScript client is checked with. */
export const png =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR42mP4z8AAQQxwFgBB0gX7b/EWxwAAAABJRU5ErkJggg==';
export const weather = { city: 'Oslo', degrees: 7 };
export const weatherSchema = {
  type: 'object',
  properties: { city: { type: 'string' }, degrees: { type: 'number' } },
  required: ['city', 'degrees'],
  additionalProperties: false,
};
export const citySchema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false };
export const cold = ({ city }) => `${city} is cold`;
export const late = ({ city }) => `${city} has evening`;

export function equal(actual, expected) {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (got !== wanted) throw new Error(`expected ${wanted}, got ${got}`);
}

/** The error that a call throws. */
export async function errorOf(act) {
  try {
    await act();
  } catch (error) {
    return error;
  }
  throw new Error('no error was thrown');
}

/** @param features name → what to do; a text: why the client does not have it */
export async function resultsOf(features) {
  const results = {};
  for (const [name, feature] of Object.entries(features)) {
    if (typeof feature === 'string') results[name] = { missing: feature };
    else {
      results[name] = await feature().then(
        () => ({ works: true }),
        (error) => ({ fails: String(error?.message ?? error).slice(0, 500) }),
      );
    }
  }
  return results;
}
