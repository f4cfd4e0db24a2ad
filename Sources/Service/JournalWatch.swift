// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import Logging
import SQLite

/// Verifies what was added to the journal, so that its end cannot be cut off unnoticed: at the start
/// and once an hour, before each backup, and at a stop.
struct JournalWatch: Sendable {
    private let keeper: JournalKeeper
    private let writer: Writer
    private let logger: Logger
    private let clock: @Sendable () -> Instant

    init(
        _ journal: Journal,
        writer: Writer,
        logger: Logger,
        clock: @escaping @Sendable () -> Instant
    ) {
        keeper = JournalKeeper(journal)
        self.writer = writer
        self.logger = logger
        self.clock = clock
    }

    /// Whether it is time to look.
    func isDue(in snapshot: Snapshot) throws -> Bool {
        try keeper.isDue(at: clock(), in: snapshot)
    }

    /// Looks, notes in the database how far the journal goes, and says it in the log.
    func look(reading: Connection, within limit: Duration? = nil) throws {
        let verdict = try keeper.verify(
            reading: reading,
            writing: writer,
            within: limit,
            now: clock
        )
        if let seq = verdict.firstBadSeq {
            logger.critical("the journal does not hold", metadata: ["from": "\(seq)"])
        } else {
            // Kept elsewhere, the log shows if the journal's end is ever cut off.
            logger.notice(
                "journal verified",
                metadata: [
                    "seq": "\(verdict.last)", "head": "\(Base16.encode(verdict.head))",
                    "new": "\(verdict.entries)",
                ]
            )
        }
    }

    /// The same beside something else that is to be done, whatever comes of this.
    func tryToLook(reading: Connection, within limit: Duration? = nil) {
        do {
            try look(reading: reading, within: limit)
        } catch is QueueFull {
            // The writer takes nothing any more: the next start looks.
        } catch let error as SQLiteError where error.isPassing {
            // The same, when there is room.
        } catch {
            logger.error("verification of the journal failed", metadata: ["error": "\(error)"])
        }
    }
}
