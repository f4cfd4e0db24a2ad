// SPDX-License-Identifier: Apache-2.0

/// Work that another thread does, and whose output is waited for.
package struct Pending<Output: Sendable>: Sendable {
    private let result = WorkQueue<Result<Output, any Error>>(limit: 1)

    /// Hands over what the work came to, once.
    func answer(_ result: Result<Output, any Error>) {
        _ = self.result.push(result)
    }

    /// Waits for the output, of a change until it is committed; to be called once, and not on the
    /// thread that does the work.
    package func wait() throws -> Output {
        guard let result = result.wait() else { throw QueueFull() }
        return try result.get()
    }
}

extension Writer {
    /// Queues work, if need be after waiting for room in the queue, for a caller that goes on with its
    /// own meanwhile.
    package func start<Output: Sendable>(
        usingReserve: Bool = false,
        _ work: @escaping @Sendable (Transaction) throws -> Output
    ) throws(QueueFull) -> Pending<Output> {
        let pending = Pending<Output>()
        try submitPatiently(usingReserve: usingReserve, work) { result in
            pending.answer(result)
        }
        return pending
    }
}
