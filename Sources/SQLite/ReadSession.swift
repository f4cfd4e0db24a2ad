// SPDX-License-Identifier: Apache-2.0
/// A read-only connection whose view of the database is kept from one read to the next, as long as
/// nothing has been committed: for a thread that does many short reads in a turn.
///
/// Beginning and ending a read takes SQLite locks of the operating system. Whoever has it ends the
/// view when the turn is over, for a view that is held stops checkpoints.
package final class ReadSession {
    private let connection: Connection
    private let commits: CommitCount
    /// The view that is open, and how many commits it shows at least.
    private var view: (snapshot: Snapshot, commits: Int)?
    /// What was found out since that many commits.
    private var memory = (ViewMemory(), commits: -1)

    package init(
        path: String,
        mode: Connection.Mode = .readOnly,
        commits: CommitCount
    ) throws(SQLiteError) {
        connection = try Connection(path: path, mode: mode)
        self.commits = commits
    }

    deinit { connection.close() }

    /// Runs the body on a view that shows every commit that was made known before the call.
    ///
    /// Past the budget its statements are interrupted: `SQLiteError.isInterrupted`.
    package func read<Value>(
        within budget: Duration? = nil,
        _ body: (Snapshot) throws -> Value
    ) throws -> Value {
        let snapshot = try open()
        do {
            return try connection.limited(to: budget) { try body(snapshot) }
        } catch {
            abandon()
            throw error
        }
    }

    /// Lets go of the view.
    package func endView() {
        guard let view else { return }
        view.snapshot.end()
        self.view = nil
        connection.endRead()
    }

    private func open() throws(SQLiteError) -> Snapshot {
        // Counted first: what is committed after that may be seen, what was before is.
        let now = commits.now
        if let view {
            if view.commits == now { return view.snapshot }
            endView()
        }
        try connection.begin("BEGIN")
        let snapshot = Snapshot(connection)
        if memory.commits != now { memory = (ViewMemory(), now) }
        snapshot.memory = memory.0
        view = (snapshot, now)
        return snapshot
    }

    private func abandon() {
        view?.snapshot.end()
        view = nil
        connection.rollBack()
    }
}

/// What has been found out in a view of the database.
@usableFromInline final class ViewMemory {
    @usableFromInline var values: [ObjectIdentifier: Any] = [:]
}

/// The name of something to remember.
@usableFromInline package final class Remembered<Value>: Sendable {
    package init() {}
}

extension Snapshot {
    /// What the body finds in this view, or found in an earlier one since which no commit has been
    /// counted: it may lag behind the view by a commit that nobody has been told of.
    ///
    /// Only views of a `ReadSession` remember. The name, which outlives the session, stands
    /// for the body: what that reads must not depend on anything else.
    @inlinable package final func remembering<Value>(
        _ name: Remembered<Value>,
        _ body: () throws -> Value
    ) rethrows -> Value {
        guard let memory else { return try body() }
        // Unwrapped first: a cast of nothing to an optional would succeed.
        if let known = memory.values[ObjectIdentifier(name)], let value = known as? Value {
            return value
        }
        let value = try body()
        memory.values[ObjectIdentifier(name)] = value
        return value
    }
}
