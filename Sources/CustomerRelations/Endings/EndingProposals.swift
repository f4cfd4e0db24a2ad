// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// What the latest run says of relations that might better end, put down in pieces.
struct EndingProposals: Sendable {
    private struct Suspect: Sendable {
        let customer: ID<Customer>
        let loss: Money?
        let isDebtor: Bool
    }

    private let suspects: [Suspect]

    /// Whoever cost more than they brought, and whoever owes for too long; being small is no ground.
    init(
        _ entries: [TierEntry],
        of run: TierRun,
        _ endings: EndingService,
        in snapshot: Snapshot
    ) throws {
        let debtors = try endings.debtors(asOf: run.asOf, in: snapshot)
        suspects = entries.givingWay().compactMap { entry in
            let isDebtor = debtors.contains(entry.customer)
            guard entry.profit < 0 || isDebtor else { return nil }
            let loss = Money(rawValue: entry.profit)
            return Suspect(
                customer: entry.customer,
                loss: loss < .zero ? -loss : nil,
                isDebtor: isDebtor
            )
        }
    }

    /// Finds on snapshots what is to be proposed or taken back, so that the writer is only troubled for
    /// that.
    func put(
        of run: TierRun,
        _ endings: EndingService,
        pieceSize: Int,
        in context: JobContext
    ) throws {
        var holding: Set<ID<Customer>> = []
        for start in stride(from: 0, to: suspects.count, by: pieceSize) {
            let piece = suspects[start..<min(start + pieceSize, suspects.count)]
            let found = try context.reading.read { snapshot in
                try piece.compactMap { suspect in
                    try endings.finding(
                        of: suspect.customer,
                        loss: suspect.loss,
                        isDebtor: suspect.isDebtor,
                        by: run,
                        in: snapshot
                    )
                }
            }
            holding.formUnion(found.map(\.customer))
            try context.change(found.filter { !$0.isKnown }) { findings, occasion, transaction in
                for finding in findings {
                    try endings.propose(finding, by: run, occasion, in: transaction)
                }
            }
        }
        var last: ID<EndingCandidate>? = ID(rawValue: 0)
        while let after = last {
            let page = try context.reading.read { snapshot in
                try endings.proposed(after: after, limit: pieceSize, in: snapshot)
            }
            let passed = page.filter { !holding.contains($0.customerID) }.map(\.id)
            try context.change(passed) { candidates, occasion, transaction in
                for id in candidates {
                    try endings.withdraw(id, by: occasion, in: transaction)
                }
            }
            last = page.count < pieceSize ? nil : page.last?.id
        }
    }
}
