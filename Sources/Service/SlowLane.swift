// SPDX-License-Identifier: Apache-2.0
package import SQLite
import Synchronization

/// Where reads go that take longer than a reactor can wait, and requests with bodies that do: threads
/// on which those who ask take turns.
///
/// However much one token or address has waiting, the next of another comes right after one of its
/// own. A read whose client has gone, or that has waited too long, is not done.
package final class SlowLane: Sendable {
    /// Who asks.
    package typealias Share = RateLimiter.Key

    /// How long a read transaction may live: a held snapshot stops checkpoints.
    static let budget = Duration.seconds(2)
    /// How long a read may wait.
    package static let patience = Duration.seconds(10)
    /// How many reads of one who asks may wait.
    package static let shareLimit = 64
    /// How many reads may wait in all.
    package static let limit = 1024

    /// What is asked of a read before it is done.
    private struct Claim: Sendable {
        let since: ContinuousClock.Instant
        let isWanted: @Sendable () -> Bool
        let refuse: @Sendable () -> Void
    }

    private struct Work: Sendable {
        let run: @Sendable (Connection) -> Void
        /// Nil of a page, for which a stream waits in the middle of its answer.
        let claim: Claim?
    }

    private struct Waiting: Sendable {
        var work: [Share: [Work]] = [:]
        /// Each who has work waiting, in turn.
        var turns: [Share] = []
        var reads = 0

        func hasRoom(for share: Share) -> Bool {
            guard reads < SlowLane.limit else { return false }
            let own = work[share]?.count { $0.claim != nil } ?? 0
            return own < SlowLane.shareLimit
        }

        mutating func add(_ new: Work, of share: Share) {
            if work[share] == nil { turns.append(share) }
            work[share, default: []].append(new)
            if new.claim != nil { reads += 1 }
        }

        mutating func next() -> Work? {
            guard !turns.isEmpty else { return nil }
            let share = turns.removeFirst()
            let next = work[share]?.removeFirst()
            if work[share]?.isEmpty == true {
                work[share] = nil
            } else {
                turns.append(share)
            }
            if next?.claim != nil { reads -= 1 }
            return next
        }
    }

    private let readers: ReaderPool
    private let now: @Sendable () -> ContinuousClock.Instant
    private let waiting = Mutex(Waiting())

    package init(
        _ readers: ReaderPool,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.readers = readers
        self.now = now
    }

    /// Queues a read; `refuse` is called in its place if it is not wanted any more, or too late.
    package func submit(
        of share: Share,
        isWanted: @escaping @Sendable () -> Bool,
        refuse: @escaping @Sendable () -> Void,
        run: @escaping @Sendable (Connection) -> Void
    ) throws(QueueFull) {
        let claim = Claim(since: now(), isWanted: isWanted, refuse: refuse)
        try submit(Work(run: run, claim: claim), of: share)
    }

    /// Queues a stream's next page, of which there is one for each connection at most: it has its
    /// turn like a read, but however long it takes, for its answer has begun.
    package func submitPage(
        of share: Share,
        run: @escaping @Sendable (Connection) -> Void
    ) throws(QueueFull) {
        try submit(Work(run: run, claim: nil), of: share)
    }

    private func submit(_ work: Work, of share: Share) throws(QueueFull) {
        try waiting.withLock { waiting throws(QueueFull) in
            guard work.claim == nil || waiting.hasRoom(for: share) else { throw QueueFull() }
            // A thread takes whatever is next when it comes to this.
            try readers.submit { [self] connection in runNext(on: connection) }
            waiting.add(work, of: share)
        }
    }

    private func runNext(on connection: Connection) {
        guard let next = waiting.withLock({ $0.next() }) else { return }
        guard let claim = next.claim,
            !claim.isWanted() || now() - claim.since > Self.patience
        else { return next.run(connection) }
        claim.refuse()
    }
}
