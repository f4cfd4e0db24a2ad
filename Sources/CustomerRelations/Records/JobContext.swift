// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// What a job is done with: where it reads and writes, in whose name, and by which clock.
package struct JobContext {
    let reading: Connection
    private let helpers: ReaderPool?
    let writing: Writer
    let now: () -> Instant
    private let actor: String
    private let requestID: String

    /// `helpers` are threads that may share in long reads.
    package init(
        reading: Connection,
        helpers: ReaderPool? = nil,
        writing: Writer,
        actor: String,
        requestID: String,
        now: @escaping () -> Instant
    ) {
        self.reading = reading
        self.helpers = helpers
        self.writing = writing
        self.actor = actor
        self.requestID = requestID
        self.now = now
    }

    /// Of what is changed now.
    var occasion: Occasion { Occasion(at: now(), actor: actor, requestID: requestID) }
}

extension JobContext {
    /// Runs the body on one view of the database, which another thread shares if it can.
    func view<Value>(_ body: (SharedView) throws -> Value) throws -> Value {
        try reading.read(with: helpers, beside: writing.commits, body)
    }

    /// So many pieces make one transaction while nobody waits.
    private static var piecesAtOnce: Int { 32 }

    /// Changes something for each of these in order, in transactions that end with a piece where
    /// others wait for the writer; answers what each piece came to.
    ///
    /// A piece of eight journalled changes takes the writer half a millisecond to two.
    @discardableResult
    func change<Item: Sendable, Output: Sendable>(
        _ items: [Item],
        inPiecesOf size: Int = 8,
        _ change: @escaping @Sendable (ArraySlice<Item>, Occasion, Transaction) throws -> Output
    ) throws -> [Output] {
        var all: [Output] = []
        while all.count * size < items.count {
            let first = all.count * size
            let occasion = occasion
            let outputs = try writing.write { transaction -> [Output] in
                var outputs: [Output] = []
                var start = first
                repeat {
                    let end = min(start + size, items.count)
                    outputs.append(try change(items[start..<end], occasion, transaction))
                    start = end
                } while start < items.count && outputs.count < Self.piecesAtOnce
                    && !transaction.isAwaited
                return outputs
            }
            all += outputs
        }
        return all
    }
}
