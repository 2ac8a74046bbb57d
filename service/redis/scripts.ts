import type { Result } from 'ioredis';

/** Lua scripts; Redis runs each atomically. On a Redis Cluster their keys must have one hash tag. */
export const scripts = {
  /**
   * Counts a request in windows that start with their first one, by the clock of Redis. ARGV: quota and milliseconds of each window.
   * Returns count and remaining milliseconds of each, up to the first window whose quota is exceeded.
   */
  countRequest: `
local counted = {}
for i, key in ipairs(KEYS) do
  local count = redis.call('INCR', key)
  local left = tonumber(ARGV[2 * i])
  if count == 1 then redis.call('PEXPIRE', key, left) else left = redis.call('PTTL', key) end
  counted[2 * i - 1] = count
  counted[2 * i] = left
  if count > tonumber(ARGV[2 * i - 1]) then break end
end
return counted`,

  /** Acquires a free lock, or renews the owner's. */
  acquireLock: `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`,

  releaseLock: `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`,

  /** Sets the last key if every other key has its expected value; the empty string is the expected value of an absent key. */
  setIfUnchanged: `
for i = 1, #KEYS - 1 do
  if (redis.call('GET', KEYS[i]) or '') ~= ARGV[i] then return 0 end
end
redis.call('SET', KEYS[#KEYS], ARGV[#KEYS], 'EX', ARGV[#KEYS + 1])
return 1`,

  /** The clock of the node that holds a key. */
  timeAt: `return redis.call('TIME')`,
} as const;

type Arguments = readonly (string | number)[];
declare module 'ioredis' {
  interface RedisCommander<Context> {
    countRequest(keys: number, ...args: Arguments): Result<unknown, Context>;
    acquireLock(keys: number, ...args: Arguments): Result<unknown, Context>;
    releaseLock(keys: number, ...args: Arguments): Result<unknown, Context>;
    setIfUnchanged(keys: number, ...args: Arguments): Result<unknown, Context>;
    timeAt(keys: number, ...args: Arguments): Result<unknown, Context>;
  }
}
