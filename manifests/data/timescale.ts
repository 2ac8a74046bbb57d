import type { Parameters } from './postgres-tuning.ts';

/** TimescaleDB's library; it must be loaded with the server. */
export const preloaded = 'timescaledb';

/** What TimescaleDB adds to the parameters (guide row DB-03); it may have half of the workers in the background, and tells nobody. */
export const timescaleParameters = (timescale: object | undefined): Parameters =>
  timescale ? { 'timescaledb.max_background_workers': '4', 'timescaledb.telemetry_level': 'off' } : {};
