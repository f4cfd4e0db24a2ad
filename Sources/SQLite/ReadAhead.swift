// SPDX-License-Identifier: Apache-2.0

/// Makes values on a thread of its own, always one ahead of who takes them.
package final class ReadAhead<Value: Sendable>: Sendable {
    package typealias Source = (Connection) throws -> Value?

    private let demands = WorkQueue<Void>(limit: 1)
    private let values = WorkQueue<Result<Value?, any Error>>(limit: 1)
    private let thread: Thread

    /// `makeSource` runs on the thread, which then owns the source; that is handed a read-only
    /// connection of its own, and gives nil at the end.
    package init(path: String, _ makeSource: @escaping @Sendable () throws -> Source) throws {
        thread = try Thread(named: "read-ahead") { [demands, values] in
            do {
                let connection = try Connection(path: path, mode: .readOnly)
                let source = try makeSource()
                while demands.wait() != nil {
                    _ = values.push(Result { try source(connection) })
                }
            } catch {
                _ = values.push(.failure(error))
            }
        }
        _ = demands.push(())
    }

    deinit {
        demands.close()
        thread.join()
    }

    /// The next value; to be called until nil comes, or an error.
    package func next() throws -> Value? {
        let value = try values.wait()?.get()
        if value != nil { _ = demands.push(()) }
        return value ?? nil
    }
}
