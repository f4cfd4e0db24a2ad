// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Sets the deadlines of open complaints anew when a tier run or another policy changes what they
/// rest on (M60).
package struct DeadlineRenewal: Sendable {
    private let complaints: ComplaintService
    /// The most complaints of a transaction.
    private let pieceSize: Int
    private let store = DeadlineStore()

    package init(_ complaints: ComplaintService, pieceSize: Int = 500) {
        self.complaints = complaints
        self.pieceSize = pieceSize
    }

    /// Looks at all open complaints, unless nothing has changed since that was done last; tells how
    /// many were given other deadlines, or have others to rest on.
    @discardableResult
    package func run(in context: JobContext) throws -> Int {
        let (known, current) = try context.reading.read { snapshot in
            (try store.basis(in: snapshot), try store.currentBasis(in: snapshot))
        }
        guard known != current else { return 0 }
        var count = 0
        while true {
            let occasion = context.occasion
            let renewed = try context.writing.write { [store, complaints, pieceSize] transaction in
                let renewed = try complaints.renewDeadlines(
                    limit: pieceSize,
                    by: occasion,
                    in: transaction
                )
                if renewed == 0 { try store.setBasis(current, in: transaction) }
                return renewed
            }
            guard renewed > 0 else { return count }
            count += renewed
        }
    }
}

/// What the deadlines of complaints rest on, beside the complaints themselves.
struct DeadlineBasis: Sendable, Equatable {
    let policy: Int
    let tierRun: Int64?
}
