// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Indexes the records that were there before there was an index of their texts, after it has written
/// down anew what records are found by that were there before it was what it is: customers of before
/// their people were searched, and complaints whose subject and description were one line.
///
/// How far it is stands in the database, so that it goes on wherever it was stopped.
package struct SearchIndexing: Sendable {
    /// The most records of a transaction.
    private let pieceSize: Int
    /// The most transactions of a run: other work waits meanwhile.
    private let pieces: Int

    package init(pieceSize: Int = 500, pieces: Int = 100) {
        self.pieceSize = pieceSize
        self.pieces = pieces
    }

    /// Indexes some of what is left, and tells whether that was the last of it.
    @discardableResult
    package func run(reading: Connection, writing: Writer) throws -> Bool {
        var count = 0
        while try reading.read({ try Self.hasTextBacklog(in: $0) }) {
            guard count < pieces else { return false }
            count += 1
            _ = try writing.write { [pieceSize] transaction in
                try Self.rewriteTexts(limit: pieceSize, in: transaction)
            }
        }
        for index in SearchIndex.all {
            // The writer is not troubled for nothing.
            while try reading.read({ try index.hasBacklog(in: $0) }) {
                guard count < pieces else { return false }
                count += 1
                try writing.write { [pieceSize] transaction in
                    try index.catchUp(limit: pieceSize, in: transaction)
                }
            }
        }
        return count > 0
    }
}

extension SearchIndexing {
    /// Writes down anew what some records are found by, and tells whether there were any for which
    /// that was due.
    package static func rewriteTexts(
        limit: Int,
        in transaction: Transaction
    ) throws(SQLiteError) -> Bool {
        if try CustomerStore().rewriteTexts(limit: limit, in: transaction) { return true }
        return try ComplaintStore().rewriteTexts(limit: limit, in: transaction)
    }

    private static func hasTextBacklog(in snapshot: Snapshot) throws(SQLiteError) -> Bool {
        if try CustomerStore().hasTextBacklog(in: snapshot) { return true }
        return try ComplaintStore().hasTextBacklog(in: snapshot)
    }
}

extension SearchIndex {
    /// The indexes of all records that are searched.
    static let all = [
        CustomerStore.index, InteractionStore.index, ComplaintStore.index, ArticleStore.index,
    ]
}
