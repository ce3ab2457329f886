package sqltext

import "strings"

// redisCommands are the commands of Redis and Valkey that take keys or values.
var redisCommands = wordSet(` ACL APPEND AUTH BGSAVE BITCOUNT BITFIELD BITOP BITPOS BLMOVE BLMPOP BLPOP BRPOP BRPOPLPUSH BZMPOP BZPOPMAX
 BZPOPMIN CLIENT CLUSTER COMMAND CONFIG COPY DBSIZE DECR DECRBY DEL DUMP ECHO EVAL EVALSHA EVALSHA_RO EVAL_RO EXISTS EXPIRE
 EXPIREAT EXPIRETIME FCALL FCALL_RO FLUSHALL FLUSHDB FUNCTION GEOADD GEODIST GEOHASH GEOPOS GEORADIUS GEOSEARCH
 GEOSEARCHSTORE GET GETBIT GETDEL GETEX GETRANGE GETSET HDEL HELLO HEXISTS HEXPIRE HGET HGETALL HGETDEL HGETEX HINCRBY
 HINCRBYFLOAT HKEYS HLEN HMGET HMSET HRANDFIELD HSCAN HSET HSETEX HSETNX HSTRLEN HTTL HVALS INCR INCRBY INCRBYFLOAT KEYS LATENCY
 LCS LINDEX LINSERT LLEN LMOVE LMPOP LPOP LPOS LPUSH LPUSHX LRANGE LREM LSET LTRIM MEMORY MGET MIGRATE MODULE MOVE MSET MSETNX
 OBJECT PERSIST PEXPIRE PEXPIREAT PFADD PFCOUNT PFMERGE PING PSETEX PSUBSCRIBE PTTL PUBLISH PUBSUB RANDOMKEY RENAME RENAMENX
 RESTORE RPOP RPOPLPUSH RPUSH RPUSHX SADD SCAN SCARD SCRIPT SDIFF SDIFFSTORE SET SETBIT SETEX SETNX SETRANGE SINTER SINTERCARD
 SINTERSTORE SISMEMBER SLOWLOG SMEMBERS SMISMEMBER SMOVE SORT SPOP SPUBLISH SRANDMEMBER SREM SSCAN SSUBSCRIBE STRLEN SUBSCRIBE
 SUNION SUNIONSTORE TOUCH TTL TYPE UNLINK UNSUBSCRIBE UNWATCH WAIT WATCH XACK XADD XAUTOCLAIM XCLAIM XDEL XGROUP XINFO XLEN
 XPENDING XRANGE XREAD XREADGROUP XREVRANGE XTRIM ZADD ZCARD ZCOUNT ZDIFF ZINCRBY ZINTER ZINTERSTORE ZMSCORE ZPOPMAX ZPOPMIN
 ZRANDMEMBER ZRANGE ZRANGEBYLEX ZRANGEBYSCORE ZRANGESTORE ZRANK ZREM ZREMRANGEBYLEX ZREMRANGEBYRANK ZREMRANGEBYSCORE ZREVRANGE
 ZREVRANGEBYSCORE ZREVRANK ZSCAN ZSCORE ZUNION ZUNIONSTORE JSON.SET JSON.GET JSON.DEL JSON.MGET FT.SEARCH FT.AGGREGATE TS.ADD
 MULTI`)

// containers are the commands whose second word is a command, too.
var containers = wordSet("ACL CLIENT CLUSTER COMMAND CONFIG FUNCTION LATENCY MEMORY MODULE OBJECT PUBSUB SCRIPT SLOWLOG XGROUP XINFO")

func wordSet(words string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// isRedis tells a command of Redis from a statement of SQL that begins with the
// same word, by what follows it.
func isRedis(word, rest []byte) bool {
	if len(rest) > 0 && !space(rest[0]) || !redisCommands[string(word)] {
		return false
	}
	switch string(word) {
	case "SET", "COPY", "LOCK", "MOVE":
		for _, c := range rest {
			if c == '=' || c == '(' {
				return false
			}
		}
		fields := strings.Fields(string(rest[:min(len(rest), 64)]))
		if len(fields) > 0 {
			switch strings.ToUpper(fields[0]) {
			case "SESSION", "LOCAL", "TRANSACTION", "NAMES", "GLOBAL", "CHARACTER", "SCHEMA", "ROLE", "TIME", "CONSTRAINTS":
				return false
			}
		}
	}
	return true
}

// appendRedis appends every argument of every command, one a line.
func appendRedis(dst []Literal, text []byte) []Literal {
	command := true // the next word is a command
	second := false // or the second word of one
	for i := 0; i < len(text); {
		if c := text[i]; space(c) {
			if c == '\n' {
				command, second = true, false
			}
			i++
			continue
		}
		start := i
		end, closed := argumentEnd(text, i)
		if !closed {
			return append(dst, Literal{start, len(text), "cut"})
		}
		var buf wordBuffer
		word := buf.upper(text[start:end])
		switch {
		case command && redisCommands[string(word)]:
			second = containers[string(word)]
		case second && plainWord(text[start:end]):
			second = false
		case string(text[start:end]) != "?":
			dst = append(dst, Literal{start, end, "argument"})
			second = false
		}
		command = false
		i = end
	}
	return dst
}

// argumentEnd returns where the argument at text[i] ends, and whether its quotes
// are closed.
func argumentEnd(text []byte, i int) (end int, closed bool) {
	if q := text[i]; q == '"' || q == '\'' {
		for k := i + 1; k < len(text); k++ {
			if text[k] == '\\' {
				k++
			} else if text[k] == q && (k+1 == len(text) || space(text[k+1])) {
				return k + 1, true
			}
		}
		return len(text), false
	}
	for i < len(text) && !space(text[i]) {
		i++
	}
	return i, true
}

func plainWord(b []byte) bool {
	for _, c := range b {
		if !letter(c) && c != '-' {
			return false
		}
	}
	return true
}
