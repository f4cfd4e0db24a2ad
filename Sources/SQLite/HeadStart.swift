// SPDX-License-Identifier: Apache-2.0
import CSQLite

/// A head start for a checkpoint: most of its pages are on the disk before it begins.
///
/// A checkpoint that copies the whole log into the database file waits until the file is on the disk,
/// 2 to 8 ms for 1,000 pages, and nobody's change is done meanwhile. One that a reader keeps from the
/// last pages copies the others and waits for nothing, since the log stays (`walCheckpoint` in SQLite's
/// wal.c). So a reader of our own is put before the last pages, the pages before it are copied, and
/// another thread has them written while the writer goes on.
///
/// The log begins anew only after the checkpoint, which still waits for the file, and finds little left
/// to wait for. Without the reader or the thread there is no head start, no more. Where the thread finds
/// that the disk has failed, the writer may not go on: a page that was not written may be read as it was
/// before.
///
/// It lives and dies on the writer's thread.
final class HeadStart {
    /// Fewer pages are written before another thread would begin.
    private static let fewPages = 200

    private let connection: Connection
    private var reader: Connection?
    private var flusher: Flusher?
    private var stage = Stage.none

    private enum Stage {
        case none
        /// The reader sees the log as it was when so many pages were to be copied.
        case marked(pages: Int)
        /// What the reader sees is in the database file, and on its way to the disk.
        case copied
    }

    private let onFailure: @Sendable () -> Void

    init(_ connection: Connection, onFailure: @escaping @Sendable () -> Void) {
        self.connection = connection
        self.onFailure = onFailure
    }

    /// Goes a step on, after a commit: first comes the reader and after the next commit the copy of so
    /// many pages.
    func advance(pages: Int) throws(SQLiteError) {
        switch stage {
        case .none: stage = mark() ? .marked(pages: pages) : .copied
        case .marked(let before):
            // With nothing behind the reader the copy would be the whole checkpoint.
            guard pages > before else { break }
            stage = .copied
            try connection.checkpoint(SQLITE_CHECKPOINT_PASSIVE)
            if pages > Self.fewPages { flush() }
        case .copied: break
        }
    }

    /// Lets the checkpoint have the rest, and throws what the thread has met.
    func end() throws(SQLiteError) {
        if reader?.isInTransaction == true { reader?.endRead() }
        stage = .none
        try throwIfFailed()
    }

    /// Throws what the thread has met.
    func throwIfFailed() throws(SQLiteError) {
        try flusher?.throwIfFailed()
    }

    /// Begins the reader's view, and tells whether it has one.
    private func mark() -> Bool {
        do throws(SQLiteError) {
            if reader == nil { reader = try Connection(path: connection.path, mode: .readOnly) }
            try reader?.begin("BEGIN")
            // It begins with what is read first (https://sqlite.org/lang_transaction.html).
            try reader?.execute("SELECT 1 FROM sqlite_schema LIMIT 1")
            return true
        } catch {
            reader?.rollBack()
            return false
        }
    }

    private func flush() {
        if flusher == nil { flusher = try? Flusher(path: connection.path, onFailure) }
        flusher?.flush()
    }
}

/// Has a database file written to the disk by a thread of its own, for one who does not wait.
///
/// It opens the file as SQLite does: closing a descriptor of its own would drop the locks on it
/// (https://sqlite.org/howtocorrupt.html, 2.2).
private final class Flusher: Sendable {
    private let orders = WorkQueue<Void>(limit: 1)
    /// What the disk could not do.
    private let failures = WorkQueue<SQLiteError>(limit: 1)
    private let thread: Thread

    init(path: String, _ onFailure: @escaping @Sendable () -> Void) throws(SQLiteError) {
        thread = try Thread(named: "flusher") { [orders, failures] in
            guard let connection = try? Connection(path: path, mode: .readOnly) else { return }
            while orders.wait() != nil {
                do throws(SQLiteError) {
                    try connection.flush()
                } catch {
                    _ = failures.push(error)
                    onFailure()
                }
            }
            connection.close()
        }
    }

    deinit {
        // What is left to do the checkpoint has done.
        _ = orders.next()
        orders.close()
        thread.join()
    }

    func flush() {
        _ = orders.push(())
    }

    func throwIfFailed() throws(SQLiteError) {
        if let error = failures.next() { throw error }
    }
}

extension Connection {
    /// Has what was written to the file by anybody brought to the disk.
    fileprivate func flush() throws(SQLiteError) {
        let code = unsafe csqlite_sync(try open())
        // Whatever it was: what counts as copied may not be on the disk.
        guard code == SQLITE_OK else {
            throw SQLiteError(code: SQLITE_IOERR, message: "no early sync (error \(code))")
        }
    }
}
