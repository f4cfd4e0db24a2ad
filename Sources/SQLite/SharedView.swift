// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// One view of the database on two threads: the one that opened it, and one that helps, if it could
/// be had.
///
/// SQLite shows a state of the database to one connection. Two see the same where nothing is committed
/// from before the one begins until the other has begun.
package final class SharedView {
    /// The view of the thread that opened it.
    package let snapshot: Snapshot
    /// What the other thread is to do; nil if there is none.
    private let tasks: WorkQueue<@Sendable (Snapshot) -> Void>?

    fileprivate init(
        _ snapshot: Snapshot,
        _ tasks: WorkQueue<@Sendable (Snapshot) -> Void>?
    ) {
        self.snapshot = snapshot
        self.tasks = tasks
    }

    /// Has the other thread do something after what it was given before; where there is none, it is
    /// done at once.
    package func start<Output: Sendable>(
        _ work: @escaping @Sendable (Snapshot) throws -> Output
    ) -> Pending<Output> {
        let pending = Pending<Output>()
        let task = { @Sendable snapshot in pending.answer(Result { try work(snapshot) }) }
        if tasks?.push(task) != true { task(snapshot) }
        return pending
    }

    /// Does something for each number below `count`, on whichever thread is free, and answers what it
    /// came to in their order.
    package func map<Part: Sendable>(
        _ count: Int,
        _ work: @escaping @Sendable (Int, Snapshot) throws -> Part
    ) throws -> [Part] {
        let numbers = Numbers(below: count)
        let share = { @Sendable (snapshot: Snapshot) throws -> [(Int, Part)] in
            var parts: [(Int, Part)] = []
            do {
                while let number = numbers.next() {
                    parts.append((number, try work(number, snapshot)))
                }
            } catch {
                numbers.end()
                throw error
            }
            return parts
        }
        let others = start(share)
        let own = Result { try share(snapshot) }
        let all = try [own.get(), others.wait()].joined()
        return all.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// Numbers that threads take, each once.
    private final class Numbers: Sendable {
        private let limit: Int
        private let taken = Atomic(0)

        init(below limit: Int) { self.limit = limit }

        func next() -> Int? {
            let number = taken.add(1, ordering: .relaxed).oldValue
            return number < limit ? number : nil
        }

        /// Leaves the rest.
        func end() { taken.store(limit, ordering: .relaxed) }
    }
}

extension Connection {
    /// How many times two threads try to see the same, between the commits of a busy writer.
    private static let attempts = 16

    /// Runs the body on one consistent view of the database, which a thread of `helpers` shares if it
    /// can: whose reads may take long.
    ///
    /// `commits` are those of the only one who writes.
    package func read<Value>(
        with helpers: ReaderPool?,
        beside commits: CommitCount,
        _ body: (SharedView) throws -> Value
    ) throws -> Value {
        for _ in 0..<(helpers == nil ? 0 : Self.attempts) {
            let tasks = WorkQueue<@Sendable (Snapshot) -> Void>(limit: .max)
            var helper: Pending<Void>?
            // It leaves the view before the caller does.
            defer {
                tasks.close()
                try? helper?.wait()
            }
            let value: Value? = try read { snapshot in
                let isSame = try commits.isStill {
                    try snapshot.settle()
                    helper = try helpers?.join(tasks)
                }
                return isSame ? try body(SharedView(snapshot, tasks)) : nil
            }
            if let value { return value }
        }
        return try read { snapshot in try body(SharedView(snapshot, nil)) }
    }
}

extension ReaderPool {
    /// Has a thread begin a view and do on it what it is given; returns once it has begun.
    fileprivate func join(
        _ tasks: WorkQueue<@Sendable (Snapshot) -> Void>
    ) throws -> Pending<Void> {
        let (begun, ended) = (Pending<Void>(), Pending<Void>())
        try submit { connection in
            do {
                try connection.read { snapshot in
                    try snapshot.settle()
                    begun.answer(.success(()))
                    while let task = tasks.wait() { task(snapshot) }
                }
                ended.answer(.success(()))
            } catch {
                begun.answer(.failure(error))
                ended.answer(.failure(error))
            }
        }
        try begun.wait()
        return ended
    }
}
