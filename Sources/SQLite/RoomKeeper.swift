// SPDX-License-Identifier: Apache-2.0

/// Sees to it that the writer has room: keeps a ballast, and gives it up, and the log's room with
/// it, when there is no other.
///
/// It lives on the writer's thread.
struct RoomKeeper {
    /// How long after an attempt to empty the log the next one is worth its cost.
    private static let pause = Duration.seconds(1)

    private let watch: SpaceWatch
    private var ballast: Ballast
    private var nextAttempt = ContinuousClock.now

    init(_ watch: SpaceWatch) {
        self.watch = watch
        ballast = Ballast(database: watch.path)
    }

    /// Gives the ballast up where a database could not even be opened for want of room.
    mutating func makeRoomToOpen() {
        guard let standing = watch.look(), standing.space.free < standing.marks.full else { return }
        ballast.release()
    }

    /// Looks at the volume, and tells whether there is room for changes.
    ///
    /// `isFull` says that SQLite has found none; `emptyLog` brings the log into the database file
    /// and cuts it off, which on a full volume takes room itself, and answers why it could not.
    mutating func hasRoom(isFull: Bool, emptyLog: () -> SQLiteError?) -> Bool {
        guard var standing = watch.look() else { return true }
        if standing.isLow || isFull && standing.space.free < standing.marks.enough {
            standing = makeRoom(standing, isFull: isFull, emptyLog)
        } else if watch.keepsBallast, !ballast.isThere, !ballast.hasFailed,
            standing.space.free >= standing.marks.enough + standing.marks.ballast
        {
            ballast.make(bytes: standing.marks.ballast)
        }
        return !standing.isLow
    }

    private mutating func makeRoom(
        _ standing: SpaceWatch.Standing,
        isFull: Bool,
        _ emptyLog: () -> SQLiteError?
    ) -> SpaceWatch.Standing {
        if isFull || standing.space.free < standing.marks.full { ballast.release() }
        let now = ContinuousClock.now
        guard isFull || now >= nextAttempt else { return standing }
        nextAttempt = now + Self.pause
        if emptyLog()?.isFull == true {
            ballast.release()
            _ = emptyLog()
        }
        return watch.look() ?? standing
    }
}
