//! What runs inside Redis, each as one atomic step.
//!
//! A logical clock counts drops. A *ticket* is the clock's value when a reader missed. Every entry carries the ticket of the
//! load that made it; every tag, and the mark over everything, carries the clock's value at its last drop. An entry counts
//! only if all of its marks are there and none is younger than its ticket: so a value loaded before a drop never counts after
//! it, on any node, and neither eviction nor `FLUSHALL` nor a failover brings one back.
//!
//! Marks are written as 16 digits, and formatted by hand: Lua would write large numbers with an exponent. The clock starts
//! from the server's time in microseconds, so that one that was lost starts beyond where it was.

use std::sync::LazyLock;

use redis::Script;

/// The clock; it starts when it is not there.
const CLOCK: &str = r"
    local function read_clock(key)
        local clock = redis.call('GET', key)
        if not clock then
            local time = redis.call('TIME')
            clock = string.format('%016.0f', time[1] * 1000000 + time[2])
            redis.call('SET', key, clock)
        end
        return clock
    end
";

/// The mark over everything; where it is not there, all that is older than now is gone.
const EVERYTHING: &str = r"
    local function read_everything(key, clock)
        local everything = redis.call('GET', key)
        if not everything then
            everything = clock
            redis.call('SET', key, everything)
        end
        return everything
    end
";

/// KEYS: entry, clock, everything. Answers the entry, its time left in ms, the clock and the mark over everything.
pub(super) static GET: LazyLock<Script> = LazyLock::new(|| {
    script(&[
        CLOCK,
        EVERYTHING,
        r"
        local clock = read_clock(KEYS[2])
        local everything = read_everything(KEYS[3], clock)
        return { redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1]), clock, everything }
        ",
    ])
});

/// KEYS: entry, clock, everything, tags. ARGV: ticket or nothing, the entry without its mark, its time and its tags' time to
/// live in ms. Answers 1 when it was kept, 0 when it was overtaken.
pub(super) static PUT: LazyLock<Script> = LazyLock::new(|| {
    script(&[
        CLOCK,
        EVERYTHING,
        r"
        local clock = read_clock(KEYS[2])
        local everything = read_everything(KEYS[3], clock)
        local ticket = ARGV[1]
        if ticket == '' then
            ticket = clock
        end
        local old = redis.call('GET', KEYS[1])
        local newest = math.max(tonumber(everything), old and tonumber(string.sub(old, 1, 16)) or 0)
        -- A ticket from the future is from before a failover that lost something.
        if tonumber(ticket) > tonumber(clock) or tonumber(ticket) < newest then
            return 0
        end
        for i = 4, #KEYS do
            redis.call('SET', KEYS[i], ticket, 'NX')
            redis.call('PEXPIRE', KEYS[i], ARGV[4])
        end
        redis.call('SET', KEYS[1], ticket .. ARGV[2], 'PX', ARGV[3])
        return 1
        ",
    ])
});

/// KEYS: clock. Answers which process serves the key: another one may have missed the last drops.
pub(super) static WHO: LazyLock<Script> =
    LazyLock::new(|| script(&["return string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')"]));

/// KEYS: what to mark, clock. ARGV: what to write after the mark, time to live in ms or 0 for ever.
pub(super) static DROP: LazyLock<Script> = LazyLock::new(|| {
    script(&[
        CLOCK,
        r"
        -- First, because a Redis whose memory is full allows it, and after it the rest of the script.
        redis.call('DEL', KEYS[1])
        local clock = string.format('%016.0f', tonumber(read_clock(KEYS[2])) + 1)
        redis.call('SET', KEYS[2], clock)
        if ARGV[2] == '0' then
            redis.call('SET', KEYS[1], clock .. ARGV[1])
        else
            redis.call('SET', KEYS[1], clock .. ARGV[1], 'PX', ARGV[2])
        end
        return 1
        ",
    ])
});

fn script(parts: &[&str]) -> Script {
    Script::new(&parts.concat())
}
