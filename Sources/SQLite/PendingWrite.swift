// SPDX-License-Identifier: Apache-2.0

/// Work that the writer has queued, and whose output is waited for.
package struct PendingWrite<Output: Sendable>: Sendable {
    fileprivate let answer = WorkQueue<Result<Output, any Error>>(limit: 1)

    /// Waits for the commit; to be called once, and not on the writer's thread.
    package func wait() throws -> Output {
        guard let result = answer.wait() else { throw QueueFull() }
        return try result.get()
    }
}

extension Writer {
    /// Queues work, for a caller that goes on with its own meanwhile.
    package func start<Output: Sendable>(
        _ work: @escaping @Sendable (Transaction) throws -> Output
    ) throws(QueueFull) -> PendingWrite<Output> {
        let pending = PendingWrite<Output>()
        try submit(work) { result in _ = pending.answer.push(result) }
        return pending
    }
}
