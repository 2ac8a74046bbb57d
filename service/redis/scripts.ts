/** Lua scripts; Redis runs each atomically. */

/** Counts a request in a window that starts with its first one, by the clock of Redis. */
export const countScript = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {count, redis.call('PTTL', KEYS[1])}`;

/** Acquires a free lock, or renews the owner's. */
export const lockScript = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

export const unlockScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

/** Sets the last key if every other key has its expected value; the empty string is the expected value of an absent key. */
export const setIfUnchangedScript = `
for i = 1, #KEYS - 1 do
  if (redis.call('GET', KEYS[i]) or '') ~= ARGV[i] then return 0 end
end
redis.call('SET', KEYS[#KEYS], ARGV[#KEYS], 'EX', ARGV[#KEYS + 1])
return 1`;
