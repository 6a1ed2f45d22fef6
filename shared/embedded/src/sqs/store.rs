//! The tables behind the queues, and every statement that is run on them.
//!
//! `promises` are notes of messages to be sent, which a restart sends. `visible` is when a message can
//! be received: in the future while it is delayed or in flight, and a message in flight also has a
//! `handle`. `seq` is the order of a queue; a message that moves to another queue takes the next number
//! there.

/// The tables. A write-ahead log that is not flushed at every commit survives the death of the process,
/// which is all that a laptop needs.
pub(super) const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS queues (name TEXT PRIMARY KEY, attributes TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS messages (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        queue TEXT NOT NULL,
        id TEXT NOT NULL,
        body TEXT NOT NULL,
        attributes TEXT NOT NULL,
        trace TEXT,
        grp TEXT,
        dedup TEXT,
        sent INTEGER NOT NULL,
        visible INTEGER NOT NULL,
        receives INTEGER NOT NULL DEFAULT 0,
        first_received INTEGER,
        handle TEXT,
        source TEXT);
    CREATE INDEX IF NOT EXISTS by_order ON messages (queue, seq);
    CREATE INDEX IF NOT EXISTS by_group ON messages (queue, grp, seq);
    CREATE INDEX IF NOT EXISTS by_handle ON messages (handle);
    CREATE TABLE IF NOT EXISTS seen (
        queue TEXT NOT NULL, dedup TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL,
        until INTEGER NOT NULL, PRIMARY KEY (queue, dedup)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS promises (id INTEGER PRIMARY KEY AUTOINCREMENT, note TEXT NOT NULL);";

/// Whether all queues but the dead-letter queues are empty.
pub(super) const IDLE: &str = "
    SELECT NOT EXISTS (SELECT 1 FROM messages WHERE source IS NULL)";

pub(super) const INSERT: &str = "
    INSERT INTO messages (queue, id, body, attributes, trace, grp, dedup, sent, visible)
    VALUES (:queue, '', :body, :attributes, :trace, :grp, :dedup, :sent, :visible)";

/// The messages that can be received from a standard queue.
pub(super) const NEXT: &str = "
    SELECT seq, id, body, attributes, trace, grp, dedup, sent, receives, first_received, source
    FROM messages WHERE queue = :queue AND visible <= :now ORDER BY seq LIMIT :most";

/// The messages that can be received from a FIFO queue: in order, and none of a group with a message in
/// flight or an earlier one delayed.
pub(super) const NEXT_IN_ORDER: &str = "
    SELECT seq, id, body, attributes, trace, grp, dedup, sent, receives, first_received, source
    FROM messages AS m WHERE queue = :queue AND visible <= :now AND NOT EXISTS (
        SELECT 1 FROM messages AS other
        WHERE other.queue = m.queue AND other.grp = m.grp AND other.visible > :now
          AND (other.handle IS NOT NULL OR other.seq < m.seq))
    ORDER BY seq LIMIT :most";

pub(super) const TAKE: &str = "
    UPDATE messages SET handle = :handle, visible = :visible, receives = :receives,
        first_received = COALESCE(first_received, :now) WHERE seq = :seq";

/// Moves a message to its dead-letter queue, where it starts over.
pub(super) const PUT_ASIDE: &str = "
    UPDATE messages SET queue = :queue, source = :source, receives = 0, first_received = NULL, handle = NULL,
        visible = :now, seq = (SELECT MAX(seq) + 1 FROM messages) WHERE seq = :seq";

/// Ends the visibility timeout of messages in flight; delays go on.
pub(super) const TAKE_BACK: &str = "
    UPDATE messages SET visible = ?1 WHERE handle IS NOT NULL AND visible > ?1";

pub(super) const COUNTS: &str = "
    SELECT COALESCE(SUM(visible <= :now), 0),
           COALESCE(SUM(visible > :now AND handle IS NOT NULL), 0),
           COALESCE(SUM(visible > :now AND handle IS NULL), 0)
    FROM messages WHERE queue = :queue";
