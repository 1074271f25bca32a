import { defineScript, type CommandParser } from 'redis';

/*
 * The value of a key is `done` or `held <holder>`. A key always expires. Every script writes at most once: if it failed after a
 * first write, Redis would not undo that write.
 */

/**
 * The reply if another application has written the key under the same prefix, or if the key has no expiry. Waiting until such a
 * key expires would take forever.
 */
const FOREIGN = `redis.error_reply('FOREIGN the key ' .. KEYS[1] .. ' does not hold an idempotency entry')`;

/**
 * The script that claims a key. It returns `granted`, `done`, or the number of milliseconds until the lease ends. If the holder
 * of the lease claims the key again, the claim is granted, because the response to its first claim may have been lost.
 */
export const claim = defineScript({
  SCRIPT: `
    local mine = 'held ' .. ARGV[1]
    local is = redis.call('GET', KEYS[1])
    if is == 'done' then return 'done' end
    if not is or is == mine then
      redis.call('SET', KEYS[1], mine, 'PX', ARGV[2])
      return 'granted'
    end
    local left = redis.call('PTTL', KEYS[1])
    if string.sub(is, 1, 5) ~= 'held ' or left < 0 then return ${FOREIGN} end
    return left`,
  NUMBER_OF_KEYS: 1,
  parseCommand: (parser: CommandParser, key: string, holder: string, lease: string) => {
    parser.pushKey(key);
    parser.push(holder, lease);
  },
  transformReply: (reply: unknown) => reply,
});

/** The script that renews a lease. It returns whether the lease was renewed. */
export const renew = defineScript({
  SCRIPT: `
    local mine = 'held ' .. ARGV[1]
    local is = redis.call('GET', KEYS[1])
    if is and is ~= mine then return 0 end
    redis.call('SET', KEYS[1], mine, 'PX', ARGV[2])
    return 1`,
  NUMBER_OF_KEYS: 1,
  parseCommand: (parser: CommandParser, key: string, holder: string, lease: string) => {
    parser.pushKey(key);
    parser.push(holder, lease);
  },
  transformReply: (reply: unknown) => reply === 1,
});

export const release = defineScript({
  SCRIPT: `
    if redis.call('GET', KEYS[1]) ~= 'held ' .. ARGV[1] then return 0 end
    return redis.call('DEL', KEYS[1])`,
  NUMBER_OF_KEYS: 1,
  parseCommand: (parser: CommandParser, key: string, holder: string) => {
    parser.pushKey(key);
    parser.push(holder);
  },
  transformReply: () => undefined,
});
