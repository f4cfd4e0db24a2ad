// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Indexes the records that were there before there was an index of their texts, after it has written
/// down anew what customers are found by who were there before their people were searched.
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
        let customers = CustomerStore()
        while try reading.read({ try customers.hasTextBacklog(in: $0) }) {
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
    /// Writes down anew what some customers are found by, and tells whether there were any whose
    /// people were not named yet.
    package static func rewriteTexts(
        limit: Int,
        in transaction: Transaction
    ) throws(SQLiteError) -> Bool {
        try CustomerStore().rewriteTexts(limit: limit, in: transaction)
    }
}

extension SearchIndex {
    /// The indexes of all records that are searched.
    static let all = [
        CustomerStore.index, InteractionStore.index, ComplaintStore.index, ArticleStore.index,
    ]
}
