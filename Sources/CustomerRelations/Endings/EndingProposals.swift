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
        suspects = entries.compactMap { entry in
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

    func put(
        of run: TierRun,
        _ endings: EndingService,
        pieceSize: Int,
        by occasion: Occasion,
        in writing: Writer
    ) throws {
        var found: Set<ID<Customer>> = []
        for start in stride(from: 0, to: suspects.count, by: pieceSize) {
            let piece = suspects[start..<min(start + pieceSize, suspects.count)]
            found.formUnion(
                try writing.write { transaction in
                    try piece.filter { suspect in
                        try endings.look(
                            at: suspect.customer,
                            loss: suspect.loss,
                            isDebtor: suspect.isDebtor,
                            by: run,
                            occasion,
                            in: transaction
                        )
                    }
                    .map(\.customer)
                }
            )
        }
        var after: ID<EndingCandidate>? = ID(rawValue: 0)
        while let place = after {
            let holding = found
            after = try writing.write { transaction in
                try endings.withdraw(
                    after: place,
                    but: holding,
                    limit: pieceSize,
                    by: occasion,
                    in: transaction
                )
            }
        }
    }
}
