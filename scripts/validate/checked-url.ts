import { Failure } from '../cli/failure.ts';

/** A base URL without a slash at the end. @throws {Failure} `usage` unless the text is an http or https URL */
export function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw new Failure('usage', `${text} is not an http URL`, 'give it as http://HOST:PORT, without a path');
  return url.href.replace(/\/$/, '');
}
