import { defineScript, type CommandParser } from 'redis';

/*
 * A key holds `done` or `held <holder>`, and always expires. Every script writes at most once, because Redis does not undo what a
 * script has written before it fails.
 */

/**
 * The reply for a key that another application wrote under the same prefix, or that has no expiry. Waiting for the key to expire
 * would take forever.
 */
const FOREIGN = `redis.error_reply('FOREIGN the key ' .. KEYS[1] .. ' does not hold an idempotency entry')`;

/**
 * The script that claims a key. It returns `granted`, `done`, or the milliseconds until the lease ends. The holder of the lease
 * receives it again, because the response to its first claim may have been lost.
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

/** The script that extends a lease. It returns whether the lease was extended. */
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
