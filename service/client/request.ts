import type { Endpoint } from '../../contract/endpoints/endpoint.ts';
import type { CallOptions } from './types.ts';

/** The input of any endpoint; `CallInput` is the input of a given one. */
export interface AnyInput extends CallOptions {
  readonly params?: object;
  readonly query?: object;
  readonly body?: unknown;
}

const pathOf = (template: string, params: object) => {
  const values = new Map(Object.entries(params));
  return template.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(values.get(name)).toWellFormed()));
};

/** `?a=1&b=2`; a list repeats its name, undefined values are omitted. */
function queryOf(query: object): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => [value].flat().map((item: unknown) => [name, item] as const));
  const given = pairs.flatMap(([name, item]) => (item === undefined ? [] : [[name, String(item)]]));
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

/** URL and options of a call for `fetch`. */
export function buildRequest(
  baseUrl: string,
  { method, path }: Endpoint,
  { params = {}, query = {}, body, idempotencyKey }: AnyInput,
  { accept, credential }: { readonly accept: string; readonly credential: string | undefined },
) {
  const headers = {
    Accept: accept,
    ...(credential === undefined ? {} : { Authorization: `Bearer ${credential}` }),
    ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
  };
  const url = baseUrl.replace(/\/$/, '') + pathOf(path, params) + queryOf(query);
  return { url, init: { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) } };
}
