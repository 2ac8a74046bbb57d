/** Milliseconds between two requests, and requests for one caption: nine of ten come from the cache. */
const [intervalMs, repetitions] = [200, 10];

export const ignored = (call: Promise<Response>) =>
  call.then(
    (response) => response.body?.cancel(),
    () => undefined,
  );

export const post = (url: string, body: object, credential?: string, headers: Readonly<Record<string, string>> = {}) =>
  ignored(
    fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers, ...(credential && { Authorization: `Bearer ${credential}` }) },
      body: JSON.stringify(body),
    }),
  );

export const caption = (what: string) => ({ content_description: what, style: 'casual', audience: 'general', client_id: 'drill' }) as const;

/** Five captions a second. @returns ends it */
export function startTraffic(api: string, key: string): () => void {
  let sent = 0;
  const captions = setInterval(() => {
    const number = Math.floor(sent++ / repetitions);
    void post(`${api}/api/v4/generate`, caption(`A red bicycle number ${number} in front of a white wall`), key);
  }, intervalMs);
  return () => clearInterval(captions);
}
