// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Finds who is watched after a tier run or another policy, and looks at those who are due (M42).
package struct SingleThreadRunner: Sendable {
    private let risks: SingleThreadService
    /// The most customers of a transaction.
    private let pieceSize: Int
    private let store = SingleThreadStore()

    package init(_ risks: SingleThreadService, pieceSize: Int = 500) {
        self.risks = risks
        self.pieceSize = pieceSize
    }

    /// Finds who is watched, and looks at all who are due.
    package func run(in context: JobContext) throws {
        try findWatched(in: context)
        try lookAtDue(in: context)
    }

    /// Looks at all who are due.
    package func lookAtDue(in context: JobContext) throws {
        while true {
            let occasion = context.occasion
            // The writer is not troubled for nothing.
            let isDue = try context.reading.read { snapshot in
                try !store.due(at: occasion.at, limit: 1, in: snapshot).isEmpty
            }
            guard isDue else { return }
            try context.writing.write { [store, risks, pieceSize] transaction in
                let due = try store.due(at: occasion.at, limit: pieceSize, in: transaction)
                for watch in due { try risks.look(at: watch, by: occasion, in: transaction) }
            }
        }
    }

    /// Goes through all customers, unless nothing has changed by which they are watched.
    private func findWatched(in context: JobContext) throws {
        let (known, current, terms) = try context.reading.read { snapshot in
            (
                try store.basis(in: snapshot), try store.currentBasis(in: snapshot),
                try risks.policy(in: snapshot).terms
            )
        }
        guard known != current else { return }
        let isOtherPolicy = known?.policy != current.policy
        var after: ID<Customer>? = ID(rawValue: 0)
        while let place = after {
            let page = try context.reading.read { snapshot in
                try store.candidates(after: place, limit: pieceSize, in: snapshot)
            }
            let marked = page.filter { one in
                let isWatched = terms.watch(
                    kind: one.kind,
                    tier: one.tier,
                    isArchived: one.isArchived
                )
                return isOtherPolicy ? isWatched || one.hasWatch : isWatched != one.hasWatch
            }
            .map(\.id)
            if !marked.isEmpty {
                let at = context.now()
                try context.writing.write { [store] transaction in
                    for id in marked { try store.watch(id, at: at, in: transaction) }
                }
            }
            after = page.count < pieceSize ? nil : page.last?.id
        }
        try context.writing.write { [store] transaction in
            try store.setBasis(current, in: transaction)
        }
    }
}
